"""A Sun with exact truth: regions that grow, rotate and decay, and flares that images and the GOES curve show alike."""
