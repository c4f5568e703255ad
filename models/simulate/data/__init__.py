"""Measured tables of receivers and interference."""
