"""The one-line file stands in the columns that programs cut it by."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.sky.boltwood import BoltwoodLine, cloud_flag

# Key of Clarity II's data file, columns counted from 1; roof and alert as in the example of SkyRoof's manual.
COLUMNS = {
    "date": (1, 10), "time": (12, 22), "degrees": (24, 24), "speed": (26, 26), "sky": (28, 33), "air": (35, 40), "sensor": (41, 47),
    "wind": (49, 54), "humidity": (56, 58), "dew": (60, 65), "heater": (67, 69), "rain": (71, 71), "wet": (73, 73),
    "since": (75, 79), "now": (81, 92), "c": (94, 94), "w": (96, 96), "r": (98, 98), "d": (100, 100), "roof": (102, 102),
    "alert": (104, 104),
}  # fmt: skip
EXAMPLE = "2018-01-17 14:51:45.00 F M 35.9   78.1  78      0      45  56.1   000 0 0 00020 043117.61927 1 1 1 3 0 0"
WRITTEN = datetime(2018, 1, 17, 20, 51, 45, 120_000, tzinfo=UTC)


def cut(line: str) -> dict[str, str]:
    return {name: line[first - 1 : last].strip() for name, (first, last) in COLUMNS.items()}


def test_every_value_stands_in_its_columns() -> None:
    line = BoltwoodLine(WRITTEN, 19.6, 1, False, sky_c=-32.06, air_c=4.77, sensor_c=8.02).text(ZoneInfo("America/Chicago"))
    assert len(line) == 104 == len(EXAMPLE)
    assert cut(line) == {
        "date": "2018-01-17", "time": "14:51:45.12", "degrees": "C", "speed": "K", "sky": "-36.8", "air": "4.8", "sensor": "8.0",
        "wind": "-6.0", "humidity": "0", "dew": "999.9", "heater": "000", "rain": "0", "wet": "0", "since": "00020",
        "now": cut(EXAMPLE)["now"], "c": "1", "w": "0", "r": "0", "d": "0", "roof": "0", "alert": "0",
    }  # fmt: skip
    # Between columns there is a blank, so that programs that split at blanks see the same.
    assert line.split() == list(cut(line).values())


def test_what_is_not_known_is_unknown_hot_and_closed() -> None:
    told = cut(BoltwoodLine(WRITTEN, None, 0, True).text(ZoneInfo("UTC")))
    assert (told["sky"], told["air"], told["sensor"], told["c"], told["roof"], told["alert"]) == (*["999.9"] * 3, "0", "1", "1")
    assert told["since"] == "99999"
    assert cut(BoltwoodLine(WRITTEN, 1e9, 3, True, sky_c=-20.0).text(ZoneInfo("UTC")))["sky"] == "999.9"


@pytest.mark.parametrize(("fraction", "flag"), [(None, 0), (0.0, 1), (0.29, 1), (0.3, 2), (0.59, 2), (0.6, 3), (1.0, 3)])
def test_the_cloud_flag_follows_the_limits_of_safety(fraction: float | None, flag: int) -> None:
    assert cloud_flag(fraction, 0.3, 0.6) == flag
