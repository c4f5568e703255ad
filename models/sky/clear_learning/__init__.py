"""How `sky-clear` learns; not imported by what judges."""
