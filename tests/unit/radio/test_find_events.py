"""Events: one burst is one event, whoever saw it; two bursts are two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from models.radio.events import LONG, SUREST, find_events
from models.radio.sightings import Sighting, join_files

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)
DAY_S = dict.fromkeys([("A", "01"), ("A", "02"), ("B", "01"), ("C", "01")], 36_000.0)
THRESHOLD = 0.5


def at(seconds: float, *, station: str = "A", focus: str = "01", file: int = 1, number: int = 0, **changes: object) -> Sighting:
    """A short burst some seconds after noon."""
    start = NOON + timedelta(seconds=seconds)
    end, peak = start + timedelta(seconds=20), start + timedelta(seconds=5)
    found = Sighting((file, number), station, focus, start, peak, end, 30.0, 80.0, "III", 0.8, 40.0)
    return replace(found, **changes)  # type: ignore[arg-type]


def test_what_two_stations_saw_within_a_minute_is_one_surer_event() -> None:
    (event,) = find_events([at(0), at(50, station="B", file=2, score=0.6)], DAY_S, THRESHOLD)
    assert event.stations == ("A", "B") and event.coincident
    assert event.score == pytest.approx(1 - 0.2 * 0.4)
    assert (event.t_start, event.t_peak, event.t_end) == (NOON, NOON + timedelta(seconds=5), NOON + timedelta(seconds=70))
    assert [member.station for member in event.members] == ["A", "B"]


def test_what_one_station_saw_stays_and_says_so() -> None:
    (event,) = find_events([at(0)], DAY_S, THRESHOLD)
    assert (event.stations, event.coincident, event.score) == (("A",), False, 0.8)


def test_what_is_more_than_a_minute_apart_is_two_events() -> None:
    events = find_events([at(0), at(61, station="B", file=2)], DAY_S, THRESHOLD)
    assert [event.stations for event in events] == [("A",), ("B",)]


def test_two_bursts_of_one_minute_stay_two_at_every_station() -> None:
    sightings = [at(0), at(40, number=1), at(3, station="B", file=2), at(43, station="B", file=2, number=1)]
    events = find_events(sightings, DAY_S, THRESHOLD)
    assert [[member.key for member in event.members] for event in events] == [[(1, 0), (2, 0)], [(1, 1), (2, 1)]]


def test_a_weak_burst_is_raised_over_the_threshold_by_others() -> None:
    weak = [at(0, score=0.4), at(5, station="B", file=2, score=0.4)]
    assert not find_events(weak[:1], DAY_S, THRESHOLD)
    (event,) = find_events(weak, DAY_S, THRESHOLD)
    assert event.score == pytest.approx(0.64)


def test_a_station_that_reports_all_the_time_says_little() -> None:
    noise = [at(60 * minute, station="B", file=2, number=minute) for minute in range(5, 305)]
    first = find_events([at(0), at(5, station="B", file=2, number=0), *noise], DAY_S, THRESHOLD)[0]
    assert first.coincident and first.score < 1 - 0.2 * 0.5, "every second interval of two minutes has one by chance"


@pytest.mark.parametrize("elevation", [-30.0, None])
def test_whoever_cannot_see_the_sun_confirms_nothing(elevation: float | None) -> None:
    (event,) = find_events([at(0), at(5, station="B", file=2, sun_elevation_deg=elevation)], DAY_S, THRESHOLD)
    assert (event.stations, event.coincident, event.score) == (("A",), False, 0.8)
    assert len(event.members) == 2, "it is kept with the event all the same"


def test_what_a_station_reports_in_the_dark_is_not_what_an_event_is_made_around() -> None:
    dark = at(5, station="B", file=2, score=0.95, label="II", sun_elevation_deg=-30.0)
    (event,) = find_events([at(0), dark], DAY_S, THRESHOLD)
    assert (event.score, event.label, event.t_peak) == (0.8, "III", NOON + timedelta(seconds=5))
    (alone,) = find_events([dark], DAY_S, THRESHOLD)
    assert (alone.stations, alone.score) == ((), 0.95), "it stays, and says that nobody saw the Sun"


def test_two_receivers_of_one_station_are_one_witness() -> None:
    (event,) = find_events([at(0), at(2, focus="02", file=2, frequency_low_mhz=200.0, frequency_high_mhz=400.0)], DAY_S, THRESHOLD)
    assert (event.stations, event.coincident, event.score) == (("A",), False, 0.8)
    assert (event.frequency_low_mhz, event.frequency_high_mhz) == (30.0, 400.0)


def test_a_burst_that_goes_on_in_the_next_file_is_one() -> None:
    end = NOON + timedelta(minutes=15)
    first = at(800, t_end=end, label="II", score=0.9)
    second = at(901, file=2, label="II", score=0.6, t_end=end + timedelta(minutes=4))
    assert len(join_files([second, first])) == 1
    (event,) = find_events([first, second], DAY_S, THRESHOLD)
    assert (event.t_start, event.t_end, event.score) == (first.t_start, second.t_end, 0.9)


@pytest.mark.parametrize(
    "changes", [{"file": 1, "number": 1}, {"focus": "02"}, {"frequency_low_mhz": 200.0, "frequency_high_mhz": 400.0}]
)
def test_only_the_same_receiver_and_band_goes_on_in_another_file(changes: dict[str, object]) -> None:
    first = at(800, t_end=NOON + timedelta(minutes=15))
    assert len(join_files([first, at(901, **{"file": 2, **changes})])) == 2  # type: ignore[arg-type]


def test_long_bursts_that_peak_apart_are_one_if_they_share_half_of_their_time() -> None:
    def long(start: float, station: str, file: int, label: str) -> Sighting:
        end = NOON + timedelta(seconds=start) + 5 * LONG
        return at(start, station=station, file=file, label=label, t_end=end)

    assert len(find_events([long(0, "A", 1, "IV"), long(140, "B", 2, "IV")], DAY_S, THRESHOLD)) == 1
    assert len(find_events([long(0, "A", 1, "IV"), long(160, "B", 2, "IV")], DAY_S, THRESHOLD)) == 2
    assert len(find_events([long(0, "A", 1, "IV"), long(140, "B", 2, "II")], DAY_S, THRESHOLD)) == 2


def test_the_type_is_voted_for_by_score() -> None:
    votes = [("A", "III", 0.7), ("B", "V", 0.6), ("C", "unclassified", 0.95)]
    sightings = [at(0, station=station, file=n, label=label, score=score) for n, (station, label, score) in enumerate(votes)]
    assert find_events(sightings, DAY_S, THRESHOLD)[0].label == "III"
    assert find_events(sightings[2:], DAY_S, THRESHOLD)[0].label == "unclassified"


def test_strokes_and_groups_of_strokes_vote_together() -> None:
    """One station sees a group, another its strokes; what a third calls a storm of one minute is not more than either."""
    sightings = [
        at(0, label="IIIg", score=0.7), at(2, station="B", file=2, label="III", score=0.6),
        at(4, station="C", file=3, label="I", score=0.8),
    ]  # fmt: skip
    assert find_events(sightings, DAY_S, THRESHOLD)[0].label == "IIIg"
    sightings[1] = replace(sightings[1], score=0.75)
    assert find_events(sightings, DAY_S, THRESHOLD)[0].label == "III"
    sightings[2] = replace(sightings[2], score=0.99)
    assert find_events(sightings, DAY_S, THRESHOLD)[0].label == "III"
    assert find_events(sightings[1:], DAY_S, THRESHOLD)[0].label == "I"


def test_an_event_is_as_long_and_wide_as_what_is_sure_of_it() -> None:
    """A doubtful piece of ten minutes is kept with it, and says nothing of when it began; one over a file's border does."""
    doubtful = at(-600, number=1, score=0.4, t_peak=NOON, t_end=NOON + timedelta(seconds=10), frequency_high_mhz=400.0)
    (event,) = find_events([at(0), doubtful], DAY_S, THRESHOLD)
    assert len(event.members) == 2
    assert (event.t_start, event.t_end, event.frequency_high_mhz) == (NOON, NOON + timedelta(seconds=20), 80.0)
    (event,) = find_events([at(0), replace(doubtful, station="B", key=(2, 0))], DAY_S, THRESHOLD)
    assert (event.t_start, event.stations) == (NOON, ("A", "B"))
    (event,) = find_events([at(0), at(20, file=2, score=0.4)], DAY_S, THRESHOLD)
    assert event.t_end == NOON + timedelta(seconds=40)
    (event,) = find_events([at(0, score=0.4), at(10, station="B", file=2, score=0.4)], DAY_S, THRESHOLD)
    assert (event.t_start, event.t_end) == (NOON, NOON + timedelta(seconds=30)), "where nothing is sure, all of it"


