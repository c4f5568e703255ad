"""McIntosh-Poisson beside the other forecasts: on the days whose Solar Region Summary is held, and on those alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.sun.active_learning.disk import EVENTS, LabelledDisk
from models.sun.active_learning.folds import BLOCKS, rolling_folds
from models.sun.active_learning.recipes import Forecast
from models.sun.mcintosh import flare_probability

NAME = "McIntosh–Poisson"
MOST_DAYS = 12  # of a table; more are told by figures alone


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """The groups of one Solar Region Summary and what came of them.

    Attributes
    ----------
    day : UTC date of the issue, at 00:30
    groups : McIntosh class of each group with spots, and the GOES class of its largest flare within 24 h, "" where none is listed
    largest : the same of the whole disk
    """

    day: date
    groups: tuple[tuple[str, str], ...]
    largest: str


def poisson(_disks: list[LabelledDisk]) -> Forecast:
    """Forecast of disks with reports; nothing is learnt."""

    def forecast(others: list[LabelledDisk]) -> np.ndarray:
        return np.array([[flare_probability(disk.mcintosh or (), letter) for letter in EVENTS] for disk in others])

    return forecast


def with_reports(disks: Sequence[LabelledDisk]) -> list[LabelledDisk]:
    """Those whose report is held; none where they are too few before any year to choose a threshold from."""
    known = [disk for disk in disks if disk.mcintosh is not None]
    folds = rolling_folds(known)
    return known if folds and all(fold.train.size >= BLOCKS for fold in folds) else []


def reports_text(reports: Sequence[ReportedDay], figures: Mapping[str, float]) -> str:
    """What the card says of it, in markdown."""
    forecasts, held = figures["forecasts"], figures["reported"]
    told = f"""{NAME} ([mcintosh.py](../sun/mcintosh.py)) knows the classes of the day's sunspot groups and how often such groups
flared from 1969 to 1996. It needs NOAA's Solar Region Summary of each day (`sun/srs` of DATA): of the {forecasts:.0f} days forecast
above {held:.0f} have one."""
    if not 0 < len(reports) <= MOST_DAYS:
        return told
    rows = "\n".join(_row(report) for report in reports)
    return f"""{told} What it says of the {len(reports)} reports that are held, groups by class, probability of C1 and M1 and above
within 24 h, and the largest flare that came (too few to judge it by):

| report | groups | C | M | came | most probable group | C | M | of it came |
|---|---|---|---|---|---|---|---|---|
{rows}"""


def _row(report: ReportedDay) -> str:
    classes = [mcintosh for mcintosh, _ in report.groups]
    cells = [f"| {report.day}", " ".join(classes) or "none", *_said(classes), report.largest or "–"]
    if report.groups:
        first, came = max(report.groups, key=lambda group: flare_probability(group[:1], "C"))
        cells += [first, *_said([first]), came or "–"]
    else:
        cells += ["–"] * 4
    return " | ".join(cells) + " |"


def _said(classes: Sequence[str]) -> list[str]:
    return [f"{flare_probability(classes, letter):.2f}" for letter in EVENTS]
