"""Pictures of what was observed and found, drawn on the workers. Imports no Prefect. The same input gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorizer import ColorizingArtist
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from models.radio.spectrogram import PreparedSpectrogram
from tasks.day_columns import brightest_by_column
from tasks.night_style import (
    BURST,
    FAINT,
    INTENSITY,
    INTENSITY_STEPS,
    NIGHT,
    PAPER,
    SKY,
    STATE_COLOURS,
    UNDER_BURST,
    dress,
    png,
    time_axis,
)

RENDER_VERSION = "3"
# A type III's 99th percentile is 2.7 dB above quiet (reference measurements): the scale ends where strong bursts begin to saturate.
SCALE_DB = (-0.5, 6.0)
# Candidates below are mostly interference, up to thirty a file; drawn, they would hide the picture.
LEAST_DRAWN = 0.2
COLUMN_S = 90.0  # a day is 960 columns, one a pixel
LABEL_LANES = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A detection to be drawn: what, how sure, where; ``sure`` where it reached its threshold."""

    label: str
    score: float
    t_start: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One file in the coverage chart."""

    row: str
    t_start: datetime
    t_end: datetime
    state: str
    bursts: int


def draw_quick_look(name: str, observation: PreparedSpectrogram, marks: Sequence[Mark]) -> bytes:
    """Draw one file over its true, irregular frequency axis, with its detections and the mean over the band; PNG."""
    figure = Figure(figsize=(7.8, 4.8), dpi=110, facecolor=NIGHT)
    layout = {"wspace": 0.03, "hspace": 0.07, "left": 0.085, "right": 0.925, "top": 0.86, "bottom": 0.1}
    grid = figure.add_gridspec(2, 2, width_ratios=(50, 1), height_ratios=(5, 1), **layout)
    axes, scale, curve = (figure.add_subplot(place) for place in (grid[0, 0], grid[0, 1], grid[1, 0]))
    for part in (axes, scale, curve):
        dress(part)
    times = _times(observation)
    seen = np.where(observation.covered & observation.good[:, None], observation.mean_db, np.nan)[:, : observation.n_bins]
    image = draw_spectrum(axes, times, observation.frequency_mhz, seen)
    _band(axes, [observation])
    drawn = [mark for mark in marks if mark.sure or mark.score >= LEAST_DRAWN]
    for mark in sorted(drawn, key=lambda mark: mark.sure):
        _box(axes, mark)
    _labels(axes, [mark for mark in marks if mark.sure])
    curve.set_facecolor(NIGHT)
    curve.plot(times[:-1] + np.diff(times) / 2, _column_means(seen), color=SKY, lw=0.9)
    for mark in marks:
        if mark.sure:
            curve.axvspan(mdates.date2num(mark.t_start), mdates.date2num(mark.t_end), color=UNDER_BURST, lw=0, zorder=0)
    for part in (axes, curve):
        part.set_xlim(times[0], times[-1])
        time_axis(part, 2 if times[-1] - times[0] < 0.5 / 24 else 15)
    axes.tick_params(labelbottom=False)
    axes.set_ylabel("Frequency (MHz)")
    curve.set_ylabel("Mean (dB)")
    curve.set_xlabel("Time (UTC)")
    figure.colorbar(image, cax=scale)
    scale.set_ylabel("dB above quiet", color=PAPER, fontsize=9)
    place = f"{observation.station} {observation.focus_code}".strip()
    figure.text(0.085, 0.955, f"{place}   {observation.t_start:%Y-%m-%d}", color=PAPER, fontsize=11, fontweight="bold")
    figure.text(0.925, 0.955, name, color=FAINT, fontsize=7.5, ha="right")
    return png(figure)


def draw_day_overview(
    station: str, observations: Sequence[PreparedSpectrogram], marks: Sequence[Mark], bounds: tuple[datetime, datetime]
) -> bytes:
    """Draw all files of one station and focus code over the night, sure detections marked above; gaps stay open; PNG."""
    figure = Figure(figsize=(11.0, 2.4), dpi=100, facecolor=NIGHT)
    axes = figure.subplots(gridspec_kw={"left": 0.06, "right": 0.975, "top": 0.82, "bottom": 0.14})
    dress(axes)
    edges = np.asarray(mdates.date2num(bounds[0]) + np.arange(0, (bounds[1] - bounds[0]).total_seconds() + 1, COLUMN_S) / 86400)
    for frequency, columns in brightest_by_column(observations, bounds[0], COLUMN_S, len(edges) - 1):
        draw_spectrum(axes, edges, frequency, columns)
    _band(axes, observations)
    sure = [mark for mark in marks if mark.sure]
    middles = [mdates.date2num(mark.t_start + (mark.t_end - mark.t_start) / 2) for mark in sure]
    axes.plot(middles, [1.05] * len(sure), "v", color=BURST, ms=5, transform=axes.get_xaxis_transform(), clip_on=False)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylabel("MHz")
    figure.text(0.06, 0.91, station, color=PAPER, fontsize=11, fontweight="bold")
    found = _plural(len(sure), "detection") if sure else "nothing found"
    figure.text(
        0.975, 0.91, f"{_plural(len(observations), 'file')}, {found}", color=BURST if sure else FAINT, fontsize=9, ha="right"
    )
    time_axis(axes, 120)
    return png(figure)


def draw_coverage(rows: Sequence[str], bars: Sequence[Bar], bounds: tuple[datetime, datetime], title: str) -> bytes:
    """Draw stations over the hours of the night, each file in the colour of how it ended, bursts as dots; PNG."""
    height = 1.3 + 0.21 * max(len(rows), 2)
    figure = Figure(figsize=(11.0, height), dpi=100, facecolor=NIGHT)
    axes = figure.subplots(gridspec_kw={"left": 0.17, "right": 0.975, "top": 1 - 0.45 / height, "bottom": 0.75 / height})
    dress(axes)
    places = {row: number for number, row in enumerate(rows)}
    for state in sorted({bar.state for bar in bars}):
        mine = [bar for bar in bars if bar.state == state]
        for row in sorted({bar.row for bar in mine}):
            spans = [mdates.date2num((bar.t_start, bar.t_end)) for bar in mine if bar.row == row]
            pieces = [(start, end - start) for start, end in spans]
            axes.broken_barh(pieces, (places[row] - 0.4, 0.8), facecolors=STATE_COLOURS[state], edgecolors=NIGHT, lw=0.5)
    dots = [bar for bar in bars if bar.bursts]
    middles = [mdates.date2num(bar.t_start + (bar.t_end - bar.t_start) / 2) for bar in dots]
    axes.plot(middles, [places[bar.row] for bar in dots], "o", color=BURST, ms=5, mec=NIGHT, mew=0.8)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xlim(*mdates.date2num(bounds))
    axes.set_title(title, color=PAPER, fontsize=10, loc="left")
    axes.tick_params(axis="y", labelsize=8, length=0)
    time_axis(axes, 120)
    shown = {
        state: colour for state, colour in STATE_COLOURS.items() if state == "not listed" or any(b.state == state for b in bars)
    }
    handles = [Patch(facecolor=colour, edgecolor=FAINT, lw=0.4, label=state) for state, colour in shown.items()]
    dot = Patch(color=BURST, label="with a burst")
    figure.legend(handles=[*handles, dot], loc="lower center", ncols=8, frameon=False, fontsize=9, labelcolor=PAPER)
    return png(figure)


def draw_spectrum(axes: Axes, times: np.ndarray, frequency: np.ndarray, values: np.ndarray) -> ColorizingArtist:
    """Draw values over the edges of times and the centres of channels; what is NaN, and holes of the axis, stay open."""
    real = np.isfinite(frequency)
    edges, values = with_holes(frequency[real], values[real])
    colours = mpl.colormaps[INTENSITY].resampled(INTENSITY_STEPS)
    return axes.pcolorfast(times, edges, np.ma.masked_invalid(values), cmap=colours, vmin=SCALE_DB[0], vmax=SCALE_DB[1])


def with_holes(frequency: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges of channels, and the values with an empty row wherever a step is over three times the median step.

    Parameters
    ----------
    frequency : (F,) float64 ndarray, MHz, ascending
    values : (F, T) ndarray

    Returns
    -------
    (N + 1,) and (N, T) ndarray, N = F + the number of holes
    """
    if len(frequency) < 2:
        return (np.array([frequency[0] - 0.5, frequency[0] + 0.5]) if len(frequency) else np.array([0.0])), values
    steps = np.diff(frequency)
    usual = float(np.median(steps))
    half = np.minimum(steps, 3 * usual) / 2
    lower = frequency - np.concatenate([half[:1], half])
    upper = frequency + np.concatenate([half, half[-1:]])
    holes = np.flatnonzero(steps > 3 * usual) + 1
    edges = np.concatenate([lower, upper[-1:]])
    return np.insert(edges, holes, upper[holes - 1]), np.insert(values.astype(float), holes, np.nan, axis=0)


