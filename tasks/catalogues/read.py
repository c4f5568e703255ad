"""Any catalogue that we know, told apart by how it begins."""

from pathlib import Path

from models.errors import CorruptInput
from tasks.catalogues.burst_list import parse_burst_list
from tasks.catalogues.hek import parse_hek
from tasks.catalogues.reading import Reading
from tasks.catalogues.swpc_events import parse_swpc_events


def read_catalogue(path: Path) -> Reading:
    """Read a burst list of e-CALLISTO, an event report of SWPC or a reply of the HEK.

    Raises
    ------
    CorruptInput
        If it is none of them.
    """
    text = path.read_bytes().decode("utf-8", errors="replace")
    begin = text.lstrip("\ufeff \n\r\t")[:2000]
    try:
        if begin.startswith(("{", "[")):
            return parse_hek(text)
        if ":Date:" in begin:
            return parse_swpc_events(text)
    except ValueError as error:
        raise CorruptInput(f"{path.name}: {error}") from error
    reading = parse_burst_list(text)
    if not reading.days:
        raise CorruptInput(f"{path.name}: neither a burst list of e-CALLISTO, nor an event report of SWPC, nor a reply of the HEK")
    return reading
