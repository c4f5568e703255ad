"""What each instrument's night has of its own: a module each, called after the instrument."""
