"""The sky camera: what frames tell together, injected clouds, the night's hours."""

from datetime import date

from sqlalchemy import Connection

from tasks.inject_clouds import inject_clouds
from tasks.instruments.instrument import Instrument
from tasks.pictures_sky import sky_pictures
from tasks.report_sky import sky_context, sky_summary
from tasks.site_sky import fit_site_sky
from tasks.sky_sequence import describe_sequence
from tasks.source import Source


def describe_night(connection: Connection, archive: str, night: date) -> int:
    """Measure the sequence of frames, and fit the site's clear sky for the nights to come."""
    changed = describe_sequence(connection, archive, night)
    fit_site_sky(connection, archive, night)
    return changed


def verify_nothing(_source: Source) -> list[str]:
    """Nobody else tells how the sky was."""
    return []


INSTRUMENT = Instrument(
    correlate=describe_night,
    inject=inject_clouds,
    verify=verify_nothing,
    pictures=sky_pictures,
    context=sky_context,
    summary=sky_summary,
    template="report_sky.html.j2",
)
