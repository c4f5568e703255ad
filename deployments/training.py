"""Training and evaluation on the labelled files of a data folder."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from models.errors import ConfigurationError, CorruptInput
from models.radio import gate_training, origin_training
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare
from tasks.readers.spectrogram import read_spectrogram

TRAINERS: dict[str, Callable[..., dict[str, float]]] = {"radio-gate": gate_training.train, "radio-origin": origin_training.train}
RADIO_DATA = "201 real e-CALLISTO and Phoenix files of 42 stations, 2003-2020, annotated by one reader; not part of this repository"


def labelled_spectrograms(data: Path) -> Iterator[LabelledSpectrogram]:
    """Prepared spectrograms of ``data/radio/fits`` with the labels and boxes beside them; unreadable files are left out.

    Raises
    ------
    ConfigurationError
        ``labels.csv`` or ``boxes.csv`` is missing.
    """
    folder = data / "radio"
    try:
        with (folder / "labels.csv").open(encoding="utf-8") as labels, (folder / "boxes.csv").open(encoding="utf-8") as boxes:
            rows = sorted(csv.DictReader(labels), key=lambda row: row["file"])
            drawn: dict[str, list[BurstBox]] = {row["file"]: [] for row in rows}
            for box in csv.DictReader(boxes):
                drawn[box["file"]].append(_box(box))
    except FileNotFoundError as error:
        raise ConfigurationError(f"{error.filename} is missing: DATA holds radio/fits, labels.csv and boxes.csv") from error
    for row in rows:
        path = folder / "fits" / row["file"]
        try:
            prepared = prepare(read_spectrogram(path.read_bytes(), path.name))
        except (CorruptInput, FileNotFoundError):
            continue
        yield LabelledSpectrogram(path.name, prepared, row["label"], row["confidence"], row["utc_day"], tuple(drawn[path.name]))


def _box(row: dict[str, str]) -> BurstBox:
    start, end = (datetime.fromisoformat(row[key].replace("Z", "+00:00")) for key in ("t_start", "t_end"))
    return BurstBox(row["type"], start, end, float(row["f_low_mhz"]), float(row["f_high_mhz"]), row["confidence"])


def train(model: str, data: Path, weights: Path) -> dict[str, float]:
    """Train a model on the files of ``data`` and write its weights and card into ``weights``; return its figures.

    Raises
    ------
    ConfigurationError
        No training is known for ``model``, or the data are missing.
    """
    if model not in TRAINERS:
        raise ConfigurationError(f"no training for {model!r}; there is one for {', '.join(sorted(TRAINERS))}")
    return TRAINERS[model](
        labelled_spectrograms(data),
        weights,
        command=f"nightshift train {model} DATA",
        data=RADIO_DATA,
    )
