"""May the observatory be open? A state machine over readings of cloud, deterministic, so that a table of readings replays it.

        N of M below the safe limit, latch over
  ┌────────┐ ────────────────────────────────▶ ┌──────┐
  │ closed │                                   │ open │
  └────────┘ ◀──────────────────────────────── └──────┘
        N of M above the unsafe limit, or stale, or unknown for too long

Every change empties the window of M, so that the next one takes N new readings. The latch runs from the last moment at which N of M
were unsafe, the input was stale or unknown for too long. Time alone only closes. What a hand sets lies over it, and never over
staleness.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Override = Literal["none", "safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Every number of the machine.

    Attributes
    ----------
    unsafe_fraction, safe_fraction : cloud fractions: a reading at or above the first is unsafe, one below the second safe
    agree, frames : N of M: so many of the last so many known readings must agree before anything changes
    latch_s : seconds closed after the last unsafe moment; 30 minutes after POCS of PANOPTES flapped with 15 (its issue 379)
    stale_s : seconds after which the newest frame says nothing any more
    unknown_s : seconds without a frame that could be judged after which the sky counts as cloudy
    """

    unsafe_fraction: float = 0.6
    safe_fraction: float = 0.3
    agree: int = 3
    frames: int = 5
    latch_s: float = 1800.0
    stale_s: float = 300.0
    unknown_s: float = 120.0

    def __post_init__(self) -> None:
        if not 0 <= self.safe_fraction <= self.unsafe_fraction <= 1:
            raise ValueError("the safe cloud fraction is above the unsafe one, or one of them is no fraction")
        # With half of them or less, the same readings could be safe and unsafe.
        if not self.frames / 2 < self.agree <= self.frames:
            raise ValueError(f"{self.agree} of {self.frames} readings are no majority")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame says.

    Attributes
    ----------
    time : aware UTC datetime of the frame
    cloud_fraction : 0 to 1, None where nobody can say
    reason : why nobody can say
    """

    time: datetime
    cloud_fraction: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SafetyState:
    """The machine at a moment.

    Attributes
    ----------
    open : what the readings say, a hand's setting aside
    since : aware UTC datetime since which they say so, None before anything came
    clock : of the newest reading or tick
    latched_from, cause : the last unsafe moment, and what was unsafe
    recent : cloud fractions of the window, the newest last
    newest : the newest reading
    known_at : time of the newest that could be judged, or of the first if there is none
    stale, unknown : whether the newest is too old, or nothing could be judged for too long
    override : what a hand has set
    """

    open: bool = False
    since: datetime | None = None
    clock: datetime | None = None
    latched_from: datetime | None = None
    cause: str = ""
    recent: tuple[float, ...] = ()
    newest: Reading | None = None
    known_at: datetime | None = None
    stale: bool = True
    unknown: bool = False
    override: Override = "none"

    @property
    def safe(self) -> bool:
        """The answer: a hand may close at any time, and open where the input is fresh."""
        if self.override == "none":
            return self.open
        return self.override == "safe" and not self.stale


def tick(state: SafetyState, now: datetime, limits: Limits) -> SafetyState:
    """Let time pass, which can close and never opens; how often that is done changes nothing of what the next reading does."""
    if state.clock is not None and now <= state.clock:
        return state
    return _aged(replace(state, clock=now, since=state.since or now), limits)


def observe(state: SafetyState, reading: Reading, limits: Limits) -> SafetyState:
    """Take a reading; one that is no newer than the newest says nothing of the present and changes nothing."""
    if state.newest is not None and reading.time <= state.newest.time:
        return state
    state = tick(state, reading.time, limits)
    if reading.cloud_fraction is None:
        return _aged(replace(state, newest=reading, known_at=state.known_at or reading.time, stale=False), limits)
    recent = (*state.recent, reading.cloud_fraction)[-limits.frames :]
    state = replace(state, newest=reading, known_at=reading.time, recent=recent, stale=False, unknown=False)
    if _cloudy(recent, limits) >= limits.agree:
        cause = f"cloud over {limits.unsafe_fraction:.0%} of the field or more in {_cloudy(recent, limits)} of {len(recent)} frames"
        state = replace(_change(state, False, reading.time), latched_from=reading.time, cause=cause)
    elif _clear(recent, limits) >= limits.agree and not _latched(state, reading.time, limits):
        state = _change(state, True, reading.time)
    return _aged(state, limits)


def set_by_hand(state: SafetyState, override: Override) -> SafetyState:
    """Close or open by hand, or leave it to the readings again; these are followed all the while."""
    return replace(state, override=override)


def replay(readings: Iterable[Reading], limits: Limits, state: SafetyState | None = None) -> list[SafetyState]:
    """States after each of many readings, in order."""
    state, states = state or SafetyState(), []
    for reading in readings:
        state = observe(state, reading, limits)
        states.append(state)
    return states


def reasons(state: SafetyState, limits: Limits) -> list[str]:
    """Why it is not safe, a sentence each; why it is although the readings say otherwise; nothing where it simply is."""
    if state.override == "safe" and state.safe:
        return ["set safe by hand"]
    said = ["set unsafe by hand"] if state.override == "unsafe" else []
    if state.open:
        return said
    if state.newest is None or state.clock is None:
        return [*said, "no frame has come yet"]
    if state.stale:
        said.append(f"the newest frame is of {state.newest.time:%Y-%m-%d %H:%M:%S} UTC, more than {limits.stale_s:.0f} s ago")
    if state.newest.cloud_fraction is None:
        said.append(f"the newest frame cannot be judged: {state.newest.reason or 'no reason given'}")
    if _latched(state, state.clock, limits):
        until = (state.latched_from or state.clock) + timedelta(seconds=limits.latch_s)
        said.append(f"closed until {until:%H:%M:%S} UTC at least: {state.cause or 'just begun'}")
    clear = _clear(state.recent, limits)
    if clear < limits.agree:
        wanted = f"cloud over less than {limits.safe_fraction:.0%} of the field"
        said.append(f"{wanted} in {clear} of the newest {len(state.recent)} judged frames, {limits.agree} are needed")
    return said


def _cloudy(recent: Sequence[float], limits: Limits) -> int:
    return sum(fraction >= limits.unsafe_fraction for fraction in recent)


def _clear(recent: Sequence[float], limits: Limits) -> int:
    return sum(fraction < limits.safe_fraction for fraction in recent)


def _aged(state: SafetyState, limits: Limits) -> SafetyState:
    """Close where, by the state's own clock, the newest frame is stale, or nothing could be judged for too long."""
    now = state.clock
    assert now is not None
    if state.newest is None or state.known_at is None:
        return replace(state, latched_from=now)
    gone, blind = (timedelta(seconds=limit) for limit in (limits.stale_s, limits.unknown_s))
    stale = now - state.newest.time > gone
    unknown = state.newest.cloud_fraction is None and now - state.known_at > blind
    if not stale and not unknown:
        return state
    # Closed from the moment at which the limit was passed, whenever that is noticed.
    passed = [state.newest.time + gone] * stale + [max(state.known_at + blind, state.newest.time)] * unknown
    cause = f"no frame came for more than {limits.stale_s:.0f} s" if stale else f"none could be judged for {limits.unknown_s:.0f} s"
    closed = _change(state, False, min(passed))
    return replace(closed, stale=stale, unknown=unknown, latched_from=now, cause=cause, recent=())


def _change(state: SafetyState, open_: bool, moment: datetime) -> SafetyState:
    return state if state.open == open_ else replace(state, open=open_, since=moment, recent=())


def _latched(state: SafetyState, now: datetime, limits: Limits) -> bool:
    return state.latched_from is None or now - state.latched_from < timedelta(seconds=limits.latch_s)
