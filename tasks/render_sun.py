"""Pictures of the Sun's night: disks with the regions that were found. Imports no Prefect. The same input gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from models.sun.image import PreparedSun
from tasks.night_style import BURST, INTENSITY, NIGHT, PAPER, png

DISKS_A_ROW = 4
INCHES = 2.75


@dataclass(frozen=True, slots=True)
class RegionBox:
    """A region in a prepared picture: its box (x0, y0, x1, y1) in pixels, and what is written beside it."""

    box: tuple[float, float, float, float]
    told: str


def draw_disks(disks: Sequence[tuple[str, PreparedSun, Sequence[RegionBox]]], title: str) -> bytes:
    """Draw disks with boxes around regions, north up and west right; PNG.

    Parameters
    ----------
    disks : title, image and regions of each
    title : of the picture
    """
    rows = -(-len(disks) // DISKS_A_ROW)
    columns = min(DISKS_A_ROW, len(disks))
    figure = Figure(figsize=(INCHES * columns, 0.45 + (INCHES + 0.3) * rows), dpi=100, facecolor=NIGHT)
    every = figure.subplots(rows, columns, squeeze=False)
    for axes in every.flat:
        axes.set_axis_off()
    for axes, (told, image, regions) in zip(every.flat, disks, strict=False):
        shown = np.where(image.present, image.picture, np.float32(np.nan))
        low = 0.25 if image.channel == "magnetogram" and image.unit == "G" else 0.0  # 750 G are white: spots, not the quiet Sun
        axes.imshow(shown, cmap=INTENSITY, origin="lower", vmin=low, vmax=1 - low, interpolation="nearest")
        axes.set_title(told, color=PAPER, fontsize=8, loc="left", pad=3)
        for region in regions:
            x0, y0, x1, y1 = region.box
            axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, ec=BURST, lw=0.8))
            axes.text(x0, y1 + 2, region.told, color=BURST, fontsize=5.5)
    figure.suptitle(title, color=PAPER, fontsize=10, x=0.01, ha="left")
    figure.subplots_adjust(left=0.005, right=0.995, bottom=0.01, top=1 - 0.6 / figure.get_figheight(), wspace=0.02, hspace=0.1)
    return png(figure)
