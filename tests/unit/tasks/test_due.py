"""Which files a model need not judge because of those beside them."""

from datetime import UTC, datetime, timedelta

from tasks.due import NOT_DUE, not_due

BEGIN = datetime(2024, 5, 14, 12, tzinfo=UTC)


def files(*seconds: float | None) -> list[tuple[int, str, datetime | None]]:
    """Files that begin so many seconds into the night."""
    return [(n, f"f{n}", None if s is None else BEGIN + timedelta(seconds=s)) for n, s in enumerate(seconds)]


def test_of_each_cadence_the_first_file_is_due() -> None:
    refused = not_due(files(1, 4, 9.9, 10, 15, 35), {"slow": 10.0, "fast": 0.0}, BEGIN, alone=True)
    assert refused == {(1, "slow"): NOT_DUE, (2, "slow"): NOT_DUE, (4, "slow"): NOT_DUE}


def test_a_second_file_of_the_same_time_is_a_copy_of_one_instrument_not_of_many() -> None:
    held = files(1, 1, 2)
    assert not_due(held, {"net": 0.0}, BEGIN, alone=True) == {(1, "net"): "duplicate: DATE-OBS is that of f0"}
    assert not_due(held, {"net": 0.0}, BEGIN, alone=False) == {}


def test_a_file_without_a_time_is_always_due() -> None:
    assert not_due(files(None, None), {"slow": 10.0}, BEGIN, alone=True) == {}
