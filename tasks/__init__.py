"""One step a file: pure functions, and thin Prefect tasks around them."""
