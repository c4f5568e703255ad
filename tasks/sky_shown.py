"""A night of the sky as pictures and report show it, from what the headline said of its frames. Imports no Prefect."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection

from db.events import headline
from db.sky import FrameRow, frames_of
from models.sky.hours import Sample, SkyHour, Span, by_hour, longest_clear, spans, whole
from models.sky.sequence import MOST_UNSEEN_S


@dataclass(frozen=True, slots=True)
class SkyShown:
    """What is shown of a night.

    Attributes
    ----------
    frames : that tell their time, by time
    judged : those that the headline judged
    hours : of the night, one each
    whole : all together
    spans : beginning, end and class of the times that frames stand for
    clear : the longest clear run, None where the sky was never clear
    faults : frames by fault, the most frequent first
    changes : of class, from one judged frame to the next
    """

    frames: tuple[FrameRow, ...]
    judged: tuple[FrameRow, ...]
    hours: tuple[SkyHour, ...]
    whole: SkyHour
    spans: tuple[Span, ...]
    clear: tuple[datetime, datetime] | None
    faults: tuple[tuple[str, int], ...]
    changes: int

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """First and last moment, to whole ten minutes."""
        first, last = self.whole.start, self.whole.start + timedelta(hours=sum(self.whole.hours.values()))
        begin = first - timedelta(minutes=first.minute % 10, seconds=first.second, microseconds=first.microsecond)
        return begin, begin + timedelta(minutes=10 * -(-(last - begin).total_seconds() // 600))

    @property
    def most_step_s(self) -> float:
        """Seconds between judged frames beyond which nothing is known."""
        moments = np.array([frame.moment.timestamp() for frame in self.judged if frame.moment])
        return min(3 * float(np.median(np.diff(moments))), MOST_UNSEEN_S) if moments.size > 1 else MOST_UNSEEN_S


def sky_shown(connection: Connection, archive: str, night: date) -> SkyShown | None:
    """Gather what is shown of a night; None where the headline has spoken on no frame."""
    model = headline(connection, "sky")
    frames = frames_of(connection, archive, night, model.id) if model else []
    timed = tuple(frame for frame in frames if frame.moment is not None)
    samples = [
        Sample(frame.moment, frame.sky_class if frame.state == "judged" else None, frame.cloud_fraction)
        for frame in timed
        if frame.moment is not None
    ]
    together = whole(samples)
    if together is None:
        return None
    judged = tuple(frame for frame in timed if frame.state == "judged")
    counted = Counter(frame.fault for frame in frames if frame.fault)
    known = spans(samples)
    return SkyShown(
        frames=timed,
        judged=judged,
        hours=tuple(by_hour(samples)),
        whole=together,
        spans=tuple(known),
        clear=longest_clear(samples),
        faults=tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0]))),
        changes=sum(one.sky_class != other.sky_class for one, other in pairwise(judged)),
    )
