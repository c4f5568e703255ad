"""How regions of the simulated Sun are learnt from and examined."""
