"""Which files a model need not judge because of those beside them. A pure function of the night's files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

NOT_DUE = "not due by its cadence"


def not_due(
    files: Sequence[tuple[int, str, datetime | None]], cadences: Mapping[str, float], begin: datetime, *, alone: bool
) -> dict[tuple[int, str], str]:
    """Say why models decline files, by file id and model.

    Of each ``cadence`` seconds, counted from the night's beginning, the first file is due, whatever order they came in. Files
    without a time are always due.

    Parameters
    ----------
    files : id, name and beginning of all stored files of a night, by time and name
    cadences : seconds, by model; 0 where all files are due
    begin : of the night
    alone : whether one instrument took them all, so that a second file of the same time is a copy of the first
    """
    declined: dict[tuple[int, str], str] = {}
    first_at: dict[datetime, str] = {}
    taken: set[tuple[str, int]] = set()
    for file_id, name, start in files:
        if start is None:
            continue
        if alone and (first := first_at.setdefault(start, name)) != name:
            declined |= {(file_id, model): f"duplicate: DATE-OBS is that of {first}" for model in cadences}
            continue
        for model, cadence in cadences.items():
            if cadence:
                slot = (model, int((start - begin).total_seconds() // cadence))
                if slot in taken:
                    declined[file_id, model] = NOT_DUE
                taken.add(slot)
    return declined
