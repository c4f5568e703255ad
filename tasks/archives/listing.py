"""List one night of an archive: which files there are, and whether we can be sure that these are all."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from urllib.parse import quote

from db.remote_file import RemoteFile
from models.errors import SourceUnavailable
from tasks.archives.archive import Archive, Product
from tasks.archives.transport import Transport


@dataclass(frozen=True, slots=True)
class NightListing:
    """The files of one night, and what is wrong with the list.

    Attributes
    ----------
    files : each name once
    state : "whole", "empty" where the archive has no such night, "broken" where files may be missing from it
    troubles : a sentence each, naming what could not be listed; empty unless broken
    ignored : names in the night's directories that are no product's, or that would lead out of them
    clock_ahead : how far the archive's clock is ahead of ours, None where it does not tell
    """

    files: tuple[RemoteFile, ...]
    state: Literal["whole", "empty", "broken"]
    troubles: tuple[str, ...] = ()
    ignored: tuple[str, ...] = field(default=(), repr=False)
    clock_ahead: timedelta | None = field(default=None, compare=False)


async def list_night(archive: Archive, root: str, products: tuple[str, ...], night: date, transport: Transport) -> NightListing:
    """List the wanted products of one night."""
    files: dict[str, RemoteFile] = {}
    troubles: list[str] = []
    ignored: list[str] = []
    ahead: timedelta | None = None
    for product in (archive.product(name) for name in products):
        try:
            if product.search:
                found = await product.search(root, night, transport)
                files |= {
                    file.name: product.remote_file(file.name, file.url, "", file.modified)
                    for file in found.files
                    if product.holds(file.name)
                }
                troubles += found.troubles
                continue
            for directory in product.directories(night):
                ahead = await _list_directory(product, directory, root, transport, files, troubles, ignored)
        except SourceUnavailable as error:
            troubles.append(str(error))
    state: Literal["whole", "empty", "broken"] = "broken" if troubles else "whole" if files else "empty"
    return NightListing(tuple(files.values()), state, tuple(troubles), tuple(ignored), ahead)


async def _list_directory(
    product: Product,
    directory: str,
    root: str,
    transport: Transport,
    files: dict[str, RemoteFile],
    troubles: list[str],
    ignored: list[str],
) -> timedelta | None:
    """Add what a directory of a product lists; return how far the archive's clock is ahead."""
    try:
        page = await transport.list_directory(root + directory)
    except SourceUnavailable as error:
        if not error.gone:
            raise
        tree = root + product.directory.partition("{")[0]
        return await _confirm_missing(tree, (root + directory).removeprefix(tree), transport)
    if not page.complete:
        troubles.append(f"{root}{directory}: the listing breaks off after {len(page.entries)} names")
    ignored += page.refused
    for entry in page.entries:
        if product.holds(entry.name):
            url = root + directory + quote(entry.name)
            files.setdefault(entry.name, product.remote_file(entry.name, url, entry.size, entry.modified))
        elif not entry.name.endswith("/") and not product.pattern:
            ignored.append(entry.name)
    return page.clock_ahead


async def _confirm_missing(tree: str, directory: str, transport: Transport) -> timedelta | None:
    """Make sure that a directory does not exist, from a parent that lists well and does not name it; return that one's clock.

    ``tree`` is the address of the product's whole tree: where that does not exist the archive has moved, or the address is wrong.

    Raises
    ------
    SourceUnavailable
        If no parent lists well, or one does name it.
    """
    missing = directory.rstrip("/")
    while missing:
        parent, _, name = missing.rpartition("/")
        above = f"{tree}{parent}/" if parent else tree
        try:
            page = await transport.list_directory(above)
        except SourceUnavailable as error:
            if not error.gone:
                raise
            missing = parent
            continue
        if any(entry.name.rstrip("/") == name for entry in page.entries):
            raise SourceUnavailable(f"{above}{name}/: the parent lists this directory, but the archive answers that it is gone")
        if not page.complete:
            raise SourceUnavailable(f"{above}: the listing breaks off, so that it cannot say whether {name}/ exists")
        return page.clock_ahead
    raise SourceUnavailable(f"{tree}: the archive has no such tree; it has moved, or its address is wrong")
