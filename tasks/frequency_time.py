"""Frequency and time range of every file of a night and of its bursts, as text: the origin's report. Imports no Prefect."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.filters import Filters
from db.queries import ask
from models.errors import ConfigurationError

COLUMNS = ("File Name", "Frequency Range", "Time Range", "Burst", "Score")


def frequency_time(connection: Connection, night: date, archive: str | None) -> str:
    """Tab-separated lines under a heading: each file that the headline has judged, and under it each burst it holds.

    Parameters
    ----------
    night : its date
    archive : its name in the tables; None takes all

    Raises
    ------
    ConfigurationError
        If the night was never run.
    """
    run = [row for row in ask(connection, "nights", Filters(night=night, archive=archive)) if row["outcome"] != "missing"]
    if not run:
        raise ConfigurationError(f"night: {night} has not been run" + (f" for {archive}" if archive else ""))
    of_night = Filters(night=night, archive=archive, headline=True)
    bursts = defaultdict(list)
    for row in ask(connection, "detections", Filters(night=night, archive=archive, headline=True, positive=True)):
        bursts[row["archive"], row["name"]].append(row)
    lines = ["\t".join(COLUMNS)]
    for row in ask(connection, "scores", of_night):
        band = [row["metrics"].get(f"frequency_{edge}_mhz") for edge in ("low", "high")]
        if row["state"] != "judged" or None in band:
            continue
        whole = {
            "frequency_low_mhz": band[0],
            "frequency_high_mhz": band[1],
            "t_start": row["start_time"],
            "t_end": row["end_time"],
        }
        lines.append("\t".join([row["name"], *_ranges(whole), row["label"], f"{row['score']:.2f}"]))
        lines += [
            "\t".join(["", *_ranges(found), found["label"], f"{found['score']:.2f}"])
            for found in sorted(bursts[row["archive"], row["name"]], key=lambda found: found["t_start"])
        ]
    return "\n".join(lines) + "\n"


def _ranges(row: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"{row['frequency_low_mhz']:.2f} - {row['frequency_high_mhz']:.2f} MHz",
        f"{row['t_start']:%Y-%m-%d %H:%M:%S} - {row['t_end']:%H:%M:%S} UTC",
    )
