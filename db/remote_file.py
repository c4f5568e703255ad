"""A file as an archive lists it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One entry of a listing, before a byte of it has moved.

    Attributes
    ----------
    name : plain file name, unique in its archive
    url : where it can be fetched
    product : product of the archive's declaration that it belongs to
    station, focus_code : from the name, "" where it has none
    start : aware UTC datetime from the name, None where it has none
    listed_size : as the listing states it, often rounded ("186K"); "" where it does not
    modified : aware UTC datetime from the listing, None where it states none
    part_minutes : length of the parts that its product is prepared in
    """

    name: str
    url: str
    product: str
    station: str
    focus_code: str
    start: datetime | None
    listed_size: str
    modified: datetime | None
    part_minutes: int = 60

    @property
    def part(self) -> str:
        """The fixed partition of the night: product, station and hour, and the minutes where parts are shorter."""
        hour = f"{self.start:%H}" if self.start else "--"
        if self.start and self.part_minutes < 60:
            hour += f"{self.start.minute // self.part_minutes * self.part_minutes:02d}"
        return f"{self.product}/{self.station or '-'}/{hour}"
