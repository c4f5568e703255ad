"""Solar Region Summaries of a data folder: the sunspot groups known when a picture was taken, and what came of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from models.sun.active_learning.mcintosh import ReportedDay
from models.sun.flares import Flare, largest_within
from tasks.catalogues.srs import read_srs
from tasks.region_summary import SUMMARY

ISSUED = time(0, 30)  # when a summary is issued, UTC


def mcintosh_before(folder: Path, taken: datetime) -> tuple[str, ...] | None:
    """Classes of the groups in the last summary issued before a picture was taken; None where it is not in the folder."""
    moment = taken.astimezone(UTC)
    day = moment.date() if moment.time() >= ISSUED else moment.date() - timedelta(days=1)
    path = folder / f"{day:%Y%m%d}{SUMMARY}"
    if not path.is_file():
        return None
    regions = read_srs(path.read_text(encoding="utf-8", errors="replace"), path.name)
    return tuple(region.mcintosh for region in regions if region.mcintosh)


def reported_days(folder: Path, flares: Sequence[Flare]) -> list[ReportedDay]:
    """Every summary of the folder with the largest flares of the 24 h after its issue.

    Parameters
    ----------
    folder : of files such as 20150306SRS.txt
    flares : of all days
    """
    days = []
    for path in sorted(folder.glob(f"*{SUMMARY}")):
        regions = read_srs(path.read_text(encoding="utf-8", errors="replace"), path.name)
        issued = datetime.combine(datetime.strptime(path.name.removesuffix(SUMMARY), "%Y%m%d").date(), ISSUED, UTC)  # noqa: DTZ007
        groups = tuple(
            (region.mcintosh, _class(largest_within(flares, issued, region=region.number))) for region in regions if region.mcintosh
        )
        days.append(ReportedDay(issued.date(), groups, _class(largest_within(flares, issued))))
    return days


def _class(flare: Flare | None) -> str:
    return flare.peak.goes_class if flare else ""
