"""What models said of frames of the sky, and what was measured on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from db.merge import merge
from db.schema import SKY_FAULTS, Base
from models.verdict import Verdict

TABLE = Base.metadata.tables["sky_metric"]
KEY = ("source_file_id", "model_version_id")
# Measures of a frame alone that have a column of their own.
MEASURES = (
    "reference",
    "reference_level_adu",
    "cloud_fraction",
    "cloud_fraction_sigma",
    "cloud_fraction_thick",
    "okta",
    "excess_mean_adu",
    "excess_p95_adu",
    "blobs",
    "largest_blob_fraction",
    "edge_density",
    "sky_quality",
)


def record_sky(connection: Connection, verdicts: Sequence[tuple[int, Verdict]], model_ids: Mapping[str, int]) -> None:
    """Write the verdicts on frames (by file id); what the same model version said before is replaced."""
    merge(connection, TABLE, [sky_row(file_id, model_ids[verdict.model], verdict) for file_id, verdict in verdicts], key=KEY)


def sky_row(file_id: int, model_id: int, verdict: Verdict) -> dict[str, Any]:
    """Columns of `SkyMetric` but those that need the frames before it: until these are known the class is that of the frame."""
    told = dict(verdict.metrics)
    frame_class = told.pop("sky_class", None)
    measured = {name: told.pop(name, None) for name in MEASURES}
    return {
        "source_file_id": file_id,
        "model_version_id": model_id,
        "state": verdict.state,
        "reason": verdict.reason,
        "fault": fault_of(verdict.reason),
        "label": verdict.label,
        "score": verdict.score,
        "threshold": verdict.threshold,
        **measured,
        "frame_class": frame_class,
        "sky_class": frame_class,
        "metrics": told,
    }


def fault_of(reason: str) -> str | None:
    """The fault that the reason of a declined verdict begins with ("shutter: taken ..."), None where it begins with none."""
    named = reason.partition(":")[0]
    return named if named in SKY_FAULTS else None
