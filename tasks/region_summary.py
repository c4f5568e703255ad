"""NOAA's Solar Region Summary of a day, issued at half past midnight on the next. Imports no Prefect.

A night fetches it and keeps it among its artifacts; a single file is held against what lies in the folder of catalogues.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db import objects
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.session import transaction
from db.settings import load_settings
from models.errors import ConfigurationError, CorruptInput, SourceUnavailable
from models.sun.regions import Region
from tasks.catalogues.documents import address, document
from tasks.catalogues.srs import read_srs
from tasks.source import Source

SUMMARY = "SRS.txt"  # what the names of summaries end in
REGION_SUMMARY = "region_summary"  # among a night's artifacts
SIMULATED_PATH = "swpc/{night:%Y/%m/%d}/{next_day:%Y%m%d}" + SUMMARY


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary: its name, its text, the regions in it."""

    name: str
    text: str
    regions: tuple[Region, ...]


def summary_in_folder(day: date) -> Summary | None:
    """The summary that tells of a day; None where it is not in the folder of catalogues.

    Raises
    ------
    ConfigurationError
        What lies there is none.
    """
    folder = load_settings().catalogues
    path = folder.expanduser() / f"{day + timedelta(days=1):%Y%m%d}{SUMMARY}" if folder else None
    if path is None or not path.is_file():
        return None
    try:
        return _summary(path.name, path.read_bytes())
    except CorruptInput as error:
        raise ConfigurationError(f"NIGHTSHIFT_CATALOGUES: {error}") from error


def find_summary(source: Source, now: datetime, fetch: Callable[[str], bytes] = document) -> Summary:
    """The summary of a night: of the folder of catalogues, of the first of NOAA's places that has it, or the one that was kept.

    Raises
    ------
    SourceUnavailable
        Nobody has it: days without one happen (2012-01-01).
    CorruptInput, ConfigurationError
        What stands there, or lies in the folder, is none.
    """
    if lying := summary_in_folder(source.night):
        return lying
    places = [address(place, SIMULATED_PATH, source, source.night, now) for place in load_settings().region_summaries]
    troubles = []
    for url in dict.fromkeys(filter(None, places)):
        try:
            return _summary(url.rpartition("/")[2], fetch(url))
        except SourceUnavailable as error:
            troubles.append(str(error))
    with transaction() as connection:
        kept = night_artifacts(connection, source.archive, source.night).get(REGION_SUMMARY)
    if kept:
        return _summary(kept["key"], objects.get(kept["key"]))
    raise SourceUnavailable("; ".join(troubles) or "nobody is asked for it (NIGHTSHIFT_REGION_SUMMARIES)")


def keep_summary(source: Source, summary: Summary) -> None:
    """Keep the summary of a night among its artifacts."""
    stored = objects.put("reference", summary.text.encode(), ".txt", "text/plain")
    with transaction() as connection:
        record_artifacts(connection, [stored])
        known = night_artifacts(connection, source.archive, source.night)
        entry = {REGION_SUMMARY: {"key": stored.key, "fingerprint": stored.sha256}}
        write_artifacts(connection, source.archive, source.night, known | entry)


def _summary(name: str, data: bytes) -> Summary:
    text = data.decode("utf-8", errors="replace")
    return Summary(name, text, tuple(read_srs(text, name)))
