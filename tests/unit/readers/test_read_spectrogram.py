from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from callisto_bytes import callisto_bytes, noise_digits
from hypothesis import given, settings
from hypothesis import strategies as st
from sound import spectrogram_or_sentence

from models.errors import CorruptInput
from models.radio.spectrogram import Spectrogram
from tasks.readers.spectrogram import read_spectrogram

NAME = "BIR_20240514_120000_01.fit.gz"


def read(picture: np.ndarray | None = None, name: str = NAME, **parts: Any) -> Spectrogram:
    return read_spectrogram(callisto_bytes(noise_digits() if picture is None else picture, **parts), name)


def reason(picture: np.ndarray | None = None, name: str = NAME, **parts: Any) -> str:
    with pytest.raises(CorruptInput) as caught:
        read(picture, name, **parts)
    assert str(caught.value).startswith(f"{name}: ")
    return str(caught.value)


def test_rows_are_ascending_in_frequency_and_keep_their_values() -> None:
    picture = noise_digits()
    seen = read(picture)
    np.testing.assert_array_equal(seen.intensity, picture[::-1])
    np.testing.assert_allclose(seen.frequency_mhz, np.linspace(45, 400, 60))
    assert seen.intensity.dtype == np.uint8 and seen.good.all()


def test_axes_come_from_the_table_and_not_from_the_placeholders() -> None:
    assert read(CRVAL2=200.0, CDELT2=-1.0).frequency_mhz[0] == 45


def test_name_and_header_are_kept() -> None:
    seen = read()
    assert (seen.station, seen.focus_code, seen.product) == ("BIR", "01", "intensity")
    assert seen.t_start == datetime(2024, 5, 14, 12, 0, 0, 213000, tzinfo=UTC)
    assert seen.t_end - seen.t_start == timedelta(seconds=120)
    assert seen.header["BUNIT"] == "digits"


def test_scaled_pictures_are_scaled_back() -> None:
    picture = noise_digits()
    assert read(picture, BSCALE=0.5, BZERO=10.0).intensity[0, 0] == 0.5 * picture[-1, 0] + 10


@pytest.mark.parametrize(
    ("time", "start"),
    [("11:59:60", "12:00:00"), ("12:00:00.5", "12:00:00.500"), ("12:00", "12:00:00")],
)
def test_odd_clock_readings_are_taken_as_meant(time: str, start: str) -> None:
    assert read(TIME_OBS=time).t_start == datetime.fromisoformat(f"2024-05-14T{start}+00:00")


def test_hour_24_is_the_next_midnight() -> None:
    assert read(name="BIR_20240515_000000_01.fit.gz", TIME_OBS="24:00:00").t_start == datetime(2024, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize("date", ["2024/05/14", "2024-05-14"])
def test_dates_with_slashes_and_dashes_are_read(date: str) -> None:
    assert read(DATE_OBS=date).t_start.date().isoformat() == "2024-05-14"


def test_a_header_without_a_date_takes_the_name_s() -> None:
    assert read(DATE_OBS=None).t_start == datetime(2024, 5, 14, 12, tzinfo=UTC)


def test_no_date_anywhere_is_corrupt() -> None:
    assert "neither its header nor its name" in reason(name="latest.fit.gz", DATE_OBS=None)


def test_a_header_of_another_day_is_corrupt() -> None:
    assert "its name says otherwise" in reason(DATE_OBS="2023/05/14")


def test_names_without_a_date_are_never_compared() -> None:
    seen = read(name="latest_burst.fit.gz", DATE_OBS="2023/05/14")
    assert (seen.t_start.year, seen.station) == (2023, "BIR")


def test_time_in_whole_seconds_is_rebuilt_from_its_step() -> None:
    np.testing.assert_allclose(read(time=np.floor(0.25 * np.arange(480))).time_s, 0.25 * np.arange(480))


def test_time_that_cannot_be_mended_is_corrupt() -> None:
    assert "does not increase" in reason(time=np.zeros(480))


def test_axes_that_disagree_with_the_picture_are_corrupt() -> None:
    assert "479 values on the time axis, 480 samples" in reason(time=0.25 * np.arange(479))
    assert "59 values on the frequency axis, 60 rows" in reason(frequency=np.linspace(400, 45, 59))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_axes_that_are_not_finite_are_corrupt(value: float) -> None:
    time, frequency = 0.25 * np.arange(480), np.linspace(400, 45, 60)
    time[7] = frequency[7] = value
    assert "1 values of the time axis are not finite" in reason(time=time)
    assert "1 values of the frequency axis are not finite" in reason(frequency=frequency)


def test_a_missing_table_of_axes_is_corrupt() -> None:
    assert "no table with TIME and FREQUENCY" in reason(axes=False)


def test_tables_that_are_not_monotonic_are_sorted() -> None:
    picture, frequency = noise_digits(), np.linspace(400, 45, 60)
    frequency[[10, 30]] = frequency[[30, 10]]
    seen = read(picture, frequency=frequency)
    assert np.all(np.diff(seen.frequency_mhz) > 0)
    np.testing.assert_array_equal(seen.intensity[np.searchsorted(seen.frequency_mhz, frequency[10])], picture[10])


def test_dummy_rows_of_one_frequency_are_not_sky() -> None:
    frequency = np.linspace(400, 45, 60)
    frequency[-8:] = frequency[-8]
    assert read(frequency=frequency).good.tolist() == [False] * 8 + [True] * 52


def test_constant_rows_and_test_ramps_are_not_sky() -> None:
    picture = noise_digits()
    picture[50] = 45
    picture[54:] = np.arange(480) % 255
    assert np.flatnonzero(~read(picture).good[::-1]).tolist() == [50, *range(54, 60)]


def test_gaps_in_the_intensities_are_filled_and_lost_rows_are_not_sky() -> None:
    picture = noise_digits().astype(np.float32)
    picture[3, 5] = np.nan
    picture[4] = np.nan
    seen = read(picture)
    assert np.isfinite(seen.intensity).all()
    assert np.flatnonzero(~seen.good[::-1]).tolist() == [4]


def test_broken_scaling_is_corrupt() -> None:
    assert "its scaling is broken" in reason(BSCALE=1e20)


@pytest.mark.parametrize("unit", ["% polarization (negative = left)", "digits"])
def test_polarisation_is_flagged_by_name_or_unit(unit: str) -> None:
    name = NAME if unit.startswith("%") else "PHOENIX-2_20240514_120000p.fit.gz"
    assert read(name=name, BUNIT=unit).product == "polarisation"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (b"NAXIS1  =", b"           3600000000", "absurd"),
        (b"NAXIS2  =", b"                 9999", "its header promises"),
        (b"NAXIS2  =", b"                   -5", "a negative axis length"),
        (b"BITPIX  =", b"                   11", "no FITS number format"),
        (b"NAXIS   =", b"                    3", "not a whole number"),
        (b"TFORM1  =", b" '999999999D'        ", "need"),
        (b"TFIELDS =", b"            999999999", "absurd"),
    ],
)
def test_headers_that_promise_too_much_are_refused_before_memory_is_taken(key: bytes, value: bytes, words: str) -> None:
    raw = callisto_bytes(noise_digits(), zipped=False)
    place = raw.index(key) + 9
    assert words in _reason_of(raw[:place] + value + raw[place + len(value) :])