def _band(axes: Axes, observations: Sequence[PreparedSpectrogram]) -> None:
    """Show the band that has sky data."""
    channels = np.concatenate([one.frequency_mhz[one.good] for one in observations] or [np.empty(0)])
    if channels.size and channels.min() < channels.max():
        axes.set_ylim(channels.min(), channels.max())


def _box(axes: Axes, mark: Mark) -> None:
    left, right = mdates.date2num((mark.t_start, mark.t_end))
    box = (left, mark.frequency_low_mhz), right - left, mark.frequency_high_mhz - mark.frequency_low_mhz
    if mark.sure:  # on a dark edge: orange alone is lost on the yellow of a strong burst
        axes.add_patch(Rectangle(*box, fill=False, lw=3.2, ec=NIGHT))
        axes.add_patch(Rectangle(*box, fill=False, lw=1.5, ec=BURST))
    else:
        axes.add_patch(Rectangle(*box, fill=False, lw=1.0, ls=":", ec=PAPER))


def _labels(axes: Axes, marks: Sequence[Mark]) -> None:
    """Write label and score above the axes, the surest first; who finds no room in two lanes stays without."""
    first, last = axes.get_xlim()
    taken: list[list[tuple[float, float]]] = [[] for _ in range(LABEL_LANES)]
    for mark in sorted(marks, key=lambda mark: -mark.score):
        text = f"{'burst' if mark.label == 'unclassified' else mark.label} {mark.score:.2f}"
        half = (0.0065 * len(text)) + 0.004  # of the width of the axes: a letter of 8.5 points is 9 of 720 pixels wide
        middle = mdates.date2num(mark.t_start + (mark.t_end - mark.t_start) / 2)
        where = min(max((middle - first) / (last - first), half), 1 - half)
        for number, lane in enumerate(taken):
            if all(abs(where - other) > half + width for other, width in lane):
                lane.append((where, half))
                axes.text(where, 1.012 + 0.052 * number, text, transform=axes.transAxes, color=BURST, fontsize=8.5, ha="center")
                break


def _times(observation: PreparedSpectrogram) -> np.ndarray:
    """Edges of the time bins as matplotlib's dates."""
    start = mdates.date2num(observation.t_start)
    return np.asarray(start + np.arange(observation.n_bins + 1) * observation.bin_s / 86400.0)


def _column_means(values: np.ndarray) -> np.ndarray:
    """Mean of each column over what is not NaN; NaN where nothing is."""
    count = np.sum(np.isfinite(values), axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
