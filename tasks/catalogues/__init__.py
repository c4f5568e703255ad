"""Catalogues of others, text in and text out."""
