"""Atomic time, by which the JSOC's records of HMI and MDI are dated."""

from datetime import UTC, datetime


def utc_of_tai(atomic: datetime) -> datetime:
    """UTC of a time in TAI, by astropy's leap seconds; a time zone that it carries is ignored."""
    from astropy.time import Time  # half a second, which most files need not spend

    moment: datetime = Time(atomic.replace(tzinfo=None), scale="tai").utc.to_datetime(timezone=UTC)
    return moment
