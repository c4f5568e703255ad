"""One picture of a night: who draws it, and from what."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from db.objects import StoredObject
from tasks.render import RENDER_VERSION

LOOK = "quicklook/"  # what the name of a single file's picture begins with


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to be had: its name in the night, who draws it, and from what."""

    name: str
    draw: Callable[..., StoredObject]
    arguments: tuple[Any, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of all that the picture shows; the same fingerprint means the same picture."""
        shown = json.dumps([RENDER_VERSION, *self.arguments], default=_shown, sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else astuple(value)
