"""Dates as people type them."""

from datetime import date

from models.errors import ConfigurationError


def parse_date(parameter: str, text: str) -> date:
    """Parse YYYY-MM-DD, and no other form of ISO 8601.

    Raises
    ------
    ConfigurationError
        Naming ``parameter``.
    """
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.isoformat() != text:
        raise ConfigurationError(f"{parameter}: {text!r} is no date (YYYY-MM-DD)")
    return parsed
