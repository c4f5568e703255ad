"""Bytes of a file to a typed observation."""
