"""What an archive is: a declaration. Listing and fetching live beside this file, by the scheme of the root."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from db.remote_file import RemoteFile
from models.radio.spectrogram import Spectrogram
from tasks.archives.search import Search


class NameParts(Protocol):
    """What a file's name says: station, focus code and start, empty or None where it does not."""

    @property
    def station(self) -> str:
        """Who observed."""
        ...

    @property
    def focus_code(self) -> str:
        """Which of the station's receivers."""
        ...

    @property
    def start(self) -> datetime | None:
        """Aware UTC datetime."""
        ...


@dataclass(frozen=True, slots=True)
class Product:
    """One kind of file that an archive holds.

    Attributes
    ----------
    name : as it stands in `source_file.product`
    directory : below the root, a format of ``night``; "2002/{night:%m}/"; "" where the archive is searched
    suffixes : endings of the names that belong to it
    pattern : what such a name must look like besides; "" takes all. Of archives that hold more than anybody wants, the cadence
    hours : where each hour has a directory, those that are listed, for ``{hour:02d}`` in ``directory``; empty where none has
    before : directory, likewise, where files stand until they come to ``directory`` in their definitive version; "" where nowhere
    parse_name : name to its parts; a name that says nothing is taken all the same, without station and start
    read : (bytes, name) to an observation ready to be judged; raises `CorruptInput`
    preparation : version of what ``read`` makes of the bytes; what was stored with another one is prepared anew
    read_raw : (bytes, name) to the spectrogram as it is before it is prepared; None where there is no such thing
    part_minutes : how long the parts are that are prepared together; 60, or a divisor of it
    search : asks the archive for a night's files, where it has no directories to list; None where it has
    completed : (bytes, address) to the file that is kept, where the archive tells something of it that is not in it; None where not
    """

    name: str
    directory: str
    suffixes: tuple[str, ...]
    parse_name: Callable[[str], NameParts]
    read: Callable[[bytes, str], Any]
    preparation: str
    read_raw: Callable[[bytes, str], Spectrogram] | None = None
    part_minutes: int = 60
    pattern: str = ""
    hours: tuple[int, ...] = ()
    before: str = ""
    search: Search | None = None
    completed: Callable[[bytes, str], bytes] | None = None

    def holds(self, name: str) -> bool:
        """Whether a file of this name belongs to it."""
        return name.endswith(self.suffixes) and (not self.pattern or re.fullmatch(self.pattern, name) is not None)

    def directories(self, night: date) -> list[str]:
        """Directories of a night below the root, definitive ones first."""
        formats = [text for text in (self.directory, self.before) if text]
        return [text.format(night=night, hour=hour) for text in formats for hour in self.hours or (0,)]

    def remote_file(self, name: str, url: str, listed_size: str, modified: datetime | None) -> RemoteFile:
        """Make the entry of a listing into a `RemoteFile`."""
        parts = self.parse_name(name)
        facts = (parts.station, parts.focus_code, parts.start, listed_size, modified, self.part_minutes)
        return RemoteFile(name, url, self.name, *facts)


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive.

    Attributes
    ----------
    name : as it stands in the tables
    instrument : "radio", "sun" or "sky"; its classifiers judge what is stored
    root : address of the real archive; the setting ``archive_roots`` may name another; "" where only that one can say where it is
    products : what it holds; of these the first is taken, unless the setting ``archive_products`` names others
    timezone : of the times in its listings
    revisit : how long after a night files may still arrive
    max_bytes : a longer file is refused
    site : time zone of the place that observes: its nights run from one local noon to the next; None where a night is a UTC day
    simulated_path : where the simulated archives hold it, below a visit; empty where it is not simulated
    in_place : its files are not copied to S3, and where they lie in a folder, the workers read them there
    alone : it is one instrument: two files of the same time are one observation, held twice
    """

    name: str
    instrument: str
    root: str
    products: tuple[Product, ...]
    timezone: ZoneInfo
    revisit: timedelta
    max_bytes: int
    simulated_path: str = ""
    site: ZoneInfo | None = None
    in_place: bool = False
    alone: bool = False

    def product(self, name: str) -> Product:
        """Return the product called ``name``."""
        return next(product for product in self.products if product.name == name)

    def bounds(self, night: date) -> tuple[datetime, datetime]:
        """UTC bounds of a night: for radio and Sun that UTC day; for a camera from the site's noon of that date to the next.

        That night has 23 h or 25 h where the site's clocks are put forward or back.
        """
        hour, zone = (time(), UTC) if self.site is None else (time(12), self.site)
        first, last = (datetime.combine(day, hour, zone) for day in (night, night + timedelta(days=1)))
        return first.astimezone(UTC), last.astimezone(UTC)
