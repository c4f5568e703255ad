"""Bursts with known drift, lanes and edges are measured; odd regions are survived and explained."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrograms import START, quiet_digits, spectrogram

from models.radio.measurement import measure_burst
from models.radio.prepare import prepare
from models.radio.spectrogram import DB_PER_DIGIT, PreparedSpectrogram
from models.simulate.plasma import LIGHT_SPEED_KM_S, SOLAR_RADIUS_KM, frequency_at_mhz, height_r

FREQUENCY = np.linspace(45, 160, 200)
TIME = np.arange(3600) * 0.25


def prepared(excess_db: np.ndarray, seed: int = 0) -> PreparedSpectrogram:
    """A file of 45-160 MHz with noise and what is added to it."""
    return prepare(spectrogram(quiet_digits(seed=seed) + excess_db / DB_PER_DIGIT, frequency_mhz=FREQUENCY))


def stroke(speed_c: float, peak_db: float, begin: float = 400.0) -> np.ndarray:
    """A beam through Newkirk's corona that emits at the fundamental: seconds after ``begin`` at the top of the band."""
    height = height_r(FREQUENCY)
    late = (height - height[-1]) * SOLAR_RADIUS_KM / (speed_c * LIGHT_SPEED_KM_S)
    return peak_db * np.exp(-0.5 * ((TIME - begin - late[:, None]) / 1.1) ** 2)


def lane(start_r: float, speed_km_s: float, ratio: float, peak_db: float, span: tuple[float, float] = (300.0, 600.0)) -> np.ndarray:
    """A lane of a shock through Newkirk's corona."""
    height = start_r + speed_km_s * (TIME - span[0]) / SOLAR_RADIUS_KM
    middle = ratio * frequency_at_mhz(np.maximum(height, 1.02))
    shines = (span[0] <= TIME) & (span[1] >= TIME)
    return peak_db * shines * np.exp(-0.5 * (np.log(FREQUENCY[:, None] / middle) / 0.03) ** 2)


def number(measured, key: str) -> float:
    return float(measured[key])


def seconds(measured, key: str) -> float:
    return (datetime.fromisoformat(str(measured[key])) - START).total_seconds()


@pytest.mark.parametrize("speed_c", [0.12, 0.25, 0.4])
@pytest.mark.parametrize("peak_db", [1.0, 8.0])
def test_a_beam_has_the_speed_it_was_given(speed_c: float, peak_db: float) -> None:
    measured = measure_burst(prepared(stroke(speed_c, peak_db)), (395, 0, 425, 200), "III", (("newkirk", 1.0),), stroke_harmonic=1)
    assert number(measured, "exciter_speed_newkirk_x1_c") == pytest.approx(speed_c, rel=0.12)
    assert number(measured, "drift_mhz_s") < 0 < number(measured, "drift_sigma_mhz_s")


def test_a_reversed_stroke_drifts_upwards() -> None:
    backwards = stroke(0.2, 5.0)[:, ::-1]
    measured = measure_burst(prepared(backwards), (470, 0, 505, 200), "III")
    assert number(measured, "drift_mhz_s") > 0


def test_start_peak_and_end_are_good_to_two_seconds() -> None:
    excess = 6.0 * ((TIME >= 300) & (TIME < 330)) * ((FREQUENCY > 80) & (FREQUENCY < 120))[:, None]
    excess[100, 1260:1264] += 3
    excess[99, 1260:1264] += 3
    measured = measure_burst(prepared(excess), (304, 60, 325, 130), "IV")
    assert seconds(measured, "start_utc") == pytest.approx(300, abs=2)
    assert seconds(measured, "peak_utc") == pytest.approx(315.5, abs=1)
    assert seconds(measured, "end_utc") == pytest.approx(330, abs=2)
    assert number(measured, "duration_s") == pytest.approx(30, abs=3)
    assert number(measured, "low_mhz") == pytest.approx(80, abs=2)
    assert number(measured, "bandwidth_mhz") == pytest.approx(40, abs=4)
    assert number(measured, "peak_db") == pytest.approx(9, abs=0.7)
    assert "drift: not defined for type IV" in str(measured["unmeasured"])


def test_a_shock_has_the_speed_split_and_harmonic_it_was_given() -> None:
    excess = sum(lane(1.3, 600.0, ratio, 4.0) for ratio in (1.0, 1.2, 1.9, 1.9 * 1.2))
    measured = measure_burst(prepared(np.asarray(excess)), (300, 0, 600, 200), "II", (("newkirk", 1.0),))
    assert number(measured, "harmonic_ratio") == pytest.approx(1.9, abs=0.06)
    assert number(measured, "band_split") == pytest.approx(1.2, abs=0.04)
    assert number(measured, "alfven_mach_number") == pytest.approx(1.35, abs=0.06)
    assert number(measured, "shock_speed_newkirk_x1_km_s") == pytest.approx(600, rel=0.1)
    # It climbs by 300 s x 600 km/s = 0.26 solar radii.
    heights = [number(measured, f"shock_height_{end}_newkirk_x1_r") for end in ("first", "last")]
    assert heights == pytest.approx([1.3, 1.56], abs=0.04)


def test_a_wrong_corona_is_not_given_a_height() -> None:
    measured = measure_burst(prepared(stroke(0.2, 5.0)), (395, 0, 425, 200), "III", (("leblanc", 1.0),), stroke_harmonic=1)
    assert "leblanc_x1: nowhere dense enough" in str(measured["unmeasured"])
    assert not [key for key in measured if key.startswith("exciter_speed")]


def test_a_stroke_over_all_channels_at_once_has_no_drift() -> None:
    excess = np.tile(6.0 * np.exp(-0.5 * ((TIME - 400) / 1.1) ** 2), (200, 1))
    measured = measure_burst(prepared(excess), (390, 0, 410, 200), "III")
    assert "drift_mhz_s" not in measured
    assert "drift" in str(measured["unmeasured"])


def test_a_mask_is_as_good_as_a_box() -> None:
    file = prepared(stroke(0.2, 5.0))
    mask = np.zeros(file.covered.shape, dtype=bool)
    mask[:200, 395:425] = True
    assert measure_burst(file, mask, "III") == measure_burst(file, (395, 0, 425, 200), "III")


@pytest.mark.parametrize("label", ["III", "II", "IV", "unclassified"])
def test_the_same_file_is_measured_the_same_twice(label: str) -> None:
    file = prepared(stroke(0.2, 5.0))
    assert measure_burst(file, (380, 0, 460, 200), label) == measure_burst(file, (380, 0, 460, 200), label)


FILE = prepared(stroke(0.2, 5.0) + lane(1.5, 800.0, 1.0, 3.0))
ODD = replace(FILE, good=np.arange(200) % 50 == 0)
EDGE = st.floats(-50, 1000) | st.just(float("nan")) | st.just(float("inf"))


@settings(deadline=None, max_examples=150)
@given(st.tuples(EDGE, EDGE, EDGE, EDGE), st.sampled_from(["I", "II", "III", "IIIg", "IV", "V", "unclassified"]), st.booleans())
def test_no_region_is_too_odd(box: tuple[float, float, float, float], label: str, odd: bool) -> None:
    measured = measure_burst(ODD if odd else FILE, box, label)
    assert all(isinstance(value, str) or np.isfinite(value) for value in measured.values())
    assert "drift_mhz_s" in measured or "drift" in str(measured["unmeasured"]) or "all" in str(measured["unmeasured"])
