"""Verify a night of the Sun: fetch the flares of it and of the day after, and hold the forecasts against them."""

from datetime import UTC, datetime
from functools import cache

from prefect import get_run_logger

from db.session import transaction
from models.errors import NightshiftError
from tasks.archives.catalogue import SIMULATED
from tasks.catalogues.flare_lists import DAY, LISTS, document, flares_on
from tasks.flare_events import record_flares
from tasks.forecasts import verify_forecasts
from tasks.source import Source
from tasks.xray_curve import keep_curve


def verify_sun(source: Source) -> list[str]:
    """Record the flares of a night and of the day after by every list, and verify; return the lists that were had.

    A list that cannot be had costs a warning, not the night: what it said before stays.
    """
    now, had, fetch = datetime.now(UTC), [], cache(document)
    for wanted in LISTS:
        name = wanted.name + (SIMULATED if source.archive.endswith(SIMULATED) else "")
        for day in (source.night, source.night + DAY):
            try:
                told = flares_on(wanted, source, day, now, fetch)
            except NightshiftError as error:
                get_run_logger().warning("%s %s: no flares of %s by %s: %s", source.archive, source.night, day, name, error)
                continue
            if told is not None:
                had.append(name)
                with transaction() as connection:
                    record_flares(connection, name, day, *told)
        with transaction() as connection:
            verify_forecasts(connection, source.archive, source.night, name)
    try:
        keep_curve(source, now)
    except NightshiftError as error:
        get_run_logger().warning("%s %s: no X-ray flux: %s", source.archive, source.night, error)
    return sorted(set(had))
