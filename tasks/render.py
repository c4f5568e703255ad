"""Pictures of what was observed and found, drawn on the workers. Imports no Prefect.

Colours tell apart for colour-blind eyes: the cividis map for intensity, Okabe and Ito's palette for states. The same input gives the
same bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colorizer import ColorizingArtist
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from PIL import Image

from models.radio.spectrogram import PreparedSpectrogram

RENDER_VERSION = "1"
NIGHT, PAPER, FAINT = "#0e1526", "#e8ecf4", "#8b97b1"
NO_DATA = "#2b3550"
BURST = "#ff9f40"
# Okabe & Ito (2008), "Color Universal Design"; grey where nothing was listed.
STATE_COLOURS = {
    "judged": "#56b4e9",
    "declined": "#f0e442",
    "quarantined": "#d55e00",
    "absent": "#cc79a7",
    "unreachable": "#e8ecf4",
    "not listed": NO_DATA,
}
# A type III's 99th percentile is 2.7 dB above quiet (reference measurements): the scale ends where strong bursts begin to saturate.
SCALE_DB = (-0.5, 6.0)


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
    figure = Figure(figsize=(9.0, 5.2), dpi=110, facecolor=NIGHT)
    panels = figure.subplots(
        2,
        1,
        sharex=True,
        height_ratios=(5, 1),
        gridspec_kw={"hspace": 0.06, "left": 0.085, "right": 0.98, "top": 0.93, "bottom": 0.1},
    )
    axes, curve = panels
    times = _times(observation)
    image = _spectrum(axes, observation, times)
    for mark in marks:
        left, right = mdates.date2num(mark.t_start), mdates.date2num(mark.t_end)
        height = mark.frequency_high_mhz - mark.frequency_low_mhz
        axes.add_patch(
            Rectangle(
                (left, mark.frequency_low_mhz), right - left, height, fill=False, lw=1.4 if mark.sure else 0.9,
                ls="-" if mark.sure else ":", ec=BURST if mark.sure else FAINT,
            )
        )  # fmt: skip
        if mark.sure:
            label = f"{mark.label} {mark.score:.2f}"
            axes.annotate(
                label, (left, mark.frequency_high_mhz), (2, 2), textcoords="offset points", color=BURST, fontsize=8, clip_on=True
            )
    axes.set_ylabel("Frequency (MHz)")
    axes.set_title(f"{name}   {observation.t_start:%Y-%m-%d}", color=PAPER, fontsize=10, loc="left")
    with np.errstate(invalid="ignore"):
        seen = np.where(observation.covered & observation.good[:, None], observation.mean_db, np.nan)[:, : observation.n_bins]
    curve.plot(times[:-1], _column_means(seen), color="#56b4e9", lw=0.8)
    for mark in marks:
        if mark.sure:
            curve.axvspan(mdates.date2num(mark.t_start), mdates.date2num(mark.t_end), color=BURST, alpha=0.25, lw=0)
    curve.set_ylabel("Mean (dB)")
    curve.set_xlabel("Time (UTC)")
    for part in panels:
        _dress(part)
    axes.tick_params(labelbottom=False)
    _time_axis(curve)
    bar = figure.colorbar(image, ax=list(panels), pad=0.012, fraction=0.03)
    bar.set_label("dB above quiet", color=PAPER, fontsize=8)
    bar.ax.tick_params(colors=FAINT, labelsize=7)
    return _png(figure)


def draw_day_overview(
    station: str, observations: Sequence[PreparedSpectrogram], marks: Sequence[Mark], bounds: tuple[datetime, datetime]
) -> bytes:
    """Draw all files of one station and focus code over the night, bursts marked above; gaps stay dark; PNG."""
    figure = Figure(figsize=(11.0, 2.3), dpi=100, facecolor=NIGHT)
    axes = figure.subplots(gridspec_kw={"left": 0.06, "right": 0.995, "top": 0.84, "bottom": 0.19})
    axes.set_facecolor(NO_DATA)
    low, high = np.inf, -np.inf
    for observation in observations:
        _spectrum(axes, observation, _times(observation), seconds=15.0)
        band = observation.frequency_mhz[observation.good]
        if band.size:
            low, high = min(low, float(band.min())), max(high, float(band.max()))
    if low < high:
        axes.set_ylim(low, high)
    sure = [mark for mark in marks if mark.sure]
    for mark in sure:
        middle = mdates.date2num(mark.t_start + (mark.t_end - mark.t_start) / 2)
        axes.plot(middle, 1.04, marker="v", color=BURST, ms=5, transform=axes.get_xaxis_transform(), clip_on=False)
    axes.set_xlim(*mdates.date2num(bounds))
    axes.set_ylabel("MHz")
    found = f"{len(sure)} burst{'' if len(sure) == 1 else 's'}" if sure else "quiet"
    axes.set_title(f"{station}   {len(observations)} files   {found}", color=PAPER, fontsize=9, loc="left", pad=10)
    _dress(axes)
    _time_axis(axes)
    return _png(figure)


def draw_coverage(rows: Sequence[str], bars: Sequence[Bar], bounds: tuple[datetime, datetime], title: str) -> bytes:
    """Draw stations over the hours of the night, each file in the colour of how it ended, bursts as dots; PNG."""
    figure = Figure(figsize=(11.0, 1.3 + 0.2 * max(len(rows), 1)), dpi=100, facecolor=NIGHT)
    margin = 0.75 / figure.get_figheight()
    axes = figure.subplots(gridspec_kw={"left": 0.17, "right": 0.99, "top": 1 - 0.45 / figure.get_figheight(), "bottom": margin})
    axes.set_facecolor(NO_DATA)
    places = {row: number for number, row in enumerate(rows)}
    for state, colour in STATE_COLOURS.items():
        for bar in (bar for bar in bars if bar.state == state):
            start, end = mdates.date2num((bar.t_start, bar.t_end))
            axes.broken_barh([(start, end - start)], (places[bar.row] - 0.4, 0.8), facecolors=colour, edgecolors=NIGHT, lw=0.4)
            if bar.bursts:
                axes.plot((start + end) / 2, places[bar.row], "o", color=BURST, ms=4.5, mec=NIGHT, mew=0.7)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xlim(*mdates.date2num(bounds))
    axes.set_title(title, color=PAPER, fontsize=10, loc="left")
    _dress(axes)
    axes.tick_params(axis="y", labelsize=7)
    _time_axis(axes)
    handles = [Patch(color=colour, label=state) for state, colour in STATE_COLOURS.items()]
    handles.append(Patch(color=BURST, label="burst"))
    figure.legend(handles=handles, loc="lower center", ncols=7, frameon=False, fontsize=8, labelcolor=PAPER)
    return _png(figure)


def _spectrum(axes: Axes, observation: PreparedSpectrogram, times: np.ndarray, seconds: float = 0.0) -> ColorizingArtist:
    """Draw intensity over time and frequency, with holes of the frequency axis left open; bins pooled to ``seconds`` or longer."""
    rows = np.flatnonzero(observation.good)
    values = np.where(observation.covered, observation.mean_db, np.nan)[rows, : observation.n_bins]
    pooled = max(1, round(seconds / observation.bin_s))
    if pooled > 1:
        count = values.shape[1] // pooled
        values = np.stack([_column_means(row.reshape(count, pooled).T) for row in values[:, : count * pooled]])
        times = times[: count * pooled + 1 : pooled]
    edges, values = _with_holes(observation.frequency_mhz[rows], values)
    image = axes.pcolorfast(times, edges, np.ma.masked_invalid(values), cmap="cividis", vmin=SCALE_DB[0], vmax=SCALE_DB[1])
    axes.set_facecolor(NO_DATA)
    return image


def _with_holes(frequency: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the channels, and the values with an empty row wherever a step is over three times the median step."""
    if len(frequency) < 2:
        return np.array([frequency[0] - 0.5, frequency[0] + 0.5]) if len(frequency) else np.array([0.0, 1.0]), values
    steps = np.diff(frequency)
    usual = float(np.median(steps))
    half = np.minimum(steps, 3 * usual) / 2
    lower = frequency - np.concatenate([half[:1], half])
    upper = frequency + np.concatenate([half, half[-1:]])
    holes = np.flatnonzero(steps > 3 * usual) + 1
    edges = np.concatenate([lower, upper[-1:]])
    return np.insert(edges, holes, upper[holes - 1]), np.insert(values, holes, np.nan, axis=0)


