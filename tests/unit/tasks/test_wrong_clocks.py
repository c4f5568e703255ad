"""Clocks that disagree are told apart from nights that have not ended."""

from datetime import UTC, datetime, timedelta

from tasks.clock import not_ended, wrong_clocks

END = datetime(2024, 5, 15, tzinfo=UTC)
NOW = END + timedelta(hours=6)


def test_clocks_that_agree_within_minutes_say_nothing() -> None:
    ahead = {"the archive": timedelta(minutes=4), "the database": timedelta(minutes=-4)}
    assert wrong_clocks(ahead) == [] and not_ended(END, NOW, ahead) == []


def test_every_other_clock_is_named_with_its_distance_and_what_to_do() -> None:
    behind, before = wrong_clocks({"the archive": timedelta(days=365), "the database": timedelta(hours=-3)})
    assert behind.startswith("this machine's clock is 365.0 days behind that of the archive: set the clock")
    assert before.startswith("this machine's clock is 3.0 h ahead of that of the database: set the clock")


def test_a_night_has_ended_only_when_it_has_by_every_clock() -> None:
    assert not_ended(END, NOW, {"the archive": timedelta(hours=-5), "the database": timedelta(hours=9)}) == []
    (told,) = not_ended(END, NOW, {"the archive": timedelta(hours=-7), "the database": timedelta()})
    assert told.startswith("the night ends 2024-05-15 00:00 UTC, and by the clock of the archive it is 2024-05-14 23:00: set")


def test_seconds_after_midnight_a_clock_that_is_a_little_behind_holds_nothing_up() -> None:
    assert not_ended(END, END + timedelta(seconds=10), {"the archive": timedelta(seconds=-30)}) == []
