"""Clocks: ours, an archive's and the database's. Where they disagree, a night may not have ended, or be another than was meant."""

from collections.abc import Mapping
from datetime import datetime, timedelta

# Clocks that NTP holds agree within milliseconds; this is longer than a listing takes, and shorter than any mistake of a zone.
MOST_SKEW = timedelta(minutes=5)
ADVICE = "set the clock that is wrong; `nightshift doctor` compares them"


def wrong_clocks(ahead: Mapping[str, timedelta]) -> list[str]:
    """Return a sentence for each clock that disagrees with ours.

    Parameters
    ----------
    ahead : how far each other clock is ahead of ours, by whose it is
    """
    return [
        f"this machine's clock is {_length(skew)} {'behind' if skew > timedelta() else 'ahead of'} that of {name}: {ADVICE}"
        for name, skew in ahead.items()
        if abs(skew) > MOST_SKEW
    ]


def not_ended(end: datetime, now: datetime, ahead: Mapping[str, timedelta]) -> list[str]:
    """Return a sentence for each clock by which a night has not ended, although it has by ours.

    Parameters
    ----------
    end : of the night, aware UTC datetime
    now : by our clock
    ahead : how far each other clock is ahead of ours, by whose it is
    """
    return [
        f"the night ends {end:%Y-%m-%d %H:%M} UTC, and by the clock of {name} it is {now + skew:%Y-%m-%d %H:%M}: {ADVICE}"
        for name, skew in ahead.items()
        if skew < -MOST_SKEW and now + skew < end
    ]


def _length(skew: timedelta) -> str:
    seconds = abs(skew).total_seconds()
    days = seconds / 86_400
    return f"{days:.1f} days" if days >= 2 else f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
