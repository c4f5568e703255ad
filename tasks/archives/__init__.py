"""The archives, a declaration each, and the behaviour they share: list, then fetch."""
