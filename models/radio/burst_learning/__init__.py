"""How `radio-burst` learns; a package of its own, so that judging never imports the simulator."""
