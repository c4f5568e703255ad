"""How `sun-flare` learns from disks, and what it is worth; not imported by what judges."""
