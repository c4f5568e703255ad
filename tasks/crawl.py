"""Crawl: list a night, compare with the ledger, say what must be fetched."""

from dataclasses import dataclass
from itertools import groupby

from prefect import task
from prefect.cache_policies import NO_CACHE

from db.ledger import Ledger, Work
from db.session import transaction
from db.settings import load_settings
from tasks.archives.catalogue import archive
from tasks.archives.fetcher import fetcher
from tasks.archives.listing import NightListing
from tasks.batch import MOST_BATCHES
from tasks.source import Source

Batch = tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl found: how many files there are, what is wrong with the list, and batches of whole parts to ingest."""

    listed: int
    state: str
    troubles: tuple[str, ...]
    ignored: tuple[str, ...]
    batches: tuple[Batch, ...]


@task(cache_policy=NO_CACHE)
def crawl(source: Source) -> Crawl:
    """List one night and register it; the listing's own retries hold within."""
    listing = fetcher().list_night(archive(source.archive), source.root, source.products, source.night)
    with transaction() as connection:
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
    return Crawl(listed, _state(listing, listed), listing.troubles, ignored, batches(work, load_settings().batch_parts))


def batches(work: list[Work], parts: int) -> tuple[Batch, ...]:
    """Cut work, sorted by part, into batches of at least ``parts`` whole parts, few enough for one flow run."""
    by_part = [tuple(items) for _, items in groupby(work, key=lambda item: item.part)]
    size = max(parts, -(-len(by_part) // MOST_BATCHES))
    return tuple(tuple(item for part in by_part[first : first + size] for item in part) for first in range(0, len(by_part), size))


def _state(listing: NightListing, listed: int) -> str:
    """A night that once had files is not empty because its directory has gone."""
    return "whole" if listing.state == "empty" and listed else listing.state
