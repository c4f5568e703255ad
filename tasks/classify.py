"""Classify single files: no database, no server, no network. The same reading, preparing and judging as in a night."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models import registry
from models.errors import CorruptInput
from models.observation import Observation
from models.verdict import Verdict
from tasks import shard
from tasks.archives.catalogue import archive_of, product_of
from tasks.beside import files_beside
from tasks.judge import judge
from tasks.noaa_regions import numbered
from tasks.readers.kind import instrument_of


def classify_file(path: Path, others: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what all classifiers say of one file, in the form that ``nightshift classify --json`` prints.

    Parameters
    ----------
    path : the file
    others : files that are judged with it; images of the Sun are given to models with those of about their time
    """
    data = path.read_bytes()
    instrument = _instrument(path.name, data)
    result: dict[str, Any] = {"file": str(path), "instrument": instrument, "state": "ok", "reason": ""}
    try:
        observation = _read(path.name, data, instrument)
    except CorruptInput as error:
        return result | {"state": "quarantined", "reason": str(error), "observation": None, "verdicts": []}
    models = registry.classifiers(instrument)
    names = [model.name for model in models]
    if instrument == "sun":
        observation = _with_others(observation, files_beside(path, others, names))
    verdicts = judge(names, [observation])
    if instrument == "sun":
        verdicts = {name: [numbered(said[0], observation.t_start)] for name, said in verdicts.items()}
    first = registry.headline(instrument)
    return result | {
        "observation": {
            "t_start": _utc(observation.t_start),
            "t_end": _utc(observation.t_end),
            **observation.observer,
        },
        "verdicts": [_verdict(verdicts[model.name][0], headline=model is first) for model in models],
    }


def read_file(path: Path) -> tuple[str, Observation]:
    """Read and prepare one file; return its instrument with it.

    Raises
    ------
    CorruptInput
        With a sentence that names the file.
    """
    data = path.read_bytes()
    instrument = _instrument(path.name, data)
    return instrument, _read(path.name, data, instrument)


def _instrument(name: str, data: bytes) -> str:
    """Return the instrument of the archive whose files are called like this one, else what the first header tells, else radio."""
    declared = archive_of(name)
    return declared.instrument if declared else instrument_of(data, name) or "radio"


def _read(name: str, data: bytes, instrument: str) -> Observation:
    """Read and prepare by way of a shard, so that the numbers are those that a night would record."""
    observation: Observation
    ((_, observation),) = shard.unpack(shard.pack([(name, product_of(name, instrument).read(data, name))]))
    return observation


def _with_others(observation: Any, paths: Sequence[Path]) -> Any:
    """An image of the Sun with the readable ones of others beside it."""
    beside = []
    for path in paths:
        with suppress(CorruptInput):  # its own line tells
            beside.append(read_file(path)[1])
    return replace(observation, beside=tuple(beside))


def headline_verdict(instrument: str, observation: Observation) -> Verdict | None:
    """Return what the headline model of an instrument says, None where it has none."""
    first = registry.headline(instrument)
    return judge([first.name], [observation])[first.name][0] if first else None


def _verdict(verdict: Verdict, *, headline: bool) -> dict[str, Any]:
    return {
        "model": verdict.model,
        "version": verdict.version,
        "headline": headline,
        "state": verdict.state,
        "reason": verdict.reason,
        "label": verdict.label,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "positive": verdict.positive,
        "scores": dict(verdict.scores),
        "detections": [
            {
                "label": found.label,
                "score": found.score,
                "t_start": _utc(found.t_start),
                "t_peak": _utc(found.t_peak),
                "t_end": _utc(found.t_end),
                "frequency_low_mhz": found.frequency_low_mhz,
                "frequency_high_mhz": found.frequency_high_mhz,
                "box": list(found.box) if found.box else None,
                "attributes": dict(found.attributes),
            }
            for found in verdict.detections
        ],
        "metrics": dict(verdict.metrics),
    }


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
