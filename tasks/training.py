"""Training and evaluation on the labelled files of a data folder. Imports no Prefect."""

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from models.errors import ConfigurationError, CorruptInput
from models.radio import gate_training, origin_training
from models.radio.burst_learning import training as burst_training
from models.radio.clip import RadioClip
from models.radio.clip_learning import training as clip_training
from models.radio.clip_learning.figures import cross_figures, judged_by_day
from models.radio.evaluation import Show
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.prepare import prepare
from models.radio.spectrogram import Spectrogram
from models.registry import choose_device
from tasks import sun_training
from tasks.checkpoints import fetch_checkpoints
from tasks.misjudged import draw_misjudged
from tasks.readers.spectrogram import read_spectrogram
from tasks.sky_training import (
    evaluate_clear,
    evaluate_unet,
    train_clear,
    train_cnn,
    train_linear,
    train_unet,
    train_unet_origin,
)

Progress = Callable[[str, int, int], None]
Split = Literal["day", "station"]  # what is left out together
Recipe = Callable[[Path, Path, Path, Progress, Path | None, Split], dict[str, float]]
BURST_DATA = "simulated files (models/radio/burst_learning/scenes.py)"
CLIP_DATA = "simulated files and captions (models/radio/clip_learning)"
RADIO_DATA = "201 real e-CALLISTO and Phoenix files of 42 stations, 2003-2020, annotated by one reader; not part of this repository"


def labelled_spectrograms(data: Path, by: Split) -> Iterator[LabelledSpectrogram]:
    """Prepared spectrograms of ``data/radio/fits`` with the labels and boxes beside them; unreadable files are left out.

    ``by`` says what a cross-validation leaves out together.

    Raises
    ------
    ConfigurationError
        ``labels.csv`` or ``boxes.csv`` is missing.
    """
    for row, boxes, spectrogram in annotated_files(data):
        file = LabelledSpectrogram(row["file"], prepare(spectrogram), row["label"], row["confidence"], row["utc_day"], boxes)
        yield file if by == "day" else file.by_station()


def annotated_files(data: Path) -> Iterator[tuple[dict[str, str], tuple[BurstBox, ...], Spectrogram]]:
    """Row of ``labels.csv``, boxes and content of each file of ``data/radio/fits``; unreadable files are left out.

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
            spectrogram = read_spectrogram(path.read_bytes(), path.name)
        except (CorruptInput, FileNotFoundError):
            continue
        yield row, tuple(drawn[path.name]), spectrogram


def _box(row: dict[str, str]) -> BurstBox:
    start, end = (datetime.fromisoformat(row[key].replace("Z", "+00:00")) for key in ("t_start", "t_end"))
    return BurstBox(row["type"], start, end, float(row["f_low_mhz"]), float(row["f_high_mhz"]), row["confidence"])


def train(model: str, data: Path, weights: Path, work: Path, progress: Progress) -> dict[str, float]:
    """Train a model on the files of ``data`` and write its weights and card into ``weights``; return its figures.

    Parameters
    ----------
    model : name
    data : folder with ``radio``
    weights : folder of weights and cards
    work : folder that keeps what may be taken up again after a cut: simulated sets, states of networks
    progress : told of what is done, how far, of how much

    Raises
    ------
    ConfigurationError
        No training is known for ``model``, or the data are missing.
    """
    return _known(model, TRAINERS)(data, weights, work / model, progress, None, "day")


def evaluate(
    model: str, data: Path, weights: Path, work: Path, progress: Progress, pictures: Path | None = None, by: Split = "day"
) -> dict[str, float]:
    """Cross-validate the recipe of a model, judge the files with its weights in ``weights``, and write its card; as `train`.

    Parameters
    ----------
    model, data, weights, work, progress : as in `train`
    pictures : folder for the files that the cross-validated model judges worst; none are drawn where it is None
    by : whether whole days or whole stations are left out in turn; the card is of days, and stays as it is otherwise
    """
    recipe = _known(model, EVALUATIONS)
    if by == "day":
        return recipe(data, weights, work / model, progress, pictures, by)
    with TemporaryDirectory() as beside:
        copy = shutil.copytree(weights, Path(beside) / "weights")
        return recipe(data, copy, work / model, progress, pictures, by)


def _known(model: str, recipes: dict[str, Recipe]) -> Recipe:
    if model not in recipes:
        raise ConfigurationError(f"no training for {model!r}; there is one for {', '.join(sorted(recipes))}")
    return recipes[model]


def _quick(make: Callable[..., dict[str, float]], model: str) -> Recipe:
    """A model that is trained in a minute, with nothing to take up again."""

    def recipe(data: Path, weights: Path, work: Path, progress: Progress, pictures: Path | None, by: Split) -> dict[str, float]:  # noqa: ARG001
        return make(
            labelled_spectrograms(data, by), weights, command=f"nightshift train {model} DATA", data=RADIO_DATA, **_shown(pictures)
        )

    return recipe


def _network(make: Callable[..., dict[str, float]], model: str, simulated: str) -> Recipe:
    """A model with a network, which learns from ``simulated`` files and from real ones."""

    def recipe(data: Path, weights: Path, work: Path, progress: Progress, pictures: Path | None, by: Split) -> dict[str, float]:
        return make(
            labelled_spectrograms(data, by),
            weights,
            command=f"nightshift train {model} DATA",
            data=f"{simulated}; {RADIO_DATA}",
            work=work,
            progress=progress,
            device=choose_device(),
            **_shown(pictures),
        )

    return recipe


def _shown(pictures: Path | None) -> dict[str, Show]:
    return {"show": partial(draw_misjudged, folder=pictures)} if pictures else {}


def _zero_shot(data: Path, _weights: Path, _work: Path, _progress: Progress, _pictures: Path | None, by: Split) -> dict[str, float]:
    """`radio-clip` with the weights that NIGHTSHIFT_CLIP_WEIGHTS names; it has learnt nothing of ours, so there is no training."""
    model = RadioClip(choose_device(), fetch_checkpoints([RadioClip.name]).get(RadioClip.name))
    files = list(filter(gate_training.accepted, labelled_spectrograms(data, by)))
    return cross_figures(judged_by_day(files, gate_training.folds(files), [model] * gate_training.FOLDS))


TRAINERS: dict[str, Recipe] = {
    "radio-burst": _network(burst_training.train, "radio-burst", BURST_DATA),
    "radio-clip-nightshift": _network(clip_training.train, "radio-clip-nightshift", CLIP_DATA),
    "radio-gate": _quick(gate_training.train, "radio-gate"),
    "radio-origin": _quick(origin_training.train, "radio-origin"),
    "sky-clear": train_clear,
    **sun_training.TRAINERS,
    "sky-cnn": train_cnn,
    "sky-cnn-resnet18": partial(train_cnn, architecture="resnet18"),
    "sky-linear": train_linear,
    "sky-unet": train_unet,
    "sky-unet-origin": train_unet_origin,
}
EVALUATIONS: dict[str, Recipe] = {
    "radio-burst": _network(burst_training.evaluate, "radio-burst", BURST_DATA),
    "radio-clip": _zero_shot,
    "radio-clip-nightshift": _network(clip_training.evaluate, "radio-clip-nightshift", CLIP_DATA),
    "radio-gate": _quick(gate_training.evaluate, "radio-gate"),
    **sun_training.EVALUATIONS,
    "sky-clear": evaluate_clear,
    "sky-unet": evaluate_unet,
}
