"""How much a frame exceeds its clear sky, pixel by pixel: what maps show and what injected clouds are measured on."""

import numpy as np

from models.sky.clear_sky import in_frame_reference
from models.sky.frame import PreparedFrame
from models.sky.mask import mask_clouds


def sky_map(frame: PreparedFrame, pattern: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Excess, mask and scatter of a frame.

    Parameters
    ----------
    frame : sound, in ADU
    pattern : (128, 160) float32 ndarray, ADU, of the camera

    Returns
    -------
    (excess, mask, sigma), None where no sky is seen
        ``excess`` (128, 160) float32 ndarray, ADU over the clear sky; ``mask`` (128, 160) bool ndarray, True under cloud;
        ``sigma`` ADU, scatter of a clear pixel
    """
    reference = in_frame_reference(frame, pattern)
    if reference is None:
        return None
    excess = frame.adu - reference.adu
    mask, _ = mask_clouds(excess, frame.good, reference.sigma_adu, reference.marks)
    return excess, mask, reference.sigma_adu
