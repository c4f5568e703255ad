import numpy as np
import pytest

from models.simulate import lookalikes
from models.simulate.lookalikes import (
    BLOCK_SHARE,
    DROPOUT_SHARE,
    MOST_DB,
    PULSE_SHARE,
    SWING_SHARE,
    gain_swings,
    pulses_and_blocks,
)
from models.simulate.receiver import Receiver, draw_receiver

TIMES, STEP_S = 900, 1.0


@pytest.fixture(scope="module")
def receiver() -> Receiver:
    return draw_receiver(np.random.default_rng(0), 45, 400)


def files(receiver: Receiver, count: int) -> list[np.ndarray]:
    return [pulses_and_blocks(np.random.default_rng(number), receiver, TIMES, STEP_S) for number in range(count)]


def only(monkeypatch: pytest.MonkeyPatch, **shares: float) -> None:
    for name in ("PULSE_SHARE", "BLOCK_SHARE", "SWING_SHARE", "DROPOUT_SHARE", "CUT_SHARE", "STROKES_SHARE"):
        monkeypatch.setattr(lookalikes, name, shares.get(name, 0.0))


def test_few_files_hold_any_and_the_same_generator_draws_the_same(receiver: Receiver) -> None:
    count = 400
    disturbed = sum(file.any() for file in files(receiver, count))
    swinging = sum(gain_swings(np.random.default_rng(number), receiver, TIMES, STEP_S).any() for number in range(count))
    shares = 1 - (1 - PULSE_SHARE) * (1 - BLOCK_SHARE), 1 - (1 - SWING_SHARE) * (1 - DROPOUT_SHARE)
    for found, share in zip((disturbed, swinging), shares, strict=True):
        assert found == pytest.approx(share * count, abs=3 * np.sqrt(count * share * (1 - share)))
    assert all(np.array_equal(*pair) for pair in zip(files(receiver, 20), files(receiver, 20), strict=True))


def test_a_pulse_begins_and_ends_in_every_channel_at_once_and_pulses_of_a_file_are_alike(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    only(monkeypatch, PULSE_SHARE=1.0)
    seen = [10 * np.log10(1 + file.astype(float)) for file in files(receiver, 30)]
    shown = [file for file in seen if file.any()]  # a single one may begin before the file and end before it
    assert len(shown) > 20
    for file in shown:
        channels, moments = file.max(axis=1) > 1e-3, file.max(axis=0) > 1e-3
        loudest = file[:, file.max(axis=0).argmax()]
        if file.max() < MOST_DB / 2:  # none cut off, and none upon another
            strength = file.max(axis=0) / loudest.max()
            assert np.allclose(file, np.outer(loudest, strength), atol=0.02)
        assert channels.mean() > 0.1 and moments.any()
    assert np.mean([file.argmax(axis=0)[file.any(axis=0)].mean() < 100 for file in shown]) > 0.5, "most fade upwards"


def test_pulses_may_end_at_an_edge_in_frequency_and_come_as_several_strokes(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    def drawn(cut: float, strokes: float) -> list[np.ndarray]:
        only(monkeypatch, PULSE_SHARE=1.0, CUT_SHARE=cut, STROKES_SHARE=strokes)
        return [file for file in files(receiver, 60) if file.any()]

    def begins(file: np.ndarray) -> int:
        return np.count_nonzero(np.diff(file.any(axis=0).astype(int), prepend=0) == 1)

    whole, cut, strokes = drawn(0.0, 0.0), drawn(1.0, 0.0), drawn(0.0, 1.0)
    assert np.mean([file.any(axis=1).mean() for file in whole]) > 0.95
    assert 0.2 < np.mean([file.any(axis=1).mean() for file in cut]) < 0.6
    for file in cut:
        lit = np.flatnonzero(file.any(axis=1))
        assert np.array_equal(lit, np.arange(lit[0], lit[-1] + 1))
    assert np.mean([begins(file) for file in strokes]) > 1.3 * np.mean([begins(file) for file in whole])


def test_blocks_span_a_fifth_of_the_band_or_more_and_stay_in_the_file(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    only(monkeypatch, BLOCK_SHARE=1.0)
    for file in files(receiver, 30):
        assert file.shape == (receiver.frequency_mhz.size, TIMES) and file.dtype == np.float32
        assert np.isfinite(file).all() and (file > -1e-6).all()
        if file.any():
            assert (file > 0).any(axis=1).mean() >= 0.19


def test_a_gain_that_swings_does_so_in_all_of_its_channels_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    only(monkeypatch, SWING_SHARE=1.0)
    swings = [gain_swings(np.random.default_rng(number), receiver, 4 * TIMES, STEP_S) for number in range(30)]
    shown = [swing for swing in swings if swing.any()]
    assert len(shown) > 25 and {True, False} == {bool(swing.max() > -swing.min()) for swing in shown}
    for swing in shown:
        assert np.linalg.matrix_rank(swing.astype(float), tol=1e-3) <= 4  # that many swings at once, each of one course
    assert np.mean([not swing[:, -1].any() for swing in shown]) > 0.8


def test_dropouts_take_neighbouring_channels_together_down_mostly_again_and_again(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    only(monkeypatch, DROPOUT_SHARE=1.0)
    files = [gain_swings(np.random.default_rng(number), receiver, TIMES, STEP_S).astype(float) for number in range(60)]
    for file in files:
        touched = np.flatnonzero(file.any(axis=1))
        assert touched.size and np.array_equal(touched, np.arange(touched[0], touched[-1] + 1))
        assert np.linalg.matrix_rank(file, tol=1e-3) == 1 and abs(np.sign(file).sum()) == np.count_nonzero(file)
    assert 0.6 < np.mean([file.min() < 0 for file in files]) < 0.95
    begins = [np.count_nonzero(np.diff((np.abs(file).max(axis=0) > 0).astype(int), prepend=0) == 1) for file in files]
    assert min(begins) <= 3 and max(begins) > 30
    assert 0.3 < np.mean([file.any(axis=1).all() for file in files]) < 0.7, "of half of them all channels"
