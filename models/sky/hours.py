"""What a night was good for, hour by hour; where nobody looked, nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from models.sky.metrics import SkyClass
from models.sky.sequence import MOST_UNSEEN_S

Span = tuple[datetime, datetime, str]  # beginning, end, class
USABLE: tuple[SkyClass, ...] = ("photometric", "spectroscopic")


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame: when, its class (None where it was not judged), and its cloud fraction."""

    moment: datetime
    sky_class: SkyClass | None
    cloud_fraction: float | None


@dataclass(frozen=True, slots=True)
class SkyHour:
    """One hour, or a whole night.

    Attributes
    ----------
    start : aware UTC datetime
    hours : by class, "unknown" for what no judged frame stands for; of an hour their sum is 1
    cloud_fraction : mean of the judged frames, None without any
    frames, judged : counts
    """

    start: datetime
    hours: dict[str, float]
    cloud_fraction: float | None
    frames: int
    judged: int

    @property
    def usable_h(self) -> float:
        """Hours photometric or spectroscopic."""
        return sum(self.hours.get(kind, 0.0) for kind in USABLE)


def spans(samples: Sequence[Sample]) -> list[Span]:
    """Beginning, end and class of the times that frames stand for, by time; neighbours of one class joined, gaps left open.

    A judged frame stands for the time until the next judged one, at most three times the usual step and no more than 5 minutes;
    one that was not judged for no time.
    """
    judged = [item for item in samples if item.sky_class not in (None, "unknown")]
    steps = [(after.moment - before.moment).total_seconds() for before, after in pairwise(judged)]
    usual = float(np.median(steps)) if steps else 0.0
    longest = min(3 * usual, MOST_UNSEEN_S)
    joined: list[Span] = []
    for item, step in zip(judged, [*steps, usual], strict=False):
        end = item.moment + timedelta(seconds=step if step <= longest else usual)
        if joined and joined[-1][1:] == (item.moment, item.sky_class):
            joined[-1] = (joined[-1][0], end, str(item.sky_class))
        else:
            joined.append((item.moment, end, str(item.sky_class)))
    return joined


def by_hour(samples: Sequence[Sample]) -> list[SkyHour]:
    """A row for each hour (UTC) from that of the first frame to that of the last; what is not known is "unknown"."""
    if not samples:
        return []
    known = spans(samples)
    first = samples[0].moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    count = int((samples[-1].moment - first).total_seconds() // 3600) + 1
    return [_hour(first + timedelta(hours=number), timedelta(hours=1), samples, known) for number in range(count)]


def whole(samples: Sequence[Sample]) -> SkyHour | None:
    """The time from the first frame to the last as one row; None without frames."""
    if not samples:
        return None
    known = spans(samples)
    last = max([samples[-1].moment, *(end for _, end, _ in known[-1:])])
    return _hour(samples[0].moment, last - samples[0].moment, samples, known)


def longest_clear(samples: Sequence[Sample]) -> tuple[datetime, datetime] | None:
    """Beginning and end of the longest time without a gap in which the sky was photometric or spectroscopic."""
    runs: list[tuple[datetime, datetime]] = []
    for begin, end, kind in spans(samples):
        if kind in USABLE:
            joins = bool(runs) and runs[-1][1] == begin
            runs[-1:] = [(runs[-1][0], end)] if joins else [*runs[-1:], (begin, end)]
    return max(runs, key=lambda run: (run[1] - run[0], -run[0].timestamp()), default=None)


def _hour(
    start: datetime, length: timedelta, samples: Sequence[Sample], known: Sequence[tuple[datetime, datetime, str]]
) -> SkyHour:
    end = start + length
    hours: dict[str, float] = {}
    for begin, until, kind in known:
        share = (min(until, end) - max(begin, start)).total_seconds() / 3600
        if share > 0:
            hours[kind] = hours.get(kind, 0.0) + share
    hours["unknown"] = max(length.total_seconds() / 3600 - sum(hours.values()), 0.0)
    mine = [item for item in samples if start <= item.moment < end]
    covered = [item.cloud_fraction for item in mine if item.cloud_fraction is not None]
    return SkyHour(start, hours, float(np.mean(covered)) if covered else None, len(mine), len(covered))
