"""Documents of others about a day, such as lists of flares: where they stand, and their bytes. Imports no Prefect."""

import time
from datetime import date, datetime, timedelta

from models.errors import SourceUnavailable
from tasks.archives.catalogue import SIMULATED, archive
from tasks.archives.fetcher import fetcher
from tasks.source import Source

DAY = timedelta(days=1)
# SWPC's files hold the last 7 days: so many whole ones before the running one.
WHOLE_DAYS = 6
# A week of fluxes had 2.2 MB in 2020 and has more columns since.
MAX_BYTES = 32 << 20
# The archives of one night are observed one after the other, within minutes; own choice.
FRESH_S = 600.0
_had: dict[str, tuple[float, bytes | SourceUnavailable]] = {}


def address(setting: str, simulated_path: str, source: Source, day: date, now: datetime) -> str:
    """Where something of a day stands; "" where nobody keeps it (any longer).

    Parameters
    ----------
    setting : an address; with {day} or {next_day} one of any day, without one of the last week
    simulated_path : below a visit to the simulated archives, a format of ``night`` and ``next_day``
    source : which archives are asked
    day : UTC day
    now : aware datetime
    """
    age = (now.date() - day).days
    if source.archive.endswith(SIMULATED):
        # The simulated archives have only days that have ended.
        top = source.root.removesuffix(archive(source.archive).simulated_path)
        return top + simulated_path.format(night=day, next_day=day + DAY) if age >= 1 else ""
    of_day = "{day" in setting or "{next_day" in setting
    return setting.format(day=day, next_day=day + DAY) if age >= 0 and (of_day or age <= WHOLE_DAYS) else ""


def document(url: str) -> bytes:
    """Fetch what stands at an address.

    Raises
    ------
    SourceUnavailable
        It cannot be had.
    """
    fetched = fetcher().get(url, MAX_BYTES)
    if fetched.outcome != "fetched":
        raise SourceUnavailable(f"{url} cannot be had: {fetched.reason}", gone=fetched.outcome == "absent")
    return fetched.path.read_bytes() if fetched.path else fetched.body


def recent_document(url: str) -> bytes:
    """Fetch as `document` does, or give what this process had from there within the last ten minutes.

    Raises
    ------
    SourceUnavailable
        It cannot be had, or could not: the patience of a service that is away is spent once a night, not for each archive.
    """
    now = time.monotonic()
    for old in [name for name, (had, _) in _had.items() if now - had > FRESH_S]:
        del _had[old]
    if url not in _had:
        try:
            _had[url] = now, document(url)
        except SourceUnavailable as error:
            _had[url] = now, error
    _, found = _had[url]
    if isinstance(found, SourceUnavailable):
        raise found
    return found
