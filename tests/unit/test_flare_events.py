"""Flares and radio bursts are joined as their times tell."""

from datetime import UTC, datetime, timedelta

from models.flare_events import RadioBurst, join_flares
from models.sun.flares import Flare, GoesFlux

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def flare(start: float, peak: float, end: float, goes_class: str) -> Flare:
    return Flare(minute(start), minute(peak), minute(end), GoesFlux.of_class(goes_class))


def burst(label: str, start: float, end: float, index: int = 0) -> RadioBurst:
    return RadioBurst(
        ("ecallisto", "2024-05-14", index), label, 0.9, minute(start), minute(start + 0.3 * (end - start)), minute(end), 2
    )


def test_strokes_shock_and_continuum_are_of_the_flare_that_they_follow():
    large = flare(0, 10, 20, "M2.0")
    (event,) = join_flares([large], [burst("IV", 25, 60, 2), burst("III", -2, -1, 0), burst("II", 12, 30, 1)])
    assert event.types == ("III", "II", "IV")


def test_what_comes_too_late_or_is_a_storm_is_of_no_flare():
    (event,) = join_flares([flare(0, 10, 20, "C5.0")], [burst("III", 40, 41), burst("I", 0, 60), burst("II", 51, 60)])
    assert event.bursts == ()


def test_a_burst_between_two_flares_is_of_the_nearer_peak_and_of_one_alone():
    first, second = flare(0, 5, 12, "C1.0"), flare(14, 17, 25, "X1.0")
    events = join_flares([second, first], [burst("III", 15.5, 16)])
    assert [event.flare for event in events] == [first, second]
    assert [len(event.bursts) for event in events] == [0, 1]


def test_of_two_flares_at_one_time_the_larger_has_the_burst():
    small, large = flare(0, 10, 20, "C1.0"), flare(0, 10, 20, "M1.0")
    events = join_flares([small, large], [burst("III", 9, 11)])
    assert {event.flare.peak.goes_class: len(event.bursts) for event in events} == {"C1.0": 0, "M1.0": 1}
