"""The picture of a day of the Sun as all instruments saw it. Imports no Prefect. The same input gives the same bytes."""

from dataclasses import dataclass
from datetime import datetime

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tasks.night_style import BURST, FAINT, NIGHT, PAPER, SKY, dress, png, time_axis

LETTERS = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}
NAMED_W_M2 = 1e-6  # flares of C and more are named, unless a larger one is so near that the names would overlap
NEAR_D = 35 / 1440
TYPES = ("I", "II", "III", "IIIg", "IV", "V", "unclassified")
LEAST_WIDTH_D = 2 / 1440  # of a bar: two minutes are just seen
GAP_D = 15 / 1440  # where no frame was judged for longer, the line is broken


@dataclass(frozen=True, slots=True)
class Together:
    """What is shown; all times are aware UTC datetimes.

    Attributes
    ----------
    bounds : first and last moment that is drawn
    flares : beginning, end, peak flux (W m-2, operational) and class of each
    bursts : beginning, end and type of each
    clouds : time and cloud fraction of each judged frame, by time
    forecasts : time and probability of each judged image
    threshold : of the headline, None where it judged nothing
    """

    bounds: tuple[datetime, datetime]
    flares: tuple[tuple[datetime, datetime, float, str], ...]
    bursts: tuple[tuple[datetime, datetime, str], ...]
    clouds: tuple[tuple[datetime, float], ...]
    forecasts: tuple[tuple[datetime, float], ...]
    threshold: float | None


def draw_together(shown: Together, curve: tuple[np.ndarray, np.ndarray] | None, title: str) -> bytes:
    """Draw X-rays, radio bursts, clouds and probabilities on one time axis; PNG.

    Parameters
    ----------
    shown : what is drawn
    curve : (N,) datetime64 and (N,) float64 ndarrays, the flux in W m-2; None draws flares as bars
    title : of the picture
    """
    figure = Figure(figsize=(11.0, 7.4), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.1, "right": 0.97, "top": 0.945, "bottom": 0.05, "hspace": 0.12, "height_ratios": (4, 2.4, 1.7, 1.7)}
    panels = figure.subplots(4, 1, sharex=True, gridspec_kw=layout)
    for axes in panels:
        dress(axes)
        axes.set_facecolor(NIGHT)
        axes.grid(axis="x", color=FAINT, alpha=0.2, lw=0.5)
        axes.set_xlim(*mdates.date2num(shown.bounds))
    for axes in panels[:-1]:
        axes.tick_params(axis="x", length=0, labelbottom=False)
    _xrays(panels[0], shown, curve)
    _bursts(panels[1], shown)
    _clouds(panels[2], shown)
    _forecasts(panels[3], shown)
    panels[0].set_title(title, color=PAPER, fontsize=10, loc="left")
    time_axis(panels[-1], 120)
    return png(figure)


def _xrays(axes: Axes, shown: Together, curve: tuple[np.ndarray, np.ndarray] | None) -> None:
    peaks = [flux for _, _, flux, _ in shown.flares]
    axes.set_yscale("log")
    if curve is not None:
        axes.plot(mdates.date2num(curve[0]), curve[1], color=SKY, lw=1.1)
        peaks += [float(curve[1].min()), float(curve[1].max())]
    elif not shown.flares:
        _nothing(axes, "no X-ray flux, no list of flares")
    low, high = min([1e-7, *peaks]) / 1.5, max([2e-5, *peaks]) * 3
    for begin, end, flux, goes_class in shown.flares:
        x0, x1 = mdates.date2num(begin), mdates.date2num(end)
        if curve is None:
            axes.bar(x0, flux - low, max(x1 - x0, LEAST_WIDTH_D), bottom=low, align="edge", color=BURST, lw=0)
        drowned = any(other > flux and abs(mdates.date2num(when) - x0) < NEAR_D for when, _, other, _ in shown.flares)
        if flux >= NAMED_W_M2 and not drowned:
            axes.annotate(goes_class, ((x0 + x1) / 2, flux * 1.4), color=PAPER, fontsize=8, ha="center", clip_on=True)
    axes.set_ylim(low, high)
    axes.set_yticks(list(LETTERS.values()), list(LETTERS))
    axes.minorticks_off()
    axes.set_ylim(low, high)
    axes.grid(axis="y", color=FAINT, alpha=0.25, lw=0.5)
    axes.set_ylabel("X-rays (class)" if curve is not None else "Flares (class)")


def _bursts(axes: Axes, shown: Together) -> None:
    for place, kind in enumerate(TYPES):
        mine = [(mdates.date2num(begin), mdates.date2num(end)) for begin, end, label in shown.bursts if label == kind]
        axes.broken_barh([(x0, max(x1 - x0, LEAST_WIDTH_D)) for x0, x1 in mine], (place - 0.4, 0.8), facecolors=BURST, lw=0)
    if not shown.bursts:
        _nothing(axes, "no radio event known")
    axes.set_ylim(len(TYPES) - 0.5, -0.5)
    axes.set_yticks(range(len(TYPES)), TYPES)
    axes.set_ylabel("Radio")


def _clouds(axes: Axes, shown: Together) -> None:
    x = mdates.date2num([moment for moment, _ in shown.clouds])
    fraction = np.array([value for _, value in shown.clouds])
    for part in np.split(np.arange(x.size), np.flatnonzero(np.diff(x) > GAP_D) + 1):
        axes.plot(x[part], fraction[part], "-" if part.size > 1 else ".", color=PAPER, lw=1.4)
    if not shown.clouds:
        _nothing(axes, "no frame of the sky judged")
    _share(axes, "Cloud")


def _forecasts(axes: Axes, shown: Together) -> None:
    if not shown.forecasts or shown.threshold is None:
        _nothing(axes, "no image judged")
    else:
        axes.axhline(shown.threshold, color=FAINT, lw=0.8, ls="--")
        for moment, value in shown.forecasts:
            colour = BURST if value >= shown.threshold else SKY
            axes.vlines(mdates.date2num(moment), 0, value, color=colour, lw=1.6)
            axes.plot(mdates.date2num(moment), value, "o", color=colour, ms=5, clip_on=False)
    _share(axes, "P(≥ C1, 24 h)")


def _share(axes: Axes, label: str) -> None:
    axes.set_ylim(-0.03, 1.06)
    axes.set_yticks((0, 0.5, 1), ("0", "50 %", "100 %"))
    axes.set_ylabel(label)


def _nothing(axes: Axes, told: str) -> None:
    axes.text(0.5, 0.5, told, transform=axes.transAxes, color=FAINT, fontsize=9, ha="center", va="center")
