"""Each fault of a frame has a name and a reason; a small one is masked."""

from datetime import timedelta

import numpy as np
import pytest

from models.errors import Declined
from models.sky.clear import check_frame
from models.sky.frame import CameraState, SkyFrame, prepare
from models.sky.rebin import SHAPE
from tests.unit.sky.frames import MOMENT, clear_counts

COUNTS = clear_counts(3)


def state_of(counts: np.ndarray, horizon: np.ndarray | None = None, since_s: float = 15.0) -> tuple[str, str, float]:
    state = CameraState(corrected_at=MOMENT - timedelta(seconds=since_s))
    prepared = prepare(SkyFrame(counts, MOMENT, state=state), horizon)
    return prepared.quality.state, prepared.quality.reason, float(prepared.good.mean())


def test_a_sound_frame_is_whole() -> None:
    assert state_of(COUNTS) == ("ok", "", 1.0)


def with_band(value: float, rows: int, kind: type = np.int16) -> np.ndarray:
    counts = COUNTS.astype(kind)
    counts[:rows] = value
    return counts


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        (with_band(0, 60), "zero"),
        (with_band(16383, 60), "saturated"),
        (with_band(np.nan, 60, np.float32), "gaps"),
        (with_band(650, 60), "stuck_columns"),
        (np.zeros_like(COUNTS), "zero"),
        (np.random.default_rng(0).normal(1850, 4.4, (512, 640)).astype(np.int16), "shutter"),
    ],
)
def test_a_frame_that_lost_a_tenth_is_given_up_by_name(counts: np.ndarray, fault: str) -> None:
    state, reason, _ = state_of(counts)
    assert (state, bool(reason)) == (fault, True)
    with pytest.raises(Declined, match=fault):
        check_frame(prepare(SkyFrame(counts, None)))


@pytest.mark.parametrize("value", [0, 16383])
def test_what_is_lost_of_a_sound_frame_is_masked(value: int) -> None:
    state, reason, good = state_of(with_band(value, 16))
    assert state == "ok" and "masked" in reason
    assert good == 1 - 16 / 512
    state, _, good = state_of(with_band(np.nan, 16, np.float32))
    assert (state, good) == ("ok", 1 - 16 / 512)


def test_a_frame_right_after_the_shutter_is_a_shutter_frame() -> None:
    assert state_of(COUNTS, since_s=0.4)[0] == "shutter"
    assert state_of(COUNTS, since_s=1.5)[0] == "ok"


def test_below_the_horizon_there_is_no_sky() -> None:
    horizon = np.zeros(SHAPE, bool)
    horizon[100:] = True
    assert state_of(COUNTS, horizon) == ("ok", "21.9% of the pixels masked", 100 / 128)
    assert state_of(COUNTS, np.ones(SHAPE, bool))[0] == "horizon"
