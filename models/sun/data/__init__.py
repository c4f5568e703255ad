"""Tables that the models of the Sun read."""
