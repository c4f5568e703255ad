"""Pictures of a night of the sky: clouds over time, a keogram, maps. Imports no Prefect. The same input gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tasks.night_style import (
    BURST,
    FAINT,
    INTENSITY,
    INTENSITY_STEPS,
    NIGHT,
    NO_DATA,
    PAPER,
    SKY,
    UNDER_BURST,
    dress,
    png,
    time_axis,
)

CLASS_COLOURS = {
    "photometric": SKY,
    "spectroscopic": "#009e73",
    "thin": "#f0e442",
    "thick": BURST,
    "overcast": "#d55e00",
    "unknown": NO_DATA,
}
MAPS_A_ROW = 4
MAP_ADU = (-10.0, 100.0)


@dataclass(frozen=True, slots=True)
class CloudPoint:
    """One judged frame: when, its cloud fraction with its uncertainty, and the share under thick cloud."""

    moment: datetime
    fraction: float
    sigma: float
    thick: float


@dataclass(frozen=True, slots=True)
class SkyMap:
    """One frame as a map.

    Attributes
    ----------
    title : its time and class
    excess : (h, w) float32 ndarray, ADU over the clear sky, NaN where no sky is seen
    mask : (h, w) bool ndarray, True under cloud
    """

    title: str
    excess: np.ndarray
    mask: np.ndarray


def draw_clouds(
    points: Sequence[CloudPoint],
    spans: Sequence[tuple[datetime, datetime, str]],
    bounds: tuple[datetime, datetime],
    most_step_s: float,
    title: str,
) -> bytes:
    """Draw the cloud fraction over time with its uncertainty, and the class of the sky beneath; PNG.

    Parameters
    ----------
    points : judged frames by time
    spans : beginning, end and class of the times that they stand for; what lies between is unknown
    bounds : first and last moment that is drawn
    most_step_s : where no frame was judged for longer, the line is broken
    title : of the picture
    """
    figure = Figure(figsize=(11.0, 3.9), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.065, "right": 0.985, "top": 0.885, "bottom": 0.19, "hspace": 0.08, "height_ratios": (6, 1)}
    curve, strip = figure.subplots(2, 1, sharex=True, gridspec_kw=layout)
    for axes in (curve, strip):
        dress(axes)
        axes.set_xlim(*mdates.date2num(bounds))
    curve.set_facecolor(NIGHT)
    for part in _unbroken(points, most_step_s):
        x = mdates.date2num([point.moment for point in part])
        fraction, sigma = np.array([point.fraction for point in part]), np.array([point.sigma for point in part])
        style = "o-" if len(part) < 4 else "-"
        curve.fill_between(x, np.clip(fraction - sigma, 0, 1), np.clip(fraction + sigma, 0, 1), color=NO_DATA, lw=0)
        curve.fill_between(x, 0, [point.thick for point in part], color=UNDER_BURST, lw=0)
        curve.plot(x, fraction, style, color=PAPER, lw=1.6, ms=3)
        curve.plot(x, [point.thick for point in part], style, color=BURST, lw=1.2, ms=3)
    curve.set_ylim(-0.03, 1.03)
    curve.set_yticks((0, 0.5, 1), ("0", "50 %", "100 %"))
    curve.set_ylabel("Field under cloud")
    curve.set_title(title, color=PAPER, fontsize=10, loc="left")
    curve.tick_params(axis="x", length=0, labelbottom=False)
    for kind, colour in CLASS_COLOURS.items():
        mine = [mdates.date2num((begin, end)) for begin, end, said in spans if said == kind]
        strip.broken_barh([(begin, end - begin) for begin, end in mine], (0, 1), facecolors=colour, lw=0)
    strip.set_ylim(0, 1)
    strip.set_yticks(())
    _clock(strip, bounds)
    handles = [Patch(facecolor=colour, edgecolor=FAINT, lw=0.4, label=kind) for kind, colour in CLASS_COLOURS.items()]
    handles += [Patch(color=PAPER, label="any cloud"), Patch(color=BURST, label="thick cloud")]
    figure.legend(handles=handles, loc="lower center", ncols=8, frameon=False, fontsize=9, labelcolor=PAPER)
    return png(figure)


def draw_keogram(
    moments: Sequence[datetime], columns: np.ndarray, bounds: tuple[datetime, datetime], most_step_s: float, title: str
) -> bytes:
    """Draw the middle column of frame after frame; what nobody saw stays dark; PNG.

    Parameters
    ----------
    moments : of N frames, ascending
    columns : (N, h) float32 ndarray, ADU
    bounds : first and last moment that is drawn
    most_step_s : a column is drawn until the next, but not for longer
    title : of the picture
    """
    figure = Figure(figsize=(11.0, 3.2), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.065, "right": 0.95, "top": 0.86, "bottom": 0.13, "width_ratios": (60, 1), "wspace": 0.03}
    axes, bar = figure.subplots(1, 2, gridspec_kw=layout)
    dress(axes)
    low, high = np.percentile(columns, (1, 99))
    colours = mpl.colormaps[INTENSITY].resampled(INTENSITY_STEPS)
    x = mdates.date2num(list(moments))
    step = np.diff(x, append=x[-1] + most_step_s / 86400)
    ends = x + np.minimum(step, most_step_s / 86400)
    shown = None
    for column, begin, end in zip(columns, x, ends, strict=True):
        place = (begin, end), (0, columns.shape[1])
        shown = axes.pcolorfast(*place, column[:, None], cmap=colours, vmin=low, vmax=max(high, low + 1))
    axes.set_xlim(*mdates.date2num(bounds))
    axes.set_ylim(columns.shape[1], 0)
    axes.set_ylabel("Row of the frame")
    axes.set_title(title, color=PAPER, fontsize=10, loc="left")
    _clock(axes, bounds)
    dress(bar, 8)
    if shown is not None:
        figure.colorbar(shown, cax=bar)
        bar.set_title("ADU", color=FAINT, fontsize=8)
    return png(figure)


def draw_maps(maps: Sequence[SkyMap], title: str) -> bytes:
    """Draw frames as maps of their excess over the clear sky, clouds outlined; PNG."""
    rows = -(-len(maps) // MAPS_A_ROW)
    height = 0.75 + 2.35 * rows
    figure = Figure(figsize=(11.0, height), dpi=100, facecolor=NIGHT)
    layout = {"left": 0.015, "right": 0.925, "top": 1 - 0.75 / height, "bottom": 0.1 / height, "hspace": 0.2, "wspace": 0.05}
    panels = figure.subplots(rows, MAPS_A_ROW, squeeze=False, gridspec_kw=layout)
    colours = mpl.colormaps[INTENSITY].resampled(INTENSITY_STEPS)
    shown = None
    for axes, one in zip(panels.flat, maps, strict=False):
        dress(axes)
        excess = np.ma.masked_invalid(one.excess)
        shown = axes.imshow(excess, cmap=colours, vmin=MAP_ADU[0], vmax=MAP_ADU[1], interpolation="nearest")
        if one.mask.any() and not one.mask.all():
            axes.contour(one.mask, levels=[0.5], colors=[BURST], linewidths=1.1)
        axes.set_title(one.title, color=PAPER, fontsize=8.5, loc="left")
        axes.set_xticks(())
        axes.set_yticks(())
    for axes in list(panels.flat)[len(maps) :]:
        axes.set_visible(False)
    figure.text(0.015, 1 - 0.3 / height, title, color=PAPER, fontsize=10)
    if shown is not None:
        bar = figure.add_axes((0.94, 0.1 / height, 0.012, 1 - 0.85 / height))
        dress(bar, 8)
        figure.colorbar(shown, cax=bar)
        bar.set_title("ADU", color=FAINT, fontsize=8)
    return png(figure)


def _unbroken(points: Sequence[CloudPoint], most_step_s: float) -> list[list[CloudPoint]]:
    parts: list[list[CloudPoint]] = []
    for point in points:
        if parts and (point.moment - parts[-1][-1].moment).total_seconds() <= most_step_s:
            parts[-1].append(point)
        else:
            parts.append([point])
    return parts


def _clock(axes: Axes, bounds: tuple[datetime, datetime]) -> None:
    hours = (bounds[1] - bounds[0]).total_seconds() / 3600
    time_axis(axes, next((minutes for most, minutes in ((2, 10), (5, 30), (13, 60)) if hours <= most), 120))
