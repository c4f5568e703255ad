"""How the baselines of the sky learn; not imported by what judges."""
