"""How probabilities came true: observed against forecast share, the forecasts counted, and the ROC curve. Imports no Prefect."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.metrics import auc
from models.radio.efficiency import wilson_interval
from models.reliability import reliability, roc
from models.sun.active import SunActive
from models.sun.active_learning.card import EDGES
from models.sun.active_learning.disk import EVENTS
from models.sun.active_learning.rolling import Rolled
from tasks.night_style import BURST, FAINT, NIGHT, PAPER, SKY, dress, png

SHOWN = {SunActive.name: BURST, "persistence 24 h": SKY, "mean brightness": PAPER, "PCA + logistic": FAINT}


def draw_reliability(rolled: Mapping[str, Rolled], folder: Path) -> None:
    """Draw the forecasts of all years into ``folder/sun-active-reliability.png``.

    Parameters
    ----------
    rolled : forecasts by recipe
    folder : made where it is not there
    """
    figure = Figure(figsize=(11.0, 7.6), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.07, "right": 0.98, "top": 0.93, "bottom": 0.07, "hspace": 0.3, "wspace": 0.16}
    panels = figure.subplots(2, 2, gridspec_kw=layout)
    for column, (name, row) in enumerate(zip(EVENTS, panels, strict=True)):
        _diagram(row[0], rolled[SunActive.name], column, f"{SunActive.name}: flares of {name}1 and above within 24 h")
        _curves(row[1], rolled, column)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sun-active-reliability.png").write_bytes(png(figure))


def _diagram(axes: Axes, ours: Rolled, column: int, title: str) -> None:
    score, event = ours.score[:, column], ours.event[:, column]
    dress(axes)
    axes.set_facecolor(NIGHT)
    axes.plot((0, 1), (0, 1), color=FAINT, lw=0.9, ls=":")
    axes.axhline(event.mean(), color=FAINT, lw=0.9)
    for item in reliability(score, event, EDGES[list(EVENTS)[column]]):
        if item.count:
            low, high = wilson_interval(round(item.observed * item.count), item.count)
            axes.vlines(item.forecast, low, high, color=SKY, lw=2.2)
            axes.plot(item.forecast, item.observed, "o", color=PAPER, mec=NIGHT, ms=6)
            axes.text(item.forecast + 0.012, item.observed, str(item.count), color=FAINT, fontsize=8, va="bottom")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.06), xlabel="Forecast probability", ylabel="Observed share")
    axes.set_title(f"{title}, {score.size} forecasts", color=PAPER, fontsize=9.5, loc="left")


def _curves(axes: Axes, rolled: Mapping[str, Rolled], column: int) -> None:
    dress(axes)
    axes.set_facecolor(NIGHT)
    axes.plot((0, 1), (0, 1), color=FAINT, lw=0.9, ls=":")
    for name, colour in SHOWN.items():
        score, event = rolled[name].score[:, column], rolled[name].event[:, column]
        axes.plot(*roc(score, event), color=colour, lw=1.8, label=f"{name}, AUC {auc(score, event):.2f}")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="False positive rate", ylabel="True positive rate")
    axes.legend(loc="lower right", fontsize=8.5, facecolor=NIGHT, edgecolor=FAINT, labelcolor=PAPER)
    table = np.mean(rolled[SunActive.name].score[:, column] >= rolled[SunActive.name].threshold[:, column])
    axes.set_title(f"ROC, all years pooled; {table:.0%} of the disks reach the threshold", color=PAPER, fontsize=9.5, loc="left")
