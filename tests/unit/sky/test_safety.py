"""The safety machine keeps its promises over any night that can be drawn."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sky.safety import Limits, Reading, SafetyState, observe, reasons, replay, set_by_hand, tick

START = datetime(2024, 5, 14, 20, tzinfo=UTC)
LIMITS = Limits(latch_s=600)
CLEAR, BETWEEN, CLOUD = 0.02, 0.45, 0.9


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def night(*spans: tuple[float | None, int], step: float = 30) -> list[Reading]:
    """Readings every ``step`` seconds: (cloud fraction, how many)."""
    fractions = [fraction for fraction, count in spans for _ in range(count)]
    return [Reading(at(number * step), fraction, "shutter") for number, fraction in enumerate(fractions)]


# Gaps as a camera has them: steady, a pause, an outage beyond staleness; fractions near and on the limits, and unknown frames.
gaps = st.one_of(st.sampled_from([1, 10, 30, 60, 299, 300, 301, 900]), st.floats(0.1, 700))
fractions = st.one_of(st.none(), st.sampled_from([0.0, 0.29, 0.3, 0.59, 0.6, 1.0]), st.floats(0, 1))
nights = st.lists(st.tuples(gaps, fractions, st.integers(1, 12)), max_size=25)


def drawn(spans: list[tuple[float, float | None, int]]) -> list[Reading]:
    moment, readings = 0.0, []
    for gap, fraction, count in spans:
        for _ in range(count):
            moment += gap
            readings.append(Reading(at(moment), fraction))
    return readings


def changes(states: list[SafetyState]) -> Iterator[tuple[int, SafetyState]]:
    before = SafetyState()
    for number, state in enumerate(states):
        if state.open != before.open:
            yield number, state
        before = state


@settings(deadline=None, max_examples=150)
@given(nights)
def test_never_open_within_the_latch(spans: list[tuple[float, float | None, int]]) -> None:
    readings = drawn(spans)
    states = replay(readings, LIMITS)
    for number, state in enumerate(states):
        if not state.open:
            continue
        # By the readings alone: no N of M unsafe ones, no gap and no blindness within the latch before the opening.
        assert state.since is not None
        opened = next(index for index, item in enumerate(readings) if item.time == state.since)
        for index in range(opened + 1):
            if readings[opened].time - readings[index].time >= timedelta(seconds=LIMITS.latch_s):
                continue
            assert index and (readings[index].time - readings[index - 1].time).total_seconds() <= LIMITS.stale_s
            assert states[index].latched_from != readings[index].time
        assert number >= opened


@settings(deadline=None, max_examples=150)
@given(nights)
def test_never_flaps_faster_than_the_debounce(spans: list[tuple[float, float | None, int]]) -> None:
    readings = drawn(spans)
    states = replay(readings, LIMITS)
    before = -1
    for number, state in changes(states):
        known = [item for item in readings[before + 1 : number + 1] if item.cloud_fraction is not None]
        assert state.stale or state.unknown or "no frame came" in state.cause or "none could" in state.cause or (
            len(known) >= LIMITS.agree
        )  # fmt: skip
        if state.open:
            assert sum(item.cloud_fraction < LIMITS.safe_fraction for item in known[-LIMITS.frames :]) >= LIMITS.agree
        # What the clock closed before this frame came, it came after: it is the first of the next window.
        before = number if state.since == readings[number].time else number - 1


@settings(deadline=None, max_examples=150)
@given(nights, st.floats(0.01, 3000), st.sampled_from(["none", "safe", "unsafe"]))
def test_stale_is_always_unsafe_whatever_a_hand_has_set(
    spans: list[tuple[float, float | None, int]], beyond: float, override: str
) -> None:
    readings = drawn(spans)
    state = set_by_hand((replay(readings, LIMITS) or [SafetyState()])[-1], override)  # type: ignore[arg-type]
    last = readings[-1].time if readings else START
    later = tick(state, last + timedelta(seconds=LIMITS.stale_s + beyond), LIMITS)
    assert not later.safe
    assert reasons(later, LIMITS)


@settings(deadline=None, max_examples=150)
@given(nights, st.lists(st.floats(0, 1), max_size=6))
def test_replay_gives_the_states_of_the_live_loop_however_often_it_looked_at_the_clock(
    spans: list[tuple[float, float | None, int]], looks: list[float]
) -> None:
    readings, live, states = drawn(spans), SafetyState(), []
    for number, reading in enumerate(readings):
        before = readings[number - 1].time if number else reading.time - timedelta(seconds=1000)
        for share in sorted(looks) if number else []:
            live = tick(live, before + share * (reading.time - before), LIMITS)
        live = observe(live, reading, LIMITS)
        states.append(live)
    assert states == replay(readings, LIMITS)


def test_opens_after_the_latch_and_closes_on_three_cloudy_frames_of_five() -> None:
    readings = night((CLEAR, 25), (CLOUD, 1), (CLEAR, 3), (CLOUD, 2), (CLEAR, 1), (CLOUD, 4))
    states = replay(readings, LIMITS)
    # A single cloudy frame and two of five change nothing; the third of five does, and the first opening waits for the latch.
    assert [(number, state.open) for number, state in changes(states)] == [(20, True), (32, False)]
    assert reasons(states[-1], LIMITS) == [
        "closed until 20:27:30 UTC at least: cloud over 60% of the field or more in 3 of 3 frames",
        "cloud over less than 30% of the field in 0 of the newest 3 judged frames, 3 are needed",
    ]


def test_between_the_two_limits_nothing_changes() -> None:
    opened = replay(night((CLEAR, 25), (BETWEEN, 40)), LIMITS)[-1]
    closed = replay(night((CLOUD, 5), (BETWEEN, 60)), LIMITS)[-1]
    assert opened.open and not closed.open
    assert reasons(opened, LIMITS) == []


def test_unknown_frames_close_after_a_while_and_not_at_once() -> None:
    readings = night((CLEAR, 25), (None, 5))
    states = replay(readings, LIMITS)
    assert [state.open for state in states[25:]] == [True, True, True, True, False]
    assert states[-1].since == readings[24].time + timedelta(seconds=LIMITS.unknown_s)
    assert reasons(states[-1], LIMITS)[0] == "the newest frame cannot be judged: shutter"


def test_an_outage_closes_at_its_limit_and_the_latch_runs_from_its_end() -> None:
    readings = [*night((CLEAR, 25)), *(Reading(at(2000 + 30 * number), CLEAR) for number in range(25))]
    states = replay(readings, LIMITS)
    assert not states[25].open and states[25].since == readings[24].time + timedelta(seconds=LIMITS.stale_s)
    assert [number for number, state in changes(states) if state.open] == [20, 45]


def test_a_frame_that_comes_late_says_nothing_of_the_present() -> None:
    opened = replay(night((CLEAR, 25)), LIMITS)[-1]
    assert observe(opened, Reading(at(15), CLOUD), LIMITS) == opened


def test_a_hand_closes_at_once_and_the_readings_go_on_beneath() -> None:
    opened = replay(night((CLEAR, 25)), LIMITS)[-1]
    shut = set_by_hand(opened, "unsafe")
    assert not shut.safe and reasons(shut, LIMITS) == ["set unsafe by hand"]
    assert observe(shut, Reading(at(900), CLEAR), LIMITS).open
    cloudy = set_by_hand(replay(night((CLOUD, 25)), LIMITS)[-1], "safe")
    assert cloudy.safe and reasons(cloudy, LIMITS) == ["set safe by hand"]
    assert set_by_hand(cloudy, "none").safe is False


def test_nothing_seen_yet_is_unsafe() -> None:
    state = tick(SafetyState(), START, LIMITS)
    assert not state.safe and reasons(state, LIMITS) == ["no frame has come yet"]


@pytest.mark.parametrize("wrong", [{"agree": 2}, {"agree": 6}, {"safe_fraction": 0.7}, {"unsafe_fraction": 1.2}])
def test_limits_that_contradict_each_other_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"fraction|majority"):
        Limits(**wrong)  # type: ignore[arg-type]