def _times(observation: PreparedSpectrogram) -> np.ndarray:
    """Edges of the time bins as matplotlib's dates."""
    start = mdates.date2num(observation.t_start)
    return np.asarray(start + np.arange(observation.n_bins + 1) * observation.bin_s / 86400.0)


def _column_means(values: np.ndarray) -> np.ndarray:
    """Mean of each column over what is not NaN; NaN where nothing is."""
    count = np.sum(np.isfinite(values), axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)


def _dress(axes: Axes) -> None:
    axes.tick_params(colors=FAINT, labelsize=8)
    axes.xaxis.label.set_color(PAPER)
    axes.yaxis.label.set_color(PAPER)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    if not isinstance(axes.get_facecolor(), str) and axes.get_facecolor()[:3] == (1.0, 1.0, 1.0):
        axes.set_facecolor(NIGHT)
    for spine in axes.spines.values():
        spine.set_color(NO_DATA)


def _time_axis(axes: Axes) -> None:
    first, last = axes.get_xlim()
    span = timedelta(days=last - first)
    axes.xaxis.set_major_locator(mdates.HourLocator(interval=2) if span > timedelta(hours=3) else mdates.AutoDateLocator())
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%H:%M", tz=UTC))


def _png(figure: Figure) -> bytes:
    """Write the figure with a palette of 256 colours: a third of the bytes, and no clock in it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy(), "RGB")
    buffer = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
