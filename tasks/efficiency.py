"""How many of the injected bursts were recovered: per station, type and strength. Imports no Prefect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from models.radio.efficiency import complete_from, shares
from models.radio.recovery import same_type
from models.simulate.bursts import BURST_TYPES

ALL = ""  # the station, or the type, that stands for all of them
ORDER = (ALL, *BURST_TYPES)
Injected = Sequence[Mapping[str, Any]]


def efficiency(connection: Connection, filters: Filters) -> list[dict[str, Any]]:
    """Answer the question "efficiency": a row for each model version, station, type and bin of strengths.

    Stations and types stand first together, then each for itself. ``from_50_db`` and ``from_90_db`` are those of all strengths of
    the station and type.
    """
    found = ask(connection, "injections", replace(filters, limit=None))
    rows = [row for model, version in _values(found, "model", "version") for row in _rows(found, model, version)]
    return rows[: filters.limit]


def strengths(injected: Injected) -> tuple[np.ndarray, np.ndarray]:
    """Strength in dB, and whether it was recovered, of each."""
    return np.array([row["peak_db"] for row in injected], float), np.array([row["recovered"] for row in injected], bool)


def right_types(injected: Injected) -> np.ndarray:
    """Whether each was recovered as what it is."""
    return np.array([row["recovered"] and same_type(row["type"], row["label"]) for row in injected], bool)


def _rows(found: Injected, model: str, version: str) -> Iterator[dict[str, Any]]:
    mine = [row for row in found if (row["model"], row["version"]) == (model, version)]
    for station in _with_all(sorted({row["station"] for row in mine})):
        there = [row for row in mine if station in (ALL, row["station"])]
        for kind in _with_all(sorted({row["type"] for row in there}, key=ORDER.index)):
            chosen = [row for row in there if kind in (ALL, row["type"])]
            strength, recovered = strengths(chosen)
            limits = {f"from_{round(100 * share)}_db": complete_from(strength, recovered, share) for share in (0.5, 0.9)}
            for item, right in zip(shares(strength, recovered), shares(strength, right_types(chosen)), strict=True):
                low, high = item.interval
                yield {
                    "model": model,
                    "version": version,
                    "station": station,
                    "type": kind,
                    "low_db": item.low_db,
                    "high_db": item.high_db,
                    "injected": item.injected,
                    "recovered": item.recovered,
                    "right_type": right.recovered,
                    "share": item.recovered / item.injected,
                    "share_low": low,
                    "share_high": high,
                    **limits,
                }


def _values(rows: Injected, *columns: str) -> list[tuple[Any, ...]]:
    return sorted({tuple(row[column] for column in columns) for row in rows})


def _with_all(values: Sequence[str]) -> list[str]:
    """The values, and before them that which stands for all, if there is more than one."""
    return [*([ALL] if len(values) > 1 else []), *values]
