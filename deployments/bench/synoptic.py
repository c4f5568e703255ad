"""A synoptic day of AIA: a simulated Sun in eight channels, as the JSOC's tree holds it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.disk import LOOKS
from models.simulate.sun.files import aia_synoptic
from tasks.readers.sun.degradation import degradation

NIGHT = date(2014, 5, 14)
CHANNELS = tuple(LOOKS)
HOURS = tuple(range(0, 24, 2))


def synoptic_day(
    folder: Path, channels: int = len(CHANNELS), images: int = len(HOURS), progress: Callable[[int, int], None] | None = None
) -> tuple[Path, list[Path]]:
    """Write the day's definitive images, unless they are there: 1024 x 1024 counts of the exposure, RICE-compressed, 0.7 MB each.

    Parameters
    ----------
    folder : where days are kept
    channels, images : its size, at most 8 and 12
    progress : told of files written, and how many there are

    Returns
    -------
    root of the tree, and its files
    """
    root = folder / f"aia-synoptic-{channels}x{images}"
    sun, files = simulate_activity(NIGHT), []
    for hour in HOURS[:images]:
        moment = datetime.combine(NIGHT, time(hour), UTC)
        for channel in CHANNELS[:channels]:
            path = root / f"{NIGHT:%Y/%m/%d}" / f"H{hour:02d}00" / f"AIA{moment:%Y%m%d_%H%M}_{int(channel):04d}.fits"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                share, _ = degradation(channel, moment)
                path.write_bytes(aia_synoptic(sun, moment, channel, sensitivity=share, near_real_time=False))
            files.append(path)
            if progress:
                progress(len(files), channels * images)
    return root, files