def test_no_coincidence_makes_certain_and_none_makes_less_sure() -> None:
    many = [at(0, station=f"S{number}", file=number, score=0.9) for number in range(12)]
    (event,) = find_events(many, {}, THRESHOLD)
    assert 0.9 <= event.score <= SUREST


def test_the_order_of_the_sightings_does_not_matter() -> None:
    sightings = [at(0), at(4, station="B", file=2), at(30, number=1, score=0.7), at(2, focus="02", file=3)]
    first = find_events(sightings, DAY_S, THRESHOLD)
    assert all(find_events(order, DAY_S, THRESHOLD) == first for order in permutations(sightings))


def test_pieces_of_a_burst_that_lasts_are_one_event_and_single_strokes_are_not() -> None:
    def pieces(label: str) -> list[Sighting]:
        return [at(0, label=label), at(70, number=1, label=label, score=0.9), at(140, number=2, label=label)]

    (event,) = find_events(pieces("II"), DAY_S, THRESHOLD)
    assert (event.t_start, event.t_end, event.score) == (NOON, NOON + timedelta(seconds=160), 0.9)
    assert event.members[0].score == 0.9 and len(event.members) == 3
    assert len(find_events(pieces("III"), DAY_S, THRESHOLD)) == 3


@pytest.mark.parametrize(
    "changes",
    [{"station": "B"}, {"frequency_low_mhz": 200.0, "frequency_high_mhz": 400.0}, {"label": "IV"}],
)
def test_pieces_are_joined_at_the_same_receiver_in_the_same_band_and_of_the_same_kind_only(changes: dict[str, object]) -> None:
    other = at(90, **{"file": 2, "label": "II", **changes})  # type: ignore[arg-type]
    assert len(find_events([at(0, label="II"), other], DAY_S, THRESHOLD)) == 2


