"""A JSOC of one's own: the simulated one's answers, and small files."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from remote import Reply, Request

from deployments.simulated.jsoc import Jsoc as Database
from models.simulate.sun.hmi import NRT_QUALITY, hmi_cards
from models.sun.prepare import RADIUS, SIZE

SIDE = 2 * SIZE


@dataclass
class Jsoc:
    """Answers as `jsoc_info`, `jsoc_fetch` and `checkAddress.sh` do.

    ``records`` has for each series the keywords of its records by T_REC; ``files`` has the bytes by T_REC.
    """

    registered: str = "night@example.org"
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    staged: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, request: Request) -> Reply:
        name, query = request.path.rpartition("/")[2], request.query
        self.asked.append({"cgi": name, **query})
        held = {f"/SUM1/D{number}/S00000/magnetogram.fits": moment for number, moment in enumerate(self.files)}
        if name == "magnetogram.fits":
            return Reply(body=self.files[held[request.path]]) if request.path in held else Reply(404)
        places = {moment: place for place, moment in held.items()}
        answer = Database(self.records, places, self.registered, self.staged).answer(name, query)
        return Reply(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


def magnetogram() -> np.ndarray:
    """A field of 20 G in the first quarter of the disk as HMI holds it: turned by 180 degrees, nothing beyond the limb."""
    rows, columns = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2
    inside = np.hypot(rows, columns) <= RADIUS * SIDE / SIZE
    return np.where(inside, np.where((rows > 0) & (columns > 0), 20, 0.5), np.nan)


def cards(moment: str, made: str) -> dict[str, Any]:
    """Keywords of a record as the database has them."""
    observed = datetime(2024, 5, 14, 1, 59, 23, 100_000, UTC)
    arcsec = 950.0 / (RADIUS * SIDE / SIZE)
    return hmi_cards(moment, observed, datetime.fromisoformat(made).replace(tzinfo=UTC), NRT_QUALITY, SIDE, arcsec)
