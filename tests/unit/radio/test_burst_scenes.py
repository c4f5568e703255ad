from datetime import timedelta

import numpy as np
from spectrograms import START, quiet_digits, spectrogram

from models.radio.burst_learning.scenes import burst_truth, draw_scene, prepared_rows, through_corona
from models.radio.burst_planes import CLASSES, DOUBTFUL, MAP_COLUMNS, MAP_ROWS
from models.radio.prepare import prepare
from models.simulate.bursts import draw_burst
from models.simulate.receiver import system_flux_sfu


def test_a_scene_is_the_same_whatever_else_is_drawn() -> None:
    one, other = draw_scene(5, 3), draw_scene(5, 3)
    assert np.array_equal(one.truth, other.truth) and np.array_equal(one.prepared.mean_db, other.prepared.mean_db)
    assert not np.array_equal(one.prepared.mean_db, draw_scene(5, 4).prepared.mean_db)


def test_truth_lies_where_the_burst_shines_and_knows_its_type() -> None:
    prepared = prepare(spectrogram(quiet_digits()))
    burst = draw_burst(np.random.default_rng(0), "II", START + timedelta(seconds=300), peak_sfu=2000)
    truth, (seen,) = burst_truth(prepared, [burst], system_flux_sfu(prepared_rows(prepared)))
    assert truth.shape == (MAP_ROWS, MAP_COLUMNS)
    assert set(np.unique(truth)) <= {DOUBTFUL, 0, CLASSES.index("II")} and (truth == CLASSES.index("II")).sum() > 4
    columns = np.flatnonzero((truth > 0).any(axis=0))
    assert seen.kind == "II" and (seen.first_s, seen.last_s) == (4 * columns[0], 4 * (columns[-1] + 1))
    assert 290 <= seen.first_s < seen.last_s and 45 <= seen.low_mhz < seen.high_mhz and seen.peak_db > 0.12
    assert not truth[:, :72].any()


def test_a_denser_corona_shifts_a_burst_in_frequency() -> None:
    burst = draw_burst(np.random.default_rng(1), "III", START, peak_sfu=1000)
    frequency, time = np.geomspace(10, 300, 200), np.arange(0.0, 60)
    middle = [
        float((np.log(frequency)[:, None] * flux).sum() / flux.sum())
        for flux in (through_corona(burst, "saito", fold).flux_sfu(frequency, time) for fold in (1.0, 4.0))
    ]
    assert middle[1] - middle[0] > 0.3  # four times the density is twice the frequency