def test_a_burst_upon_a_noise_storm_is_an_event_of_its_own_and_the_storm_goes_on() -> None:
    storm = {"label": "I", "score": 0.7, "frequency_high_mhz": 250.0}
    peak = NOON + timedelta(seconds=605)
    quarters = [
        at(start, station=station, file=file, t_peak=peak, t_end=NOON + timedelta(seconds=start + 900), **storm)
        for station, file, start in (("A", 1, 0), ("A", 2, 900), ("B", 3, 0), ("B", 4, 900))
    ]
    strokes = [
        at(600, number=1, score=0.9), at(601, station="B", file=3, number=1, score=0.9),
        at(902, file=2, number=1, score=0.9),  # at the border of the file
    ]  # fmt: skip
    events = find_events([*quarters, *strokes], DAY_S, THRESHOLD)
    assert [(event.label, event.stations, len(event.members)) for event in events] == [
        ("I", ("A", "B"), 4), ("III", ("A", "B"), 2), ("III", ("A",), 1),
    ]  # fmt: skip
    assert events[0].t_end - events[0].t_start == timedelta(minutes=30)
    assert events[1].t_end - events[1].t_start < timedelta(seconds=30)
    grain = at(598, number=1, label="I", score=0.9)
    (event,) = find_events([grain, strokes[1]], DAY_S, THRESHOLD)
    assert len(event.members) == 2, "a grain is no storm: two stations saw one short burst"


def storm(start_s: float, end_s: float, **changes: object) -> Sighting:
    """A noise storm from so many seconds after noon to so many, with its peak in the middle."""
    peak, end = (NOON + timedelta(seconds=seconds) for seconds in ((start_s + end_s) / 2, end_s))
    return at(start_s, **{"label": "I", "frequency_high_mhz": 250.0, "t_peak": peak, "t_end": end, **changes})  # type: ignore[arg-type]


