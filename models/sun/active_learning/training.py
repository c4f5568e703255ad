"""Training and evaluation of `sun-active`."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from models.sun.active import SunActive
from models.sun.active_learning.card import write_active_card
from models.sun.active_learning.disk import EVENTS, LabelledDisk, truth
from models.sun.active_learning.mcintosh import NAME, ReportedDay, poisson, with_reports
from models.sun.active_learning.recipes import RECIPES, active, fit_active
from models.sun.active_learning.rolling import Rolled, roll, skills, validated_threshold
from models.sun.prepare import PREPROCESSING_VERSION
from models.weights_file import load_arrays, save_arrays

Progress = Callable[[str, int, int], None]
Show = Callable[[dict[str, Rolled]], None]


def train(
    disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress, reports: Sequence[ReportedDay] = ()
) -> dict[str, float]:
    """Fit on all disks, forecast every year by what was known before it, write weights and card; return the figures.

    Parameters
    ----------
    disks : in order of time
    weights : folder for ``sun-active.safetensors`` and ``sun-active.md``
    command, data : as the card states them
    progress : told of what is done, how far, of how much
    reports : Solar Region Summaries that are held, for the card
    """
    profile, law = fit_active(disks)
    threshold = validated_threshold(active, disks)  # of C, the first of EVENTS
    arrays = {
        "profile": profile,
        **law.arrays(),
        "threshold": threshold[:1],
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    save_arrays(SunActive.weights or "", arrays, weights)
    return evaluate(disks, weights, command, data, progress, reports)


def evaluate(
    disks: list[LabelledDisk],
    weights: Path,
    command: str,
    data: str,
    progress: Progress,
    reports: Sequence[ReportedDay] = (),
    show: Show | None = None,
) -> dict[str, float]:
    """Forecast every year by what was known before it, by our recipe and by the trivial ones; write the card; as `train`.

    ``show`` is told of the forecasts of every recipe, to draw them.
    """
    rolled = {name: roll(recipe, disks, partial(progress, name)) for name, recipe in RECIPES.items()}
    if known := with_reports(disks):
        rolled[NAME] = roll(poisson, known, partial(progress, NAME))
    if show:
        show(rolled)
    figures = {f"{name}_{key}": value for name, forecasts in rolled.items() for key, value in skills(forecasts).items()}
    figures |= {"disks": float(len(disks)), "forecasts": float(len(rolled[SunActive.name].fold))}
    figures |= {f"rate_{name}": float(share) for name, share in zip(EVENTS, truth(disks).mean(axis=0), strict=True)}
    figures["reported"] = float(len(rolled[NAME].fold)) if NAME in rolled else 0.0
    threshold = float(load_arrays(SunActive.weights or "", ("threshold",), weights)["threshold"][0])
    write_active_card(weights, command, data, threshold, figures, rolled[SunActive.name], reports)
    return figures
