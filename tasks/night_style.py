"""How every picture looks: a night sky, colours that colour-blind eyes tell apart, one fixed palette. Imports no Prefect.

Intensity is drawn in cividis (Nunez et al. 2018, PLoS ONE 13, e0199239), states in the palette of Okabe and Ito (2008).
"""

import io
import math
from functools import cache

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

NIGHT, PAPER, FAINT = "#0e1526", "#e8ecf4", "#a3aec6"
NO_DATA = "#2b3550"
BURST = "#ff9f40"
UNDER_BURST = "#5a4030"  # the same, behind a curve
SKY = "#56b4e9"
STATE_COLOURS = {
    "judged": SKY,
    "declined": "#f0e442",
    "quarantined": "#d55e00",
    "absent": "#cc79a7",
    "skipped": "#009e73",
    "unreachable": PAPER,
    "listed": FAINT,
    "not listed": NO_DATA,
}
INTENSITY = "cividis"
INTENSITY_STEPS = 128  # 0.05 dB each: below what an eye tells apart
MINUTES_A_DAY = 1440  # matplotlib's dates are days since 1970
RAMP_STEPS = 11  # of a letter's smoothed edge


def dress(axes: Axes, size: float = 9.0) -> None:
    """Give axes the colours of the night."""
    axes.set_facecolor(NO_DATA)
    axes.tick_params(colors=FAINT, labelsize=size)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(PAPER)
        label.set_fontsize(size)
    for spine in axes.spines.values():
        spine.set_color(NO_DATA)


def time_axis(axes: Axes, minutes: int) -> None:
    """Put the time of day (UTC) at every so many minutes of an axis whose limits are set; 24:00 is the next day's 00:00."""
    first, last = (limit * MINUTES_A_DAY / minutes for limit in axes.get_xlim())
    ticks = np.arange(math.ceil(first - 1e-6), math.floor(last + 1e-6) + 1) * minutes
    labels = [f"{tick // 60 % 24:02}:{tick % 60:02}" for tick in ticks.tolist()]
    axes.set_xticks(ticks / MINUTES_A_DAY, labels)


def png(figure: Figure) -> bytes:
    """Write a figure in the fixed palette: a third of the bytes of true colour, and neither clock nor version in it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[..., :3]))
    buffer = io.BytesIO()
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


@cache
def _palette() -> Image.Image:
    """An image whose palette holds the intensities, the states, and every ink as it fades into the night."""
    intensities = mpl.colormaps[INTENSITY](np.linspace(0, 1, INTENSITY_STEPS))[:, :3]
    states = np.array([to_rgb(colour) for colour in (*STATE_COLOURS.values(), UNDER_BURST)])
    fading = np.linspace(1, 0, RAMP_STEPS)[:, None]
    inks = [np.array(to_rgb(ink)) * fading + np.array(to_rgb(NIGHT)) * (1 - fading) for ink in (PAPER, FAINT, BURST, SKY, NO_DATA)]
    dots = [np.array(to_rgb(BURST)) * fading + np.array(to_rgb(ground)) * (1 - fading) for ground in (NO_DATA, SKY)]
    colours = np.rint(np.concatenate([states, intensities, *inks, *dots]) * 255).astype(np.uint8)
    holder = Image.new("P", (1, 1))
    holder.putpalette(np.resize(colours, (256, 3)).tobytes())
    return holder
