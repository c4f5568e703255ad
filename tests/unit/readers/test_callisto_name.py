from datetime import UTC, datetime

import pytest

from tasks.readers.callisto_name import CallistoName, parse_callisto_name

NOON = datetime(2024, 5, 14, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "station", "focus_code", "product"),
    [
        ("BIR_20240514_120000_01.fit.gz", "BIR", "01", "intensity"),
        ("BIR_20240514_120000_01.fit", "BIR", "01", "intensity"),
        ("CALLISTO_MEX_20240514_120000_59.fit.gz", "CALLISTO_MEX", "59", "intensity"),
        ("Australia-ASSA_20240514_120000_62.fit.gz", "Australia-ASSA", "62", "intensity"),
        ("PHOENIX-2_20240514_120000i.fit.gz", "PHOENIX-2", "", "intensity"),
        ("PHOENIX-2_20240514_120000p.fit.gz", "PHOENIX-2", "", "polarisation"),
        ("ARGOS_20240514_120000_S.fit.gz", "ARGOS", "S", "intensity"),
        ("20240514120000p.fit.gz", "", "", "polarisation"),
        ("2024/05/14/BIR_20240514_120000_01.fit.gz", "BIR", "01", "intensity"),
    ],
)
def test_names_are_parsed_from_the_right(name: str, station: str, focus_code: str, product: str) -> None:
    assert parse_callisto_name(name) == CallistoName(station, focus_code, NOON, product)


def test_a_name_of_another_form_says_nothing() -> None:
    assert parse_callisto_name("latest_burst.fit.gz") == CallistoName()


def test_digits_that_are_no_date_leave_the_station() -> None:
    assert parse_callisto_name("BIR_20241399_250000_01.fit.gz") == CallistoName("BIR", "01", None)
