"""How `radio-clip-nightshift` learns: pictures of simulated files, and captions that are known to be true of them or not."""
