"""How active one region looks: three measures of its part of the picture, each growing with the region."""

import cv2
import numpy as np

from models.sun.activity import COARSE_PX, CORE, FINE_PX, SOFTNESS
from models.sun.found_regions import PIXEL_MSH, FoundRegion
from models.sun.image import PreparedSun

REGION_ACTIVITY = ("area_log10", "core_area_log10", "structure_log10")
# Millionths of the hemisphere: what is smaller counts as that much.
LEAST_CORE_MSH, LEAST_STRUCTURE_MSH = 10.0, 1.0


def region_activity(sun: PreparedSun, region: FoundRegion) -> np.ndarray:
    """The measures of `REGION_ACTIVITY`.

    Parameters
    ----------
    sun : the prepared picture
    region : found in it

    Returns
    -------
    (3,) float64 ndarray: logarithms of the area, of the area in cores, and of the fine structure summed over the area; the areas in
    millionths of the hemisphere
    """
    picture, area = sun.picture[region.mask], PIXEL_MSH[region.mask]
    core = 1 / (1 + np.exp(-np.clip((picture - CORE) / SOFTNESS, -50, 50)))
    fine = np.abs(cv2.GaussianBlur(sun.picture, (0, 0), FINE_PX) - cv2.GaussianBlur(sun.picture, (0, 0), COARSE_PX))[region.mask]
    return np.log10([area.sum(), core @ area + LEAST_CORE_MSH, fine @ area + LEAST_STRUCTURE_MSH])
