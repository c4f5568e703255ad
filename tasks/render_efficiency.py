"""What was recovered of the injected bursts, drawn. Imports no Prefect. The same input gives the same bytes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.radio.injection import STRENGTH_DB
from tasks.efficiency_shown import Curve
from tasks.night_style import BURST, FAINT, NIGHT, PAPER, SKY, dress, png

TICKS_DB = (1, 2, 3, 5, 10, 20)
COLUMNS = 3


def draw_efficiency(curves: Sequence[Curve], title: str) -> bytes:
    """Draw the share recovered against the strength, a panel for each type, with Wilson's intervals of 90 %; PNG."""
    rows = -(-len(curves) // COLUMNS)
    height = 0.9 + 2.1 * rows
    figure = Figure(figsize=(11.0, height), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.065, "right": 0.985, "top": 1 - 0.72 / height, "bottom": 0.55 / height, "hspace": 0.32, "wspace": 0.06}
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False, gridspec_kw=layout)
    for axes, curve in zip(panels.flat, curves, strict=False):
        _panel(axes, curve)
    for axes in panels[-1]:
        axes.set_xlabel("Peak above quiet (dB)")
    for axes in panels[:, 0]:
        axes.set_ylabel("Recovered")
    figure.text(0.065, 1 - 0.3 / height, title, color=PAPER, fontsize=11, fontweight="bold")
    key = "bars: 90 % intervals; dotted: 90 %; orange: complete from there on"
    figure.text(0.985, 1 - 0.3 / height, key, color=FAINT, fontsize=8.5, ha="right")
    return png(figure)


def _panel(axes: Axes, curve: Curve) -> None:
    dress(axes)
    axes.set_facecolor(NIGHT)
    axes.set_xscale("log")
    axes.set_xlim(STRENGTH_DB[0] * 0.93, STRENGTH_DB[1] * 1.08)
    axes.set_ylim(-0.04, 1.06)
    axes.set_xticks(TICKS_DB, [str(tick) for tick in TICKS_DB])
    axes.set_xticks([], minor=True)
    axes.set_yticks((0, 0.5, 1), ("0", "50 %", "100 %"))
    axes.axhline(0.9, color=FAINT, lw=0.9, ls=":")
    if curve.from_90_db is not None:
        axes.axvline(curve.from_90_db, color=BURST, lw=1.6)
    middle = np.array([np.sqrt(item.low_db * item.high_db) for item in curve.shares])
    share = np.array([item.recovered / item.injected for item in curve.shares])
    ends = np.array([item.interval for item in curve.shares]).reshape(-1, 2).T
    axes.vlines(middle, *ends, color=SKY, lw=2.2)
    axes.plot(middle, share, "o-", color=PAPER, mec=NIGHT, ms=6, lw=1.0)
    limit = "" if curve.from_90_db is None else f", 90 % from {curve.from_90_db:.1f} dB"
    axes.set_title(f"{curve.type}   {curve.recovered} of {curve.injected}{limit}", color=PAPER, fontsize=9.5, loc="left")
