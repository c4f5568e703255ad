"""What was found of the clouds put into copies of a night's clear frames, as its report shows it. Imports no Prefect."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from models.radio.efficiency import LEAST_ABOVE, complete_from

# ADU; the last is the strongest that is put.
EDGES_ADU = (3.0, 6.0, 10.0, 15.0, 30.0, 100.0)


@dataclass(frozen=True, slots=True)
class CloudShare:
    """Clouds between two excesses: how many were put and how many frames were then called cloudy, the mean share of their pixels
    that was marked, and the mean error of the cloud fraction.
    """

    low_adu: float
    high_adu: float
    injected: int
    recovered: int
    found: float
    error: float


@dataclass(frozen=True, slots=True)
class CloudsShown:
    """What the report says of injected clouds."""

    shares: tuple[CloudShare, ...]
    injected: int
    recovered: int
    false: float
    from_90_adu: float | None

    @property
    def sentence(self) -> str:
        """How many were found, and from where on nearly all."""
        limit = (
            f"90 % completeness was not reached by {LEAST_ABOVE} or more"
            if self.from_90_adu is None
            else f"90 % complete above {self.from_90_adu:.0f} ADU"
        )
        return f"{self.recovered} of {self.injected} injected clouds were found; {limit}."


def clouds_shown(connection: Connection, archive: str, night: date) -> CloudsShown | None:
    """Gather what the headline found; None where nothing was injected."""
    rows = ask(connection, "clouds", Filters(night=night, archive=archive, headline=True))
    if not rows:
        return None
    excess, recovered = np.array([row["excess_adu"] for row in rows]), np.array([row["recovered"] for row in rows], bool)
    found = np.array([row["found"] for row in rows])
    error = np.array([abs((row["fraction"] or 0.0) - row["cover"]) for row in rows])
    place = (np.searchsorted(EDGES_ADU, excess, side="right") - 1).clip(0, len(EDGES_ADU) - 2)
    shares = [
        CloudShare(
            EDGES_ADU[number],
            EDGES_ADU[number + 1],
            int(mine.sum()),
            int(recovered[mine].sum()),
            float(found[mine].mean()),
            float(error[mine].mean()),
        )
        for number in np.unique(place).tolist()
        for mine in [place == number]
    ]
    false = float(np.mean([row["false"] for row in rows]))
    return CloudsShown(tuple(shares), len(rows), int(recovered.sum()), false, complete_from(excess, recovered, 0.9))
