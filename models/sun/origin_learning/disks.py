"""Training and evaluation of `sun-active-origin`, on the disks and folds of `sun-active`."""

from functools import partial
from pathlib import Path

import numpy as np

from models.sun.active_learning.disk import EVENTS, LabelledDisk, truth
from models.sun.active_learning.recipes import Forecast, Recipe
from models.sun.active_learning.rolling import roll, skills
from models.sun.active_learning.training import Progress
from models.sun.origin_learning.network import fit_origin
from models.sun.origin_recipe import SunActiveOrigin, disk_picture, origin_scores
from models.sun.prepare import PREPROCESSING_VERSION
from models.weights_file import save_arrays, sha256, write_card


def origin(disks: list[LabelledDisk]) -> Forecast:
    """A network for each of `EVENTS`."""
    pictures = _pictures(disks)
    networks = [fit_origin(pictures, event) for event in truth(disks).T]
    return lambda others: np.stack([origin_scores(network, _pictures(others), "cpu") for network in networks], axis=1)


def half(_recipe: Recipe, _disks: list[LabelledDisk]) -> np.ndarray:
    """The origin's threshold."""
    return np.full(len(EVENTS), SunActiveOrigin.threshold)


def train(disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress) -> dict[str, float]:
    """Fit on all disks, forecast every year by what was known before it, write weights and card; return the figures."""
    network = fit_origin(_pictures(disks), truth(disks)[:, 0])
    save_arrays(SunActiveOrigin.weights or "", {name: part.numpy() for name, part in network.state_dict().items()}, weights)
    return evaluate(disks, weights, command, data, progress)


def evaluate(disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress) -> dict[str, float]:
    """Forecast every year by what was known before it, and write the card; as `train`."""
    figures = skills(roll(origin, disks, partial(progress, SunActiveOrigin.name), half))
    front = {
        "name": SunActiveOrigin.name,
        "version": SunActiveOrigin.version,
        "threshold": SunActiveOrigin.threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(SunActiveOrigin.weights or "", weights),
        "command": command,
        "data": data,
        # What the card of sun-active shows beside its own.
        "figures": {key: round(value, 4) for key, value in figures.items()},
    }
    rows = "\n".join(
        f"| {name}1 and above | {figures[f'{name}_auc']:.3f}"
        f" ({figures[f'{name}_auc_low']:.3f} to {figures[f'{name}_auc_high']:.3f}) |"
        f" {figures[f'{name}_tss']:.3f} | {figures[f'{name}_bss']:.3f} |"
        for name in EVENTS
    )
    text = f"""# sun-active-origin {SunActiveOrigin.version}

A baseline to be beaten: the first network of SunML (two convolutions to three planes, one weight a pixel, 16,102 in all), trained
as it was there (Adam, 15 epochs of batches of ten, threshold 0.5), but on disks of AIA 211 and by time: its own 94.7 % came of 15
test images drawn at random, whose labels were those of the year. Forecasts of each year by what was known 30 days before it began:

| within 24 h | AUC | TSS | BSS |
|---|---|---|---|
{rows}

The shipped network was trained for C1 and above, on all of the disks. Its score is not calibrated.
"""
    write_card(SunActiveOrigin.name, front, text, weights)
    return figures


def _pictures(disks: list[LabelledDisk]) -> np.ndarray:
    return np.stack([disk_picture(disk.sun) for disk in disks])
