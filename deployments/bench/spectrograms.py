"""Files to read: simulated ones, made once, or real ones of a folder."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from deployments.simulated.night import DATA, day_folder, write_night
from models.errors import ConfigurationError, CorruptInput
from tasks.readers.inflate import inflate_fits

NIGHT = date(2019, 10, 5)  # the day whose real index pages gave the size of a day
CARD, CARDS = 80, 36
FULL_SIZE = {"NAXIS1": 3600, "NAXIS2": 200}  # samples and channels of 84 % of the archive's files


def simulated_day(folder: Path, stations: int, files_per_station: int, progress: Callable[[int, int], None] | None = None) -> Path:
    """Write a simulated day without faults, unless it is there; return the root of its tree.

    Parameters
    ----------
    folder : where days are kept
    stations, files_per_station : its size; 48 and 65 make 3,120 files
    progress : called after each file with how many are written, and of how many
    """
    root = folder / f"day-{stations}x{files_per_station}"
    write_night(root, NIGHT, stations=stations, files_per_station=files_per_station, faults=(), progress=progress)
    return root


def files_of_day(root: Path) -> list[Path]:
    """Files of the simulated day in the tree ``root``, by name."""
    return sorted((root / DATA / day_folder(NIGHT)).glob("*.fit.gz"))


def full_size(files: list[Path]) -> list[Path]:
    """Those files that have 200 channels and 3600 samples, as most have; the others would blur a time per file."""
    return [path for path in files if _has_full_size(path)]


def real_files(folder: Path) -> list[Path]:
    """Files ``*.fit.gz`` of a folder.

    Raises
    ------
    ConfigurationError
        If there are none.
    """
    files = sorted(folder.glob("*.fit.gz"))
    if not files:
        raise ConfigurationError(f"data: no *.fit.gz in {folder}")
    return files


def _has_full_size(path: Path) -> bool:
    try:
        raw = inflate_fits(path.read_bytes(), path.name)
    except CorruptInput:
        return False
    cards = (bytes(raw[first : first + CARD]) for first in range(0, CARD * CARDS, CARD))
    sizes = {card[:8].decode("ascii", "replace").strip(): card[10:30].strip() for card in cards}
    return all(sizes.get(name) == str(size).encode() for name, size in FULL_SIZE.items())
