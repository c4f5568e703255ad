"""Forecasts of the Sun's headline beside the flares that came, and what they were worth. Imports no Prefect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection

from db.catalogues import headlines, record_verification
from db.events import headline_name
from db.filters import Filters
from db.queries import ask
from models.sun.flares import Flare
from models.sun.forecast import EVENT, night_figures, skill_figures, what_came
from tasks.archives.catalogue import SIMULATED
from tasks.flare_events import flares_of, whole_until

DAY = timedelta(days=1)
NIGHTS = 30  # over which skill is told: a night has one event or none


def forecasts(connection: Connection, filters: Filters, catalogue: str | None = None) -> list[dict[str, Any]]:
    """Answer the question "forecasts": a row for each image that the headline judged, and what came of it.

    ``event`` is whether a flare of C1 or more was in progress or came within 24 h, and ``largest_class`` the largest flare, ""
    where none is listed; both are None until a list is whole up to 24 h after the image. Real and simulated data never mix.

    Parameters
    ----------
    connection : to the database
    filters : of files, scores and time
    catalogue : the one list that is asked; None asks all of them
    """
    model = headline_name(connection, "sun")
    if model is None or filters.model not in (None, model) or filters.state not in (None, "judged"):
        return []
    asked = replace(filters, model=model, headline=True, state="judged", limit=None)
    said = [row for row in ask(connection, "scores", asked) if row["start_time"]]
    if not said:
        return []
    # A flare in progress at midnight peaked the day before.
    first, last = min(row["start_time"] for row in said).date() - DAY, max(row["start_time"] for row in said).date() + DAY
    looked = whole_until(connection, first, last)
    flares = {
        simulated: flares_of(connection, first, last, simulated=simulated, catalogue=catalogue) for simulated in (False, True)
    }
    rows = []
    for row in said:
        simulated = row["archive"].endswith(SIMULATED)
        lists = [days for name, days in looked.items() if name.endswith(SIMULATED) is simulated and catalogue in (None, name)]
        known = any(_whole(days, row["start_time"]) for days in lists)
        rows.append(_row(row, flares[simulated], known=known))
    return rows[: filters.limit]


def figures_of(connection: Connection, archive: str, night: date, catalogue: str) -> dict[str, float]:
    """How a night's forecasts agree with one list, as far as 24 h are over for them; nothing where they are for none.

    Skill is told over the last 30 nights, this one included.
    """
    since = night - timedelta(days=NIGHTS - 1)
    rows = [row for row in forecasts(connection, Filters(since=since, until=night, archive=archive), catalogue) if row["known"]]
    mine = [row for row in rows if row["night"] == night]
    return {**night_figures(*_columns(mine)), **skill_figures(*_columns(rows))} if mine else {}


def verify_forecasts(connection: Connection, archive: str, night: date, catalogue: str) -> dict[str, float]:
    """Record what `figures_of` says and return it. The same forecasts and flares give the same rows."""
    figures = figures_of(connection, archive, night, catalogue)
    model = headline_name(connection, "sun")
    for model_id, name in headlines(connection, archive, night).items():
        if name == model:
            record_verification(connection, archive, night, model_id, catalogue, {"": figures})
    return figures


def _whole(days: Mapping[date, datetime], moment: datetime) -> bool:
    """Whether a list is whole from a moment to 24 h after it."""
    today, next_day = moment.date(), moment.date() + DAY
    return (
        days.get(today, datetime.min.replace(tzinfo=UTC)) >= datetime.combine(next_day, time(), UTC)
        and days.get(next_day, datetime.min.replace(tzinfo=UTC)) >= moment + DAY
    )


def _row(row: Mapping[str, Any], flares: Sequence[Flare], *, known: bool) -> dict[str, Any]:
    flare = what_came(flares, row["start_time"]) if known else None
    return {
        **{name: row[name] for name in ("archive", "night", "name", "start_time", "model", "version")},
        "probability": row["score"],
        "threshold": row["threshold"],
        "positive": row["positive"],
        "known": known,
        "event": (flare is not None and flare.peak.at_least(EVENT)) if known else None,
        "largest_class": (flare.peak.goes_class if flare else "") if known else None,
    }


def _columns(rows: Sequence[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    probability = np.array([row["probability"] for row in rows], dtype=float)
    positive, event = (np.array([bool(row[name]) for row in rows]) for name in ("positive", "event"))
    return probability, positive, event
