"""Injections are spread over files by lot, every station has some, and the choice is the same every time."""

from collections import Counter
from datetime import date

from models.radio.slots import LEAST_OF_STATION, MOST_OF_FILE, choose_slots

NIGHT = date(2024, 5, 14)
LARGE = [(f"S{number % 50}", f"S{number % 50}_{number // 50:04}") for number in range(2900)] + [
    ("RARE", "RARE_0"),
    ("RARE", "RARE_1"),
]
STATION = {name: station for station, name in LARGE}


def test_a_large_night_has_about_as_many_as_asked_for_and_every_station_some() -> None:
    slots = choose_slots(LARGE, NIGHT, 300)
    assert 300 <= len(slots) <= 360
    assert min(Counter(STATION[name] for name, _ in slots).values()) >= LEAST_OF_STATION
    assert Counter(name for name, _ in slots)["RARE_0"] >= 2, "few files get several"


def test_a_small_night_has_no_more_than_its_files_hold() -> None:
    slots = choose_slots([("A", "A_1"), ("A", "A_2")], NIGHT, 300)
    assert slots == [(name, number) for name in ("A_1", "A_2") for number in range(MOST_OF_FILE)]


def test_the_order_of_the_files_does_not_matter_but_the_night_does() -> None:
    assert choose_slots(LARGE[::-1], NIGHT, 300) == choose_slots(LARGE, NIGHT, 300)
    assert choose_slots(LARGE, date(2024, 5, 15), 300) != choose_slots(LARGE, NIGHT, 300)


def test_a_late_file_changes_little() -> None:
    before, after = (set(choose_slots(files, NIGHT, 300)) for files in (LARGE[1:], LARGE))
    assert len(before ^ after) <= 4


def test_none_are_none() -> None:
    assert choose_slots(LARGE, NIGHT, 0) == []
