"""Verify a night of the Sun: fetch the flares of it and of the day after, and hold the forecasts against them."""

from datetime import UTC, datetime

from prefect import get_run_logger

from db.session import transaction
from models.errors import NightshiftError
from tasks.archives.catalogue import SIMULATED
from tasks.catalogues.documents import DAY, recent_document
from tasks.catalogues.flare_lists import LISTS, flares_on
from tasks.flare_events import record_flares
from tasks.forecasts import verify_forecasts
from tasks.noaa_regions import number_regions
from tasks.region_summary import find_summary, keep_summary
from tasks.source import Source
from tasks.xray_curve import keep_curve


def verify_sun(source: Source) -> list[str]:
    """Record the flares of a night and of the day after by every list, and verify; return the lists that were had.

    The regions that were found get NOAA's numbers, and the X-ray flux is kept. What cannot be had costs a warning, not the night:
    what was said before stays.
    """
    now, had = datetime.now(UTC), []
    warn = get_run_logger().warning
    for wanted in LISTS:
        name = wanted.name + (SIMULATED if source.archive.endswith(SIMULATED) else "")
        for day in (source.night, source.night + DAY):
            try:
                told = flares_on(wanted, source, day, now, recent_document)
            except NightshiftError as error:
                warn("%s %s: no flares of %s by %s: %s", source.archive, source.night, day, name, error)
                continue
            if told is None:
                continue
            had.append(name)
            for problem in told.problems:
                warn("%s, entry %d is left out: %s (%s)", name, problem.line, problem.reason, problem.text)
            with transaction() as connection:
                record_flares(connection, name, day, told.flares, told.until)
        with transaction() as connection:
            verify_forecasts(connection, source.archive, source.night, name)
    try:
        keep_curve(source, now, recent_document)
    except NightshiftError as error:
        warn("%s %s: no X-ray flux: %s", source.archive, source.night, error)
    try:
        summary = find_summary(source, now, recent_document)
        keep_summary(source, summary)
        with transaction() as connection:
            number_regions(connection, source, summary.regions)
    except NightshiftError as error:
        warn("%s %s: no Solar Region Summary: %s", source.archive, source.night, error)
    return sorted(set(had))
