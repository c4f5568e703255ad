"""Training and evaluation of `sun-flare`: the flares of a disk are those of its regions, summed."""

from functools import partial
from pathlib import Path

import numpy as np

from models.metrics import calibration_error
from models.sun.active_learning.disk import EVENTS, LabelledDisk
from models.sun.active_learning.recipes import Forecast, recency
from models.sun.active_learning.rolling import Rolled, roll, skills, validated_threshold
from models.sun.active_learning.training import Progress
from models.sun.flare import SunFlare
from models.sun.flare_law import FlareLaw, fit_law
from models.sun.found_regions import find_regions
from models.sun.prepare import PREPROCESSING_VERSION
from models.sun.region_activity import REGION_ACTIVITY, region_activity
from models.weights_file import load_arrays, save_arrays, sha256, write_card


class RegionMeasures:
    """Measures of the regions of each disk, made once: they are of the picture alone, whatever is learnt from them."""

    def __init__(self) -> None:
        self._held: dict[str, np.ndarray] = {}

    def of(self, disk: LabelledDisk) -> np.ndarray:
        """(regions, 3) float64 ndarray."""
        if disk.name not in self._held:
            rows = [region_activity(disk.sun, region) for region in find_regions(disk.sun)]
            self._held[disk.name] = np.array(rows).reshape(-1, len(REGION_ACTIVITY))
        return self._held[disk.name]

    def fit(self, disks: list[LabelledDisk]) -> FlareLaw:
        """The law of one region, from the largest flare of each disk."""
        rows = [self.of(disk) for disk in disks]
        window = np.repeat(np.arange(len(disks)), [len(part) for part in rows])
        return fit_law(np.concatenate(rows), np.array([disk.flux_w_m2 for disk in disks]), recency(disks), window)

    def recipe(self, disks: list[LabelledDisk]) -> Forecast:
        """Forecast of disks by the sum over their regions."""
        law = self.fit(disks)
        return lambda others: (
            -np.expm1(-np.array([[law.of_all(self.of(disk), flux) for flux in EVENTS.values()] for disk in others]))
        )


def train(disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress) -> dict[str, float]:
    """Fit on all disks, forecast every year by what was known before it, write weights and card; return the figures.

    Parameters
    ----------
    disks : in order of time
    weights : folder for ``sun-flare.safetensors`` and ``sun-flare.md``
    command, data : as the card states them
    progress : told of what is done, how far, of how much
    """
    measures = RegionMeasures()
    arrays = measures.fit(disks).arrays() | {
        "threshold": validated_threshold(measures.recipe, disks)[:1],
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    save_arrays(SunFlare.weights or "", arrays, weights)
    return evaluate(disks, weights, command, data, progress)


def evaluate(disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress) -> dict[str, float]:
    """Forecast every year by what was known before it, and write the card; as `train`."""
    measures = RegionMeasures()
    rolled = roll(measures.recipe, disks, partial(progress, SunFlare.name))
    figures = skills(rolled)
    figures |= {f"{name}_calibration_error": _error(rolled, column) for column, name in enumerate(EVENTS)}
    figures["regions_a_disk"] = float(np.mean([len(measures.of(disk)) for disk in disks]))
    threshold = float(load_arrays(SunFlare.weights or "", ("threshold",), weights)["threshold"][0])
    front = {
        "name": SunFlare.name,
        "version": SunFlare.version,
        "threshold": threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(SunFlare.weights or "", weights),
        "command": command,
        "data": data,
        # What the card of sun-active shows beside its own.
        "figures": {key: round(value, 4) for key, value in figures.items()},
    }
    write_card(SunFlare.name, front, card_text(threshold, figures), weights)
    return figures


def card_text(threshold: float, figures: dict[str, float]) -> str:
    """The body in markdown."""
    rows = "\n".join(
        f"| {name}1 and above | {figures[f'{name}_auc']:.3f}"
        f" ({figures[f'{name}_auc_low']:.3f} to {figures[f'{name}_auc_high']:.3f})"
        f" | {figures[f'{name}_tss']:.3f} | {figures[f'{name}_bss']:.3f} | {figures[f'{name}_calibration_error']:.3f} |"
        for name in EVENTS
    )
    return f"""# sun-flare {SunFlare.version}

Gives every region that `sun-region` finds on a disk of AIA 211 its own probability of a flare of C1 or more (and of M1) within
24 h. Nobody told it which region flared: the real disks that there are come with the flares of the whole disk. But Poisson
processes add up, so that the rates of the regions (a power law of area, area of cores, and fine structure) are fitted to make the
disk's largest flare likely when summed. One channel, not three: no magnetogram of those days was to be had.

## What it is worth

For disks, by the sum of their {figures["regions_a_disk"]:.1f} regions on average; each year forecast by what was known 30 days
before it began. In brackets 90 % of bootstrap draws of whole days.

| within 24 h | AUC | TSS | BSS | calibration error |
|---|---|---|---|---|
{rows}

Which of the regions flares was not measured on real disks, for want of positions of these flares; on the simulated Sun, which
taught it nothing, it was ([active.md](../sun/active.md)). `sun-active`, which looks at the disk as a whole, forecasts the disk
better.

## Threshold

{threshold:.3f}, chosen as that of `sun-active`: for the disk; a region is called flaring where it alone reaches it.
"""


def _error(rolled: Rolled, column: int) -> float:
    return calibration_error(rolled.score[:, column], rolled.event[:, column])
