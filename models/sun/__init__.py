"""What is known of the Sun: the observation, its preparation, and a classifier per file."""
