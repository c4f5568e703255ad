"""The sky camera: what frames tell together, injected clouds, the night's hours."""

from tasks.inject_clouds import inject_clouds
from tasks.instruments.instrument import Instrument
from tasks.pictures_sky import sky_pictures
from tasks.report_sky import sky_context, sky_summary
from tasks.sky_sequence import describe_sequence
from tasks.source import Source


def verify_nothing(_source: Source) -> list[str]:
    """Nobody else tells how the sky was."""
    return []


INSTRUMENT = Instrument(
    correlate=describe_sequence,
    inject=inject_clouds,
    verify=verify_nothing,
    pictures=sky_pictures,
    context=sky_context,
    summary=sky_summary,
    template="report_sky.html.j2",
)
