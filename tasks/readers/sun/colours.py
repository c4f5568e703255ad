"""From the colours of a published picture back to one intensity."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "data" / "aia_colours.csv"  # as sunpy 7.0.5 draws AIA; SDO's pictures miss them by 1 of 255
LUMA = np.array([0.299, 0.587, 0.114])  # JPEG's (ITU-R BT.601); it is stored in full resolution, the colours in half of it
MOST_OFF = 25  # of 255: how far the median pixel may miss the table; composites and other tables miss it by more


@cache
def colour_table(channel: str) -> np.ndarray | None:
    """(256, 3) colours of an AIA channel, 0 to 255; None for other channels."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        tables = {row["channel"]: row["colours"] for row in csv.DictReader(stream)}
    return np.frombuffer(bytes.fromhex(tables[channel]), np.uint8).reshape(256, 3) if channel in tables else None


def intensity(picture: np.ndarray, channel: str) -> np.ndarray | None:
    """Take the colour table off a picture.

    Parameters
    ----------
    picture : (H, W) or (H, W, 3) uint8 ndarray
    channel : as in `models.sun.image.SunImage`

    Returns
    -------
    (H, W) float32 ndarray, 0 to 255: steps of the colour table. None where the colours are neither grey nor the channel's.
    """
    if picture.ndim == 2:
        return picture.astype(np.float32)
    colours = picture.astype(np.float32)
    if np.median(np.ptp(colours[:, :, :3], axis=2)) <= 1 and np.percentile(np.ptp(colours, axis=2), 99) <= 8:
        return np.asarray(colours.mean(axis=2))
    table = colour_table(channel)
    if table is None:
        return None
    # Brightness grows along every table, so that it alone tells the step.
    steps: np.ndarray = np.interp(colours @ LUMA, table @ LUMA, np.arange(256)).astype(np.float32)
    bright = steps > 16  # black is black in every table
    off = np.abs(table[np.rint(steps[bright]).astype(int)] - colours[bright]).max(axis=1)
    return steps if off.size and np.median(off) <= MOST_OFF else None
