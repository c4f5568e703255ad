"""The sky: thermal camera frames, and what judges them."""
