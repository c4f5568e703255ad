"""Crawl: list a night, compare with the ledger, say what must be fetched."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import func, select

from db.ledger import Ledger, Work
from db.session import transaction
from db.settings import load_settings
from tasks.archives.catalogue import archive
from tasks.archives.fetcher import fetcher
from tasks.archives.listing import NightListing
from tasks.batch import MOST_BATCHES, step_task
from tasks.clock import not_ended, wrong_clocks
from tasks.source import Source

Batch = tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl found: how many files there are, what is wrong with the list or the clocks, and batches of whole parts."""

    listed: int
    state: str
    troubles: tuple[str, ...]
    ignored: tuple[str, ...]
    batches: tuple[Batch, ...]
    warnings: tuple[str, ...] = ()


@step_task
def crawl(source: Source) -> Crawl:
    """List one night and register it; the listing's own retries hold within."""
    listing = fetcher().list_night(archive(source.archive), source.root, source.products, source.night)
    with transaction() as connection:
        now = datetime.now(UTC)
        told: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        ahead = {"the database": told - now}
        if listing.clock_ahead is not None:
            ahead["the archive"] = listing.clock_ahead
        ledger = Ledger(connection, source.archive, source.night)
        foreign = ledger.elsewhere(listing.files)
        files = [file for file in listing.files if file.name not in foreign]
        listed = len(ledger.names() | {file.name for file in files})
        work = ledger.register(files, {product.name: product.preparation for product in archive(source.archive).products})
        if listing.state == "broken":
            ledger.strand(files)
        else:
            ledger.vanish(files)
    ignored = (*listing.ignored, *sorted(foreign))
    troubles = (*listing.troubles, *not_ended(archive(source.archive).bounds(source.night)[1], now, ahead))
    cut = batches(work, load_settings().batch_parts)
    return Crawl(listed, _state(listing, listed), troubles, ignored, cut, tuple(wrong_clocks(ahead)))


def batches(work: list[Work], parts: int) -> tuple[Batch, ...]:
    """Cut work, sorted by part, into batches of at least ``parts`` whole parts, few enough for one flow run."""
    by_part = [tuple(items) for _, items in groupby(work, key=lambda item: item.part)]
    size = max(parts, -(-len(by_part) // MOST_BATCHES))
    return tuple(tuple(item for part in by_part[first : first + size] for item in part) for first in range(0, len(by_part), size))


def _state(listing: NightListing, listed: int) -> str:
    """A night that once had files is not empty because its directory has gone."""
    return "whole" if listing.state == "empty" and listed else listing.state
