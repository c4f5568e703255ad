"""What the verdicts on disks rest on, and which regions are thought to flare, drawn. Imports no Prefect."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.sun.active import SunActive
from models.sun.active_learning.disk import LabelledDisk
from models.sun.attention import attention
from models.sun.flare import SunFlare
from models.sun.flares import GoesFlux
from models.sun.image import PreparedSun
from models.sun.prepare import SIZE
from tasks.night_style import BURST, FAINT, INTENSITY, NIGHT, PAPER, SKY, png

SHOWN = 4
LEAST_FALL = 0.05  # of the log odds: what is less is not drawn


def draw_attention(disks: Sequence[LabelledDisk], folder: Path, weights: Path) -> None:
    """Draw the disks before the four largest flares, and four quiet ones of the highest score.

    Parameters
    ----------
    disks : with their flares
    folder : gets ``sun-active-attention.png``
    weights : of `sun-active` and `sun-flare`
    """
    active, flare = SunActive("cpu", weights), SunFlare("cpu", weights)
    largest = sorted(disks, key=lambda disk: -disk.flux_w_m2)[:SHOWN]
    quiet = [disk for disk in disks if disk.flux_w_m2 < GoesFlux.of_class("C1.0").w_m2]
    score = {
        disk.name: verdict.score or 0.0 for disk, verdict in zip(quiet, active.score([disk.sun for disk in quiet]), strict=True)
    }
    worst = sorted(quiet, key=lambda disk: -score[disk.name])[:SHOWN]
    figure = Figure(figsize=(13.0, 7.2), dpi=100, facecolor=NIGHT)
    panels = figure.subplots(2, SHOWN, squeeze=False, gridspec_kw={"left": 0.01, "right": 0.99, "top": 0.93, "bottom": 0.02})
    for axes in panels.flat:
        axes.set_axis_off()
    for axes, disk in zip(panels.flat, [*largest, *worst], strict=False):
        _disk(axes, disk, active, flare)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sun-active-attention.png").write_bytes(png(figure))


def _disk(axes: Axes, disk: LabelledDisk, active: SunActive, flare: SunFlare) -> None:
    def scores(suns: Sequence[PreparedSun]) -> list[float]:
        return [verdict.score or 0.0 for verdict in active.score(suns)]

    axes.imshow(disk.sun.picture, origin="lower", cmap=INTENSITY, vmin=0, vmax=1)
    fall = attention(disk.sun, scores)
    middle = (np.arange(len(fall)) + 0.5) * SIZE / len(fall) - 0.5
    if (fall > LEAST_FALL).any():
        levels = [level for level in (LEAST_FALL, 0.15, 0.4) if level < fall.max()]
        axes.contour(middle, middle, fall, levels=levels, colors=BURST, linewidths=1.2)
    (verdict,) = flare.score([disk.sun])
    for found in verdict.detections:
        if found.box:
            x0, y0, x1, y1 = found.box
            axes.plot([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=SKY, lw=0.8)
            axes.text(x1, y1, f"{found.score:.0%}", color=PAPER, fontsize=7)
    came = GoesFlux(disk.flux_w_m2, "operational").goes_class if disk.flux_w_m2 > 1e-8 else "none"
    axes.set_title(f"{disk.day}: {scores([disk.sun])[0]:.0%}, came {came}", color=PAPER, fontsize=9.5, loc="left")
    axes.text(2, 2, "orange: what the score rests on; blue: regions", color=FAINT, fontsize=6.5)
