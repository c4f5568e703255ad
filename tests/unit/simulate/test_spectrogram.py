"""The truth of a simulated file lies where its excess is."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.radio.spectrogram import DB_PER_DIGIT
from models.simulate.bursts import BURST_TYPES, draw_burst
from models.simulate.event import observe_event
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import sigma_db, simulate_spectrogram

T_START = datetime(2024, 5, 14, 12, tzinfo=UTC)


def with_and_without(kind, seed, offset_s=0.0):
    receiver = draw_receiver(np.random.default_rng(seed), 20.0, 300.0)
    burst = draw_burst(np.random.default_rng(seed), kind, T_START + timedelta(seconds=250), peak_sfu=1500.0, duration_s=400)
    files = [
        simulate_spectrogram(np.random.default_rng(seed), receiver, T_START, bursts=bursts, clock_offset_s=offset_s)
        for bursts in ([burst], [])
    ]
    return files[0], files[0].digits.astype(int) - files[1].digits.astype(int)


@pytest.mark.parametrize("kind", BURST_TYPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_excess_lies_inside_the_box_and_nowhere_else(kind, seed):
    spectrogram, excess = with_and_without(kind, seed)
    (truth,) = spectrogram.bursts
    receiver = spectrogram.receiver
    columns = [int((when - T_START).total_seconds() * 4) for when in (truth.t_start, truth.t_end)]
    rows = (receiver.frequency_mhz >= truth.frequency_low_mhz) & (receiver.frequency_mhz <= truth.frequency_high_mhz)
    outside = excess.astype(float)
    outside[np.ix_(rows, range(*columns))] = 0
    # Outside, no excess passes one sigma of its channel; rounding of two files may differ by a digit on top.
    limit = sigma_db(receiver) / DB_PER_DIGIT + 1.01
    assert (outside[receiver.sky] <= limit[receiver.sky, None]).all()
    inside = excess[np.ix_(rows & receiver.sky, range(*columns))] * DB_PER_DIGIT
    assert 0.6 * truth.peak_db < inside.max() <= truth.peak_db + 1.5 * DB_PER_DIGIT
    assert truth.t_start <= truth.t_peak < truth.t_end
    assert (inside.max(axis=0)[[0, -1]] < truth.peak_db).all()


def test_a_clock_ahead_moves_the_burst_and_its_truth_together():
    spectrogram, _ = with_and_without("III", 1)
    ahead, excess = with_and_without("III", 1, offset_s=60.0)
    assert ahead.bursts[0].t_peak - spectrogram.bursts[0].t_peak == timedelta(seconds=60)
    assert excess[:, :1100].max() <= 6


def test_a_burst_elsewhere_or_at_another_time_leaves_no_truth():
    receiver = draw_receiver(np.random.default_rng(4), 800.0, 1400.0)
    storm = draw_burst(np.random.default_rng(4), "I", T_START, duration_s=600)
    late = draw_burst(np.random.default_rng(4), "III", T_START + timedelta(hours=2))
    assert simulate_spectrogram(np.random.default_rng(4), receiver, T_START, bursts=[storm, late]).bursts == ()


def test_dummy_rows_are_what_their_kind_says():
    seen = set()
    for seed in range(60):
        receiver = draw_receiver(np.random.default_rng(seed), 45.0, 442.0)
        seen |= set(receiver.tail)
        if "sawtooth" in receiver.tail:
            digits = simulate_spectrogram(np.random.default_rng(seed), receiver, T_START, times=600).digits
            assert np.array_equal(digits[receiver.tail.index("sawtooth")], np.arange(600) % 255)
            assert (digits[receiver.tail.index("constant")] == receiver.pwm).all()
            assert not receiver.sky[:7].any()
    assert seen == {"sky", "duplicate", "constant", "sawtooth", "alias"}


def test_several_stations_see_one_event_at_their_own_clock():
    burst = draw_burst(np.random.default_rng(9), "IIIg", T_START + timedelta(seconds=200), peak_sfu=3000.0)
    receivers = [draw_receiver(np.random.default_rng(seed), low, high) for seed, low, high in ((1, 20.0, 90.0), (2, 45.0, 400.0))]
    files = observe_event(5, [burst], receivers, [T_START, T_START + timedelta(seconds=30)], [0.0, 12.0])
    first, second = (file.bursts[0] for file in files)
    assert abs((second.t_start - first.t_start).total_seconds() - 12) < 25
    assert not np.array_equal(files[0].digits, files[1].digits)
