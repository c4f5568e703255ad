"""What the network of `sky-unet` is shown of a frame."""

import numpy as np

from models.sky.clear import Sight
from models.sky.evidence import EVIDENCE, OF_CLOUD
from models.sky.frame import PreparedFrame

PLANES = ("excess over the clear-sky reference", "frame over its own lower edge")
LOWER_EDGE_PERCENT = 5.0
EXCESS_SIGMA, LEVEL_ADU = 3.0, 15.0
FACTS = EVIDENCE[:OF_CLOUD]  # all that there were when it learnt


def map_planes(frame: PreparedFrame, sight: Sight) -> np.ndarray:
    """(2, 128, 160) float32 ndarray: both as inverse hyperbolic sines, linear in faint clouds and logarithmic in thick ones.

    Parameters
    ----------
    frame : PreparedFrame
    sight : what `sky-clear` sees of it; the excess is in three of its sigmas, the frame itself in 15 ADU
    """
    excess = (frame.adu - sight.reference.adu) / (EXCESS_SIGMA * sight.reference.sigma_adu)
    level = (frame.adu - np.percentile(frame.adu, LOWER_EDGE_PERCENT)) / LEVEL_ADU
    return np.asarray(np.arcsinh(np.where(frame.good, np.stack([excess, level]), 0)), dtype=np.float32)


def map_facts(sight: Sight) -> np.ndarray:
    """(9,) float32 ndarray: what is known of the whole frame, in the order of `FACTS`."""
    return sight.evidence[: len(FACTS)].astype(np.float32)