def test_a_grain_near_a_stroke_does_not_make_its_storm_a_part_of_that() -> None:
    sightings = [
        storm(0, 900, score=0.7),
        at(300, number=1, label="I", score=0.2),  # of the same station, within the storm
        at(310, station="B", file=2, score=0.9),
        storm(30, 900, station="C", file=3, score=0.8),
    ]
    first, second = find_events(sightings, DAY_S, THRESHOLD)
    assert (first.label, first.stations, len(first.members)) == ("I", ("A", "C"), 2)
    assert (second.label, second.t_start) == ("III", NOON + timedelta(seconds=310))
    assert [member.score for member in second.members] == [0.9, 0.2]


def test_a_continuum_that_goes_on_in_the_next_file_is_no_piece_of_the_strokes_at_its_beginning() -> None:
    strokes = [at(860, score=0.99), at(862, station="B", file=3, score=0.9)]
    continuum = [
        at(870, number=1, label="IV", t_end=NOON + timedelta(seconds=900)),
        at(900, file=2, label="IV", score=0.4, t_end=NOON + timedelta(seconds=1700), t_peak=NOON + timedelta(seconds=1000)),
    ]
    first, second = find_events([*strokes, *continuum], DAY_S, THRESHOLD)
    assert (first.label, first.stations, first.t_end) == ("III", ("A", "B"), NOON + timedelta(seconds=882))
    assert (second.label, second.t_start, second.t_end) == ("IV", NOON + timedelta(seconds=870), NOON + timedelta(seconds=1700))
    (event,) = find_events([*strokes, continuum[0]], DAY_S, THRESHOLD)
    assert len(event.members) == 3, "what lasts half a minute is another look at the same burst"


def test_a_continuum_goes_on_in_the_next_file_with_itself_and_not_with_a_surer_burst_before_it() -> None:
    burst = at(870, label="V", score=0.99, t_end=NOON + timedelta(seconds=895))
    continuum = [
        at(700, number=1, label="IV", score=0.8, t_end=NOON + timedelta(seconds=900), t_peak=NOON + timedelta(seconds=750)),
        at(900, file=2, label="IV", score=0.9, t_end=NOON + timedelta(seconds=1700), t_peak=NOON + timedelta(seconds=1000)),
    ]
    first, second = find_events([burst, *continuum], DAY_S, THRESHOLD)
    assert (first.label, first.t_start, first.t_end) == ("IV", NOON + timedelta(seconds=700), NOON + timedelta(seconds=1700))
    assert (second.label, second.t_end) == ("V", NOON + timedelta(seconds=895))


def test_a_storm_that_one_more_station_sees_in_another_quarter_of_an_hour_is_one() -> None:
    """B's quarter has nothing of the surest, A's, but of what C saw of the same storm."""
    sightings = [storm(900, 1800, score=0.9), storm(0, 900, station="B", file=2), storm(0, 1700, station="C", file=3, score=0.7)]
    (event,) = find_events(sightings, DAY_S, THRESHOLD)
    assert (event.stations, event.score > 0.9) == (("A", "B", "C"), True)
    assert (event.t_start, event.t_end) == (NOON, NOON + timedelta(seconds=1800))


@pytest.mark.parametrize(
    "other",
    [
        {"frequency_low_mhz": 300.0, "frequency_high_mhz": 400.0},
        {"label": "IV"},
        {"t_end": NOON + timedelta(seconds=60), "t_peak": NOON + timedelta(seconds=30)},
        {"t_start": NOON - timedelta(seconds=800), "t_peak": NOON, "t_end": NOON + timedelta(seconds=300)},
    ],
    ids=["another band", "another type", "a grain", "before it"],
)
def test_what_is_no_storm_of_that_time_and_band_is_not_joined_to_it(other: dict[str, object]) -> None:
    sightings = [storm(900, 1800, score=0.9), storm(0, 900, station="B", file=2), storm(0, 1700, station="C", file=3, score=0.7)]
    sightings[1] = replace(sightings[1], **other)  # type: ignore[arg-type]
    assert len(find_events(sightings, DAY_S, THRESHOLD)) == 2
