"""Physical forward models with exact truth."""
