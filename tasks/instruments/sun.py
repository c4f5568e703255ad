"""The Sun: disks with their regions, and how active they look."""

from datetime import date

from sqlalchemy import Connection

from tasks.instruments.instrument import Instrument
from tasks.pictures_sun import sun_pictures
from tasks.report_sun import sun_context, sun_summary
from tasks.source import Source
from tasks.verify_sun import verify_sun


def join_nothing(_connection: Connection, _archive: str, _night: date) -> int:
    """An image stands for itself; flares are joined with what radio and sky saw when they are asked for."""
    return 0


def inject_nothing(_source: Source, _force: bool) -> int:
    """Nothing is injected into images of the Sun."""
    return 0


INSTRUMENT = Instrument(
    correlate=join_nothing,
    inject=inject_nothing,
    verify=verify_sun,
    pictures=sun_pictures,
    context=sun_context,
    summary=sun_summary,
    template="report_sun.html.j2",
)
