"""What is known of the sky at this moment, for everybody who asks: one object, many threads."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from db.remote_file import RemoteFile
from models.sky.frame import PreparedFrame
from models.sky.safety import Limits, Override, Reading, SafetyState, observe, reasons, set_by_hand, tick
from models.sky.thermal import brightness_celsius, radiance_of
from models.verdict import Verdict

# So far back the running values are kept: Alpaca's averages are asked for over an hour at most.
KEPT = timedelta(hours=1)
LATENCIES = 10_000


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One frame, judged.

    Attributes
    ----------
    file : as it was listed
    arrived, judged : aware UTC datetimes: when its last byte was there, and when its verdict was
    frame : what was read; None where it cannot be read
    verdict : of the headline, None likewise
    reason : why it cannot be read
    """

    file: RemoteFile
    arrived: datetime
    judged: datetime
    frame: PreparedFrame | None
    verdict: Verdict | None
    reason: str = ""

    @property
    def taken(self) -> datetime:
        """When it was taken; no later than it arrived, whatever the camera's clock says."""
        told = (self.frame and self.frame.t_start) or self.file.start
        return min(told, self.arrived) if told else self.arrived

    @property
    def latency_s(self) -> float:
        """Seconds from arrival to verdict."""
        return (self.judged - self.arrived).total_seconds()

    @property
    def reading(self) -> Reading:
        """What it says of safety."""
        if self.verdict is None:
            return Reading(self.taken, None, self.reason)
        fraction = self.verdict.metrics.get("cloud_fraction") if self.verdict.state == "judged" else None
        return Reading(self.taken, fraction, self.verdict.reason)

    @property
    def sky_c(self) -> float | None:
        """Brightness temperature of the field between 8 and 14 micrometres, degrees Celsius; None without the shutter's."""
        if self.verdict is None or self.verdict.state != "judged" or self.frame is None or self.frame.state.shutter_c is None:
            return None
        level = float(self.frame.adu[self.frame.good].mean())
        return float(brightness_celsius(radiance_of(level, self.frame.state.shutter_c)))


@dataclass(frozen=True, slots=True)
class Weather:
    """The values of one judged frame that others ask for; None where they are not known.

    Attributes
    ----------
    time : when it was taken
    cloud_fraction : of the field
    sky_c, air_c, camera_c : degrees Celsius: brightness of the field, air by the camera's sensor, inside of its housing
    """

    time: datetime
    cloud_fraction: float | None
    sky_c: float | None
    air_c: float | None
    camera_c: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known at a moment.

    Attributes
    ----------
    safe, reasons : the answer, and why it is no, a sentence each
    state : of the machine
    newest : of the newest frame that could be judged, None where none could
    frames : judged since the beginning
    latency_s : median and 95th percentile of arrival to verdict, None before the first
    """

    time: datetime
    safe: bool
    reasons: tuple[str, ...]
    state: SafetyState
    newest: Weather | None
    frames: int
    latency_s: tuple[float, float] | None


class SkyNow:
    """The machine, the newest values and what hinders the answer; every answer is of the moment at which it is asked for."""

    def __init__(self, limits: Limits, clock: Callable[[], datetime] = utc_now) -> None:
        self.limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._state = tick(SafetyState(), clock(), limits)
        self._weather: deque[Weather] = deque()
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self._frames = 0
        self._troubles: dict[str, str] = {}

    def resume(self, readings: Sequence[Reading]) -> None:
        """Begin with what was read before this process did."""
        with self._lock:
            state = SafetyState()
            for reading in readings:
                state = observe(state, reading, self.limits)
            self._state = tick(state, self._clock(), self.limits)

    def take(self, judged: Judged) -> None:
        """Take a frame that has just been judged."""
        with self._lock:
            self._state = observe(self._state, judged.reading, self.limits)
            self._frames += 1
            self._latencies.append(judged.latency_s)
            if judged.verdict is not None and judged.verdict.state == "judged" and judged.frame is not None:
                camera = judged.frame.state
                self._weather.append(
                    Weather(judged.taken, judged.reading.cloud_fraction, judged.sky_c, camera.ambient_c, camera.housing_c)
                )
            while self._weather and self._weather[-1].time - self._weather[0].time > KEPT:
                self._weather.popleft()

    def trouble(self, what: str, sentence: str) -> None:
        """Say what else makes it unsafe, or with an empty sentence that it no longer does."""
        with self._lock:
            if sentence:
                self._troubles[what] = sentence
            else:
                self._troubles.pop(what, None)

    def by_hand(self, override: Override) -> None:
        """Close or open by hand, or leave it to the frames."""
        with self._lock:
            self._state = set_by_hand(self._state, override)

    def answer(self) -> Answer:
        """Say what is known now; a stale frame is unsafe even if nobody has looked since."""
        with self._lock:
            now = self._clock()
            self._state = tick(self._state, now, self.limits)
            troubles = tuple(self._troubles.values())
            return Answer(
                now,
                self._state.safe and not troubles,
                (*troubles, *reasons(self._state, self.limits)),
                self._state,
                self._weather[-1] if self._weather else None,
                self._frames,
                self._percentiles(),
            )

    def mean(self, hours: float) -> Weather | None:
        """Means over the last hours before the newest frame, or the newest itself with 0; None where none could be judged."""
        with self._lock:
            if not self._weather:
                return None
            newest = self._weather[-1]
            held = [item for item in self._weather if newest.time - item.time <= timedelta(hours=hours)]
        if hours == 0:
            return newest
        clouds, sky, air, camera = (
            _mean([getattr(item, name) for item in held]) for name in ("cloud_fraction", "sky_c", "air_c", "camera_c")
        )
        return replace(newest, cloud_fraction=clouds, sky_c=sky, air_c=air, camera_c=camera)

    def _percentiles(self) -> tuple[float, float] | None:
        if not self._latencies:
            return None
        median, late = np.percentile(self._latencies, (50, 95))
        return float(median), float(late)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
