"""How `sky-unet` learns and what it is worth; not imported by what judges."""