def _reason_of(data: bytes) -> str:
    with pytest.raises(CorruptInput) as caught:
        read_spectrogram(data, NAME)
    assert str(caught.value).startswith(f"{NAME}: ") and "\n" not in str(caught.value)
    return str(caught.value)


PLAIN = callisto_bytes(noise_digits(24, 48), zipped=False)
ZIPPED = callisto_bytes(noise_digits(24, 48))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([PLAIN, ZIPPED]))
def test_any_damage_gives_a_spectrogram_or_a_reason(data: st.DataObject, whole: bytes) -> None:
    damaged = bytearray(whole)
    # Half of the blows fall on the cards, where they do most harm.
    places = st.one_of(st.integers(0, len(whole) - 1), st.integers(0, 2879))
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        damaged[min(place, len(damaged) - 1)] = byte
    cut = data.draw(st.one_of(st.just(len(damaged)), st.integers(0, len(damaged))))
    spectrogram_or_sentence(bytes(damaged[:cut]), NAME)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_the_axes_gives_a_spectrogram_or_a_reason(data: st.DataObject) -> None:
    table = PLAIN.index(b"XTENSION")
    damaged = bytearray(PLAIN)
    blows = st.tuples(st.integers(table, len(PLAIN) - 1), st.integers(32, 126))
    for place, byte in data.draw(st.lists(blows, min_size=1, max_size=6)):
        damaged[place] = byte
    spectrogram_or_sentence(bytes(damaged), NAME)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=4000), st.sampled_from([b"", b"SIMPLE  =", b"\x1f\x8b\x08\x00", PLAIN[:2880], PLAIN[:8640]]))
def test_any_bytes_at_all_give_a_reason(tail: bytes, head: bytes) -> None:
    spectrogram_or_sentence(head + tail, NAME)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 40), st.integers(2, 60), st.sampled_from(["u1", "i2", "i4", "f4", "f8"]), st.booleans(),
    st.floats(0.001, 2), st.floats(-100, 100), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_generated_files_come_back(rows: int, columns: int, kind: str, rising: bool, scale: float, zero: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    picture = generator.integers(0, 255, (rows, columns)).astype(kind)
    frequency = np.sort(generator.uniform(10, 900, rows))[:: 1 if rising else -1]
    seen = read(picture, frequency=frequency, BSCALE=scale if kind[0] != "f" else None, BZERO=zero if kind[0] != "f" else None)
    meant = picture * (scale if kind[0] != "f" else 1.0) + (zero if kind[0] != "f" else 0.0)
    np.testing.assert_allclose(seen.intensity, meant[np.argsort(frequency)], rtol=1e-4, atol=1e-3)


def test_an_extension_whose_first_card_has_no_value_is_corrupt() -> None:
    raw = callisto_bytes(noise_digits(), zipped=False)
    _reason_of(raw.replace(b"XTENSION=", b"XTENSION!"))
