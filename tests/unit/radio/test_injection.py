"""What is injected is what the truth says, the same every time, and is found again where it is strong."""

from datetime import timedelta

import numpy as np
import pytest
from spectrograms import START, quiet_digits, spectrogram

from models import registry
from models.radio.injected_copy import inject_prepared, inject_raw, prepared_copy
from models.radio.injection import (
    APART,
    STRENGTH_DB,
    background_of,
    draw_injection,
    place_burst,
)
from models.radio.prepare import prepare
from models.radio.recovery import recover
from models.radio.spectrogram import DB_PER_DIGIT, Spectrogram
from models.simulate.bursts import BURST_TYPES
from models.simulate.spectrogram import BurstTruth

HALF_DIGIT_DB = 0.5 * DB_PER_DIGIT


@pytest.fixture(scope="module")
def quiet() -> Spectrogram:
    """A quiet file of whole digits."""
    return spectrogram(quiet_digits().round().astype(np.uint8))


def box_of(truth: BurstTruth, file: Spectrogram) -> np.ndarray:
    """Samples within the truth's box."""
    time = np.array([file.t_start + timedelta(seconds=float(second)) for second in file.time_s])
    channels = (file.frequency_mhz >= truth.frequency_low_mhz) & (file.frequency_mhz <= truth.frequency_high_mhz)
    return channels[:, None] & (time >= truth.t_start) & (time < truth.t_end)


@pytest.mark.parametrize("kind", BURST_TYPES)
def test_the_difference_of_the_files_is_the_burst(quiet: Spectrogram, kind: str) -> None:
    background = background_of(quiet)
    placed = None
    for seed in range(9):
        placed = placed or place_burst(np.random.default_rng(seed), kind, 10.0, background)
    assert placed and placed.truth.kind == kind
    copy = inject_raw(quiet, background, placed)
    added = (copy.intensity.astype(float) - quiet.intensity) * DB_PER_DIGIT
    truth = placed.truth
    assert truth.peak_db == pytest.approx(10.0, abs=1e-3)
    # In linear power, over what the noise was at that sample (0.65 digit: up to 4 sigma), and rounded.
    noise = quiet.intensity * DB_PER_DIGIT - background.level_db[:, None]
    window = slice(placed.first, placed.first + placed.ratio.shape[1])
    expected = 10 * np.log10(10 ** (noise[:, window] / 10) + placed.ratio) - noise[:, window]
    assert np.abs(added[:, window] - expected).max() <= HALF_DIGIT_DB + 1e-3
    assert 8.5 < added.max() < 11.5
    outside = added[~box_of(truth, quiet)]
    assert np.abs(outside).max() <= float(background.sigma_db.max()) * 1.6 + HALF_DIGIT_DB
    assert copy.intensity.dtype == np.uint8 and copy.t_start == quiet.t_start


def test_the_same_seed_gives_the_same_copy_and_another_another(quiet: Spectrogram) -> None:
    background = background_of(quiet)
    one, again, other = (draw_injection(seed, background, ()) for seed in ("a", "a", "b"))
    assert one and again and other
    assert one.truth == again.truth and np.array_equal(one.ratio, again.ratio)
    assert one.truth != other.truth
    assert np.array_equal(inject_raw(quiet, background, one).intensity, inject_raw(quiet, background, again).intensity)


def test_types_and_strengths_are_spread(quiet: Spectrogram) -> None:
    background = background_of(quiet)
    drawn = [found.truth for number in range(60) if (found := draw_injection(str(number), background, ()))]
    assert len(drawn) == 60
    assert {truth.kind for truth in drawn} == set(BURST_TYPES)
    strengths = np.array([truth.peak_db for truth in drawn])
    assert (strengths >= STRENGTH_DB[0] - 1e-3).all() and (strengths <= STRENGTH_DB[1] + 1e-3).all()
    assert 0.3 < (strengths < 4.5).mean() < 0.7
    assert all(quiet.t_start <= truth.t_start < truth.t_end <= quiet.t_end for truth in drawn)


def test_no_burst_is_put_where_one_was_found(quiet: Spectrogram) -> None:
    background = background_of(quiet)
    taken = [(START + timedelta(seconds=300), START + timedelta(seconds=600))]
    truths = [found.truth for number in range(25) if (found := draw_injection(str(number), background, taken))]
    assert len(truths) > 20
    assert all(truth.t_end + APART <= taken[0][0] or truth.t_start - APART >= taken[0][1] for truth in truths)
    assert draw_injection("a", background, [(START, quiet.t_end)]) is None


def test_no_burst_is_drawn_up_from_its_faint_edge() -> None:
    digits = quiet_digits(samples=400).round()
    high = spectrogram(digits, frequency_mhz=np.linspace(1400, 1427, 200))
    assert draw_injection("a", background_of(high), ()) is None


def test_rows_without_sky_stay_as_they_are() -> None:
    good = np.arange(200) >= 40
    file = spectrogram(quiet_digits().round().astype(np.uint8), good=good)
    background = background_of(file)
    injection = draw_injection("a", background, ())
    assert injection and injection.truth.frequency_low_mhz >= file.frequency_mhz[40]
    copy = inject_raw(file, background, injection)
    assert np.array_equal(copy.intensity[:40], file.intensity[:40]) and (copy.intensity[40:] != file.intensity[40:]).any()


def test_a_receiver_at_its_limit_stays_there() -> None:
    file = spectrogram((quiet_digits() + 90).round().clip(0, 255).astype(np.uint8))
    background = background_of(file)
    injection = place_burst(np.random.default_rng(3), "III", 40.0, background)
    assert injection
    copy = inject_raw(file, background, injection)
    assert copy.intensity.max() == 255 and (copy.intensity >= file.intensity).all()


def test_a_file_that_is_scaled_keeps_its_steps() -> None:
    step = 1.04
    digits = quiet_digits().round()
    file = spectrogram(digits, intensity=(digits * step + 3).astype(np.float32), header={"BSCALE": step, "BZERO": 3})
    background = background_of(file)
    injection = draw_injection("a", background, ())
    assert injection
    stored = (inject_raw(file, background, injection).intensity - 3) / step
    assert np.abs(stored - np.rint(stored)).max() < 1e-3


def test_what_is_masked_in_a_prepared_file_stays_so(quiet: Spectrogram) -> None:
    prepared = prepare(quiet)
    prepared.covered[:, 300:320] = False
    prepared.mean_db[:, 300:320] = 0
    background = background_of(prepared)
    injection = place_burst(np.random.default_rng(2), "I", 12.0, background)
    assert injection
    copy = inject_prepared(prepared, background, injection)
    assert not copy.mean_db[:, 300:320].any()
    assert 5 < (copy.mean_db - prepared.mean_db).max() < 12, "of a second, in which a grain of half a second is one sample or two"


@pytest.mark.parametrize(("peak_db", "found"), [(20.0, True), (0.1, False)])
@pytest.mark.parametrize("through", ["file", "shard"])
def test_a_strong_type_three_is_recovered_and_a_hopeless_one_is_not(
    quiet: Spectrogram, peak_db: float, found: bool, through: str
) -> None:
    source = quiet if through == "file" else prepare(quiet)
    background = background_of(source)
    placed = None
    for seed in range(9):
        placed = placed or place_burst(np.random.default_rng(seed), "III", peak_db, background)
    assert placed
    copy = prepared_copy(source, background, placed)
    model = registry.load("radio-burst", "cpu")
    (verdict,) = model.judge([copy])
    assert recover(placed.truth, verdict.detections, model.threshold).recovered is found
