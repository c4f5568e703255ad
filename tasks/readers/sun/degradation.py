"""How much of its first sensitivity an AIA channel has left.

``data/aia_degradation.csv`` holds the corners of aiapy's calibration version 9 (aia_V9 response table; daily values from 2010-05-01
to 2024-07-11), thinned so that straight lines between them stay within 0.5 % of every daily value: 130 rows instead of 41,488.
1600 and 4500 are not in it.
"""

import csv
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "data" / "aia_degradation.csv"
SOURCE = "aiapy v9, to 2024-07-11"


@cache
def _corners() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = [
            (row["channel"], date.fromisoformat(row["date"]).toordinal(), float(row["share"])) for row in csv.DictReader(stream)
        ]
    channels = dict.fromkeys(channel for channel, _, _ in rows)
    return {
        channel: (np.array([r[1] for r in rows if r[0] == channel]), np.array([r[2] for r in rows if r[0] == channel]))
        for channel in channels
    }


def degradation(channel: str, when: datetime) -> tuple[float, str]:
    """Share of a channel's sensitivity of 2010 that is left, and where that comes from.

    Parameters
    ----------
    channel : AIA wavelength, angstrom
    when : aware datetime; before the table's first and after its last day that day's value is taken

    Returns
    -------
    share : between 0 and 1.03; 1 where the channel is not in the table
    source : "" where it is not; says so where ``when`` is beyond the table's end
    """
    if channel not in _corners():
        return 1.0, ""
    days, shares = _corners()[channel]
    moment = when.astimezone(UTC)
    day = moment.toordinal() + (moment.hour - 12) / 24  # the table's values are those of noon
    beyond = day > days[-1]
    return float(np.interp(day, days, shares)), f"{SOURCE}, held since" if beyond else SOURCE
