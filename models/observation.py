"""What every prepared observation can tell, of whatever instrument it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from models.site import Site


class Observation(Protocol):
    """A file as read and prepared: what classifiers judge and shards hold."""

    @property
    def t_start(self) -> datetime | None:
        """Aware UTC datetime by the file's own clock, None where unknown."""
        ...

    @property
    def t_end(self) -> datetime | None:
        """Likewise, of its end."""
        ...

    @property
    def site(self) -> Site:
        """Where it was taken."""
        ...

    @property
    def observer(self) -> Mapping[str, str]:
        """Who took it, in the words of the instrument: station and focus code, camera."""
        ...
