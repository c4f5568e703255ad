"""Training of the Sun's models on real disks and the list of flares. Imports no Prefect."""

import csv
import tarfile
from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from models.errors import ConfigurationError, CorruptInput
from models.sun import region_examined
from models.sun.active_learning import training
from models.sun.active_learning.disk import WINDOW, LabelledDisk
from models.sun.crop_learning import training as crop_training
from models.sun.flare_learning import training as flare_training
from models.sun.flares import Flare, in_progress, largest_within
from models.sun.origin_learning import disks as origin_disks
from models.sun.origin_learning import regions as origin_regions
from models.sun.prepare import prepare
from models.sun.region import SunRegion
from tasks.catalogues.flares import read_flare_list
from tasks.draw_attention import draw_attention
from tasks.draw_reliability import draw_reliability
from tasks.readers.sun.image import read_sun_image
from tasks.region_reports import mcintosh_before, reported_days

DISKS, FLARES, REPORTS = "aia211_full_disk_2010_2014", "goes/solar_events_goes_1996_2022.csv", "srs"
DATA = (
    "294 real full disks of SDO/AIA 211 (browse pictures, 2010-06 to 2014-06) and the GOES flare list; not part of this repository"
)
Progress = Callable[[str, int, int], None]
QUIET_W_M2 = 1e-9


def labelled_disks(data: Path, progress: Progress) -> list[LabelledDisk]:
    """Prepared disks of ``data/sun`` with their flares, in order of time.

    Raises
    ------
    ConfigurationError
        Pictures, labels or the list of flares are missing.
    """
    folder = data / "sun"
    for name in (f"{DISKS}.tar", f"{DISKS}.csv", FLARES):
        if not (folder / name).is_file():
            raise ConfigurationError(f"{folder / name} is missing: DATA holds sun/{DISKS}.tar, its .csv and sun/{FLARES}")
    with (folder / f"{DISKS}.csv").open(encoding="utf-8") as labels:
        rows = sorted(csv.DictReader(labels), key=lambda row: row["t_utc"])
    flares = listed_flares(data)
    starts = [flare.t_start for flare in flares]
    disks = []
    with tarfile.open(folder / f"{DISKS}.tar") as tar:
        for number, row in enumerate(rows):
            content = tar.extractfile(row["file"])
            assert content is not None
            sun = prepare(read_sun_image(content.read(), row["file"]))
            taken = datetime.fromisoformat(row["t_utc"]).replace(tzinfo=UTC)
            near = flares[bisect_left(starts, taken - 2 * WINDOW) : bisect_left(starts, taken + 2 * WINDOW)]
            flux = max(_flux(in_progress(near, taken)), _flux(largest_within(near, taken)))
            before = _flux(largest_within(near, taken - WINDOW))
            disks.append(LabelledDisk(row["file"], sun, taken, flux, before, mcintosh_before(folder / REPORTS, taken)))
            progress("disks", number + 1, len(rows))
    return disks


def listed_flares(data: Path) -> list[Flare]:
    """The list of flares of ``data/sun``, in order of time."""
    text = (data / "sun" / FLARES).read_text(encoding="utf-8")
    return sorted(read_flare_list(text, FLARES), key=lambda flare: flare.t_start)


def on_disks(make: Callable[..., dict[str, float]], model: str) -> Callable[..., dict[str, float]]:
    """The recipe of a model that learns from these disks."""

    def recipe(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
        return make(labelled_disks(data, progress), weights, f"nightshift train {model} DATA", DATA, progress)

    return recipe


def train_active(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Fit on all disks, forecast every year by what was known before it, and write the card."""
    reports = reported_days(data / "sun" / REPORTS, listed_flares(data))
    return training.train(labelled_disks(data, progress), weights, "nightshift train sun-active DATA", DATA, progress, reports)


def evaluate_active(
    data: Path,
    weights: Path,
    work: Path,  # noqa: ARG001
    progress: Progress,
    pictures: Path | None,
    *_: object,
) -> dict[str, float]:
    """Forecast every year by what was known before it, write the card, and draw into ``pictures`` where it is given."""
    disks = labelled_disks(data, progress)
    show = partial(draw_reliability, folder=pictures) if pictures else None
    reports = reported_days(data / "sun" / REPORTS, listed_flares(data))
    figures = training.evaluate(disks, weights, "nightshift train sun-active DATA", DATA, progress, reports, show)
    if pictures:
        draw_attention(disks, pictures, weights)
    return figures


def train_crops(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Learn from the simulated Sun alone; no data are read."""
    return crop_training.train(weights, work, "nightshift train sun-flare-crops DATA", progress)


def evaluate_crops(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Examine it on simulated days that it never saw, and write the card."""
    return crop_training.evaluate(weights, "nightshift train sun-flare-crops DATA", progress)


def evaluate_region(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Search the simulated Sun, and the real disks that there are, and write the card."""
    return region_examined.evaluate(weights, progress, real_regions(data / "sun", progress))


def real_regions(folder: Path, progress: Progress) -> dict[str, list[int]]:
    """How many regions are found on each real disk that is judged, by file; those of the tar together."""
    model = SunRegion("cpu")
    files = [path for part in ("fits", "gong_jpg") for path in sorted((folder / part).glob("*"))]
    counts: dict[str, list[int]] = {}
    for path in files:
        try:
            (verdict,) = model.judge([prepare(read_sun_image(path.read_bytes(), path.name))])
        except CorruptInput:
            continue
        if verdict.state == "judged":
            counts[path.name] = [len(verdict.detections)]
    if (folder / f"{DISKS}.tar").is_file():
        counts["SDO/AIA 211, browse"] = [
            len(model.judge([disk.sun])[0].detections) for disk in labelled_disks(folder.parent, progress)
        ]
    return counts


def _flux(flare: Flare | None) -> float:
    return flare.peak.operational if flare else QUIET_W_M2


TRAINERS: dict[str, Callable[..., dict[str, float]]] = {
    "sun-active": train_active,
    "sun-active-origin": on_disks(origin_disks.train, "sun-active-origin"),
    "sun-flare": on_disks(flare_training.train, "sun-flare"),
    "sun-flare-crops": train_crops,
    "sun-flare-origin": on_disks(origin_regions.train, "sun-flare-origin"),
}
EVALUATIONS: dict[str, Callable[..., dict[str, float]]] = {
    "sun-active": evaluate_active,
    "sun-active-origin": on_disks(origin_disks.evaluate, "sun-active-origin"),
    "sun-flare": on_disks(flare_training.evaluate, "sun-flare"),
    "sun-flare-crops": evaluate_crops,
    "sun-region": evaluate_region,
}
