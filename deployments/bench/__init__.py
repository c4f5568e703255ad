"""Benchmarks: one file each, with peers and bounds in the same run."""
