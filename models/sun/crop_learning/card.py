"""The card of `sun-flare-crops`: every figure comes from the evaluation."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from models.sun.active_learning.disk import EVENTS
from models.sun.flare_crops import FILE, SunFlareCrops
from models.sun.prepare import PREPROCESSING_VERSION
from models.weights_file import sha256, write_card

Rows = Mapping[tuple[str, str, str], Mapping[str, float]]
DATA = "simulated regions (models/simulate/sun); nothing real"


def write_crops_card(folder: Path, command: str, threshold: float, rows: Rows, nights: Sequence[Sequence[date]]) -> None:
    """Write ``sun-flare-crops.md`` into ``folder``, with the hash of the weights that lie there.

    Parameters
    ----------
    folder : holds the weights
    command : how they were made
    threshold : stored with them
    rows : figures by Sun, channels and forecast
    nights : those that taught, calibrated and examined
    """
    front = {
        "name": SunFlareCrops.name,
        "version": SunFlareCrops.version,
        "threshold": threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(FILE, folder),
        "command": command,
        "data": DATA,
    }
    write_card(SunFlareCrops.name, front, card_text(threshold, rows, nights), folder)


def card_text(threshold: float, rows: Rows, nights: Sequence[Sequence[date]]) -> str:
    """The body in markdown."""
    taught, validated, examined = (f"{len(part)} days of {part[0].year} to {part[-1].year}" for part in nights)
    tables = "\n\n".join(_table(sun, rows) for sun in dict.fromkeys(key[0] for key in rows))
    return f"""# sun-flare-crops {SunFlareCrops.version}

Gives every region its probability of a flare of C1 or more (and of M1) within 24 h, from crops of 64 x 64 pixels:
line-of-sight field, AIA 171 or 131, and the region's outline. Planes of ones and zeros say what of it was there, so that
any of them may be missing: a night gives it each magnetogram with the coronal image that is stored within 12 minutes of it,
and each coronal image alone. A network of 47,682 weights, trained with the likelihood of a Poisson process and calibrated.

**It knows the simulated Sun alone.** No real crops in three channels with flares of their own region are at hand, so
nothing here says what it is worth on the real one: it stands among the baselines, and `sun-flare`, which learnt from real
disks in one channel, stays the forecast of regions.

## What it is worth on the simulated Sun

Learnt from {taught}, calibrated on {validated},
examined on {examined}, whose regions are others. "Another Sun" has other
laws (half the area, tilts at random, flares that grow faster with size, scatter more, and fall off flatter) and another
look (1.5 times as bright, 0.6 of the field, blurred, noisier). Single regions; in brackets 90 % of bootstrap draws of
days. BSS is against the share of events on these days. In brackets after the channels: regions, and shares of them with C
and M. Regions are sought in the magnetogram where there is one: it shows the small ones, too, so that rows of other
channels are of other regions.

{tables}

The simulator gives each region a complexity that no picture shows: an AUC of 1 cannot be had.

## Threshold

{threshold:.3f}, the share of regions with a C flare among those it was calibrated on, where calibrated probabilities have
their highest TSS; for the disk as for a region.
"""


def _table(sun: str, rows: Rows) -> str:
    lines = "\n".join(_row(channels, name, figures) for (of, channels, name), figures in rows.items() if of == sun)
    heads = " | ".join(f"AUC {name} | BSS {name} | calibration error {name}" for name in EVENTS)
    return f"""### {sun.capitalize()}

| channels | forecast | {heads} |
|---|---|{"---|" * 3 * len(EVENTS)}
{lines}"""


def _row(channels: str, name: str, figures: Mapping[str, float]) -> str:
    shares = ", ".join(f"{figures[f'{event}_share']:.2f}" for event in EVENTS)
    cells = [f"{channels} ({figures['regions']:.0f}: {shares})", name]
    for event in EVENTS:
        low, high = figures[f"{event}_auc_low"], figures[f"{event}_auc_high"]
        cells.append(f"{figures[f'{event}_auc']:.3f} ({low:.3f} to {high:.3f})")
        cells += [f"{figures[f'{event}_bss']:.3f}", f"{figures[f'{event}_calibration_error']:.3f}"]
    return "| " + " | ".join(cells) + " |"
