import pytest

from models.site import Site
from tasks.readers.site import site_of


@pytest.mark.parametrize(
    ("latitude", "letter", "degrees"),
    [(53.1, "N", 53.1), (20.1, "S", -20.1), (-20.1, "S", -20.1), (-20.1, "N", -20.1), (53.1, None, 53.1), (20.1, " s ", -20.1)],
)
def test_letters_give_the_sign_and_a_sign_is_not_turned_back(latitude: float, letter: str | None, degrees: float) -> None:
    header = {"OBS_LAT": latitude, "OBS_LON": 7.9, "OBS_LOC": "W", "OBS_ALT": 416.5}
    assert site_of(header | ({} if letter is None else {"OBS_LAC": letter})) == Site(degrees, -7.9, 416.5)


@pytest.mark.parametrize("value", ["53.1", float("nan"), 91, True])
def test_what_is_no_latitude_is_none(value: object) -> None:
    assert site_of({"OBS_LAT": value, "OBS_LON": 7.9}).latitude_deg is None


def test_a_header_that_says_nothing_and_one_never_filled_in_give_no_position() -> None:
    assert site_of({}) == site_of({"OBS_LAT": 0.0, "OBS_LON": 0.0, "OBS_ALT": -9999.0}) == Site(None, None, None)


def test_the_equator_is_a_place() -> None:
    assert site_of({"OBS_LAT": 0, "OBS_LAC": "S", "OBS_LON": 36.8}) == Site(0.0, 36.8, None)
