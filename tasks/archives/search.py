"""Archives that are asked for a night, because they have no directories that a program may list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from tasks.archives.transport import Transport


@dataclass(frozen=True, slots=True)
class Found:
    """One file that a search found: its name, where it can be fetched, and when the archive made it, None where it does not say."""

    name: str
    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found, and a sentence for each of its questions that went unanswered."""

    files: tuple[Found, ...]
    troubles: tuple[str, ...] = ()


# (root, night, way to the archive) to what it has; raises `SourceUnavailable`, or `ConfigurationError` where a setting is missing.
Search = Callable[[str, date, Transport], Awaitable[Findings]]
