"""Simulated frames with their clouds made faint."""

import numpy as np

from models.sky.frame import PreparedFrame, SkyFrame, prepare

# Three times the scatter of a clear frame about its surface: what adds less is no cloud to anybody.
CLOUD_ADU = 6.0
# Real clouds are seldom as faint as those that are hard to see: of a scene with gaps there is a second frame, with so much excess.
FAINT_ADU, MOST_FAINT_COVER = (6.0, 60.0), 0.9


def faint(frame: PreparedFrame, excess_adu: np.ndarray, rng: np.random.Generator) -> tuple[PreparedFrame, np.ndarray] | None:
    """The same frame with less of its clouds: what they add, without noise, is known exactly.

    Parameters
    ----------
    frame : of the simulated camera
    excess_adu : (128, 160) float32 ndarray, what its clouds add
    rng : generator

    Returns
    -------
    (frame, excess_adu), or None where there is no cloud or hardly a gap: nothing would tell a faint layer from the sky
    """
    covered = excess_adu > CLOUD_ADU
    if not 0 < covered.mean() < MOST_FAINT_COVER:
        return None
    factor = np.exp(rng.uniform(*np.log(FAINT_ADU))) / np.percentile(excess_adu[covered], 90)
    less = (excess_adu * min(factor, 1.0)).astype(np.float32)
    return prepare(SkyFrame(frame.adu - excess_adu + less, frame.t_start, state=frame.state)), less
