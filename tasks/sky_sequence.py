"""What the frames of a night tell together, measured once all are judged. Imports no Prefect."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection

from db.sky import FrameRow, frames_of, models_measuring, write_sequence
from models.sky.sequence import measure_sequence

DIGITS = 6


def describe_sequence(connection: Connection, archive: str, night: date) -> int:
    """Measure the sequence of frames for each model version that tells a cloud fraction; return how many rows that changed."""
    changed = 0
    for model_id in models_measuring(connection, archive, night):
        changed += write_sequence(connection, sequence_rows(frames_of(connection, archive, night, model_id), model_id))
    return changed


def sequence_rows(frames: Sequence[FrameRow], model_id: int) -> list[Mapping[str, Any]]:
    """Measures of the judged among frames in the order of their times, as `write_sequence` takes them."""
    mine = [frame for frame in frames if frame.state == "judged" and frame.moment is not None]
    if not mine:
        return []
    begin = mine[0].moment
    seconds = np.array([(frame.moment - begin).total_seconds() for frame in mine])  # type: ignore[operator]
    level = np.array([np.nan if frame.level_adu is None else frame.level_adu for frame in mine])
    fraction = np.array([np.nan if frame.cloud_fraction is None else frame.cloud_fraction for frame in mine])
    found = measure_sequence(seconds, level, fraction, [frame.frame_class for frame in mine])
    return [
        {
            "source_file_id": frame.id,
            "model_version_id": model_id,
            "sky_class": found.classes[number],
            "variance_5min_adu2": _told(found.variance_5min_adu2[number]),
            "variance_15min_adu2": _told(found.variance_15min_adu2[number]),
            "cloud_rate_per_min": _told(found.cloud_rate_per_min[number]),
        }
        for number, frame in enumerate(mine)
    ]


def _told(value: float) -> float | None:
    return round(float(value), DIGITS) if np.isfinite(value) else None
