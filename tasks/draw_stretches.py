"""Several files of one station in one picture, joined in time and merged in frequency. Imports no Prefect."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.radio.overview import overview
from models.radio.stretch import Stretch
from tasks.night_style import BURST, NIGHT, PAPER, dress, png
from tasks.render import Mark, draw_spectrum

PANEL_INCHES = 3.6
# Times are written at the first of these steps that leaves at most twelve.
LABEL_MINUTES = (2, 5, 15, 30, 60, 120, 240)


def draw_stretches(stretches: Sequence[Stretch], marks: Mapping[str, Sequence[Mark]]) -> bytes:
    """Draw stretches of one station over their true frequency axes; gaps stay open, sure detections are bars above; PNG.

    Parameters
    ----------
    stretches : of one station, as `merge_bands` gives them; what overlaps in time gets panels of its own
    marks : detections by focus code; not drawn as boxes, which would hide hours of an active Sun
    """
    panels = _panels(stretches)
    height = 0.95 + PANEL_INCHES * len(panels)
    figure = Figure(figsize=(11.0, height), dpi=110, facecolor=NIGHT)
    edges = {"left": 0.062, "right": 0.945, "top": 1 - 0.55 / height, "bottom": 0.5 / height}
    grid = figure.add_gridspec(len(panels), 2, width_ratios=(70, 1), wspace=0.02, hspace=0.2, **edges)
    first, last = min(one.t_start for one in stretches), max(one.t_end for one in stretches)
    for number, panel in enumerate(panels):
        axes, scale = figure.add_subplot(grid[number, 0]), figure.add_subplot(grid[number, 1])
        for part in (axes, scale):
            dress(part)
        for one in panel:
            edges_s, level_db = overview(one)
            image = draw_spectrum(axes, mdates.date2num(one.t_start) + edges_s / 86400, one.frequency_mhz, level_db)
        axes.set_ylim(min(one.band_mhz[0] for one in panel), max(one.band_mhz[1] for one in panel))
        _time_axis(axes, first, last)
        codes = sorted({code for one in panel for code in one.focus_codes})
        _bars(axes, [mark for code in codes for mark in marks.get(code, ()) if mark.sure])
        axes.set_ylabel(f"{' + '.join(codes)}   Frequency (MHz)".strip())
        figure.colorbar(image, cax=scale)
        scale.set_ylabel("dB above quiet", color=PAPER, fontsize=9)
    axes.set_xlabel("Time (UTC)")
    top = 1 - 0.3 / height
    figure.text(0.062, top, f"{stretches[0].station}   {first:%Y-%m-%d}", color=PAPER, fontsize=11, fontweight="bold")
    figure.text(0.945, top, "bars: bursts found", color=BURST, fontsize=9, ha="right")
    return png(figure)


def _panels(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches that leave each other room in time share a panel."""
    panels: list[list[Stretch]] = []
    for one in stretches:
        free = (panel for panel in panels if all(one.t_end <= other.t_start or one.t_start >= other.t_end for other in panel))
        panel = next(free, None)
        if panel is None:
            panels.append([one])
        else:
            panel.append(one)
    return panels


def _bars(axes: Axes, marks: Sequence[Mark]) -> None:
    """Draw the time of each detection above the axes, never shorter than can be seen."""
    least = 0.002 * (axes.get_xlim()[1] - axes.get_xlim()[0])
    for mark in marks:
        start, end = mdates.date2num((mark.t_start, mark.t_end))
        span = (start, max(end, start + least))
        axes.plot(span, (1.02, 1.02), color=BURST, lw=4, solid_capstyle="butt", transform=axes.get_xaxis_transform(), clip_on=False)


def _time_axis(axes: Axes, first: datetime, last: datetime) -> None:
    """Put times on whole steps of the clock, wherever the files begin."""
    axes.set_xlim(mdates.date2num(first), mdates.date2num(last))
    minutes = (last - first).total_seconds() / 60
    step = next((step for step in LABEL_MINUTES if minutes <= 12 * step), LABEL_MINUTES[-1])
    locator = (
        mdates.HourLocator(byhour=range(0, 24, step // 60), tz=UTC)
        if step >= 60
        else mdates.MinuteLocator(byminute=range(0, 60, step), tz=UTC)
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%H:%M", tz=UTC))
