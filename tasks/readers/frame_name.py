"""When a frame was taken, as its file's name says."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# 20231030_210412, 2023-10-30T21:04:12.250, 20231030T210412Z: date and time with any signs between, parts of a second after a point.
MOMENT = re.compile(r"(\d{4})[-_]?(\d\d)[-_]?(\d\d)[T_ -]?(\d\d)[:_-]?(\d\d)[:_-]?(\d\d)(?:\.(\d{1,6})(?!\d))?")


@dataclass(frozen=True, slots=True)
class FrameName:
    """The parts of a frame's name: a camera has neither station nor focus code."""

    start: datetime | None = None
    station: str = ""
    focus_code: str = ""


def parse_frame_name(name: str) -> FrameName:
    """The time in a frame's name, UTC; the empty `FrameName` where it has none."""
    found = MOMENT.search(name)
    if found is None:
        return FrameName()
    *whole, part = found.groups()
    try:
        return FrameName(datetime(*map(int, whole), int((part or "").ljust(6, "0")), tzinfo=UTC))  # type: ignore[arg-type, misc]
    except ValueError:
        return FrameName()
