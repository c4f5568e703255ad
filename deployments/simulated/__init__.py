"""Demonstration archives: trees in their real formats, written with exact truth and served over real HTTP and FTP."""
