"""One region in up to two channels and its own outline: what `sun-flare-crops` looks at."""

from collections.abc import Mapping

import numpy as np

from models.sun.found_regions import MAGNETIC, FoundRegion
from models.sun.image import PreparedSun
from models.sun.prepare import SIZE

SIDE = 64  # a quarter of the prepared picture, 600 arcsec
LIGHTS = ("171", "131")
# Field, coronal light and outline, then what of it was there: a plane of ones or zeros each.
PLANES = ("field", "light", "outline", "has field", *(f"has {channel}" for channel in LIGHTS))
# Of the stretch of +-1500 G, so that 300 G is 1.
FIELD_SCALE = 10.0


def crop_planes(region: FoundRegion, suns: Mapping[str, PreparedSun]) -> np.ndarray:
    """The region's part of prepared pictures of one time.

    Parameters
    ----------
    region : found in one of them
    suns : magnetogram in gauss, 171 or 131 in DN/s, by channel; of both lights the first of `LIGHTS` is taken

    Returns
    -------
    (6, 64, 64) float32 ndarray, in the order of `PLANES`
    """
    x0, y0, x1, y1 = region.box
    column, row = (int(np.clip((low + high) / 2 - SIDE / 2, 0, SIZE - SIDE)) for low, high in ((x0, x1), (y0, y1)))
    part = np.s_[row : row + SIDE, column : column + SIDE]
    planes = np.zeros((len(PLANES), SIDE, SIDE), np.float32)
    if MAGNETIC in suns:
        sun = suns[MAGNETIC]
        planes[0] = np.where(sun.present[part], FIELD_SCALE * (sun.picture[part] - 0.5), 0)
        planes[3] = 1
    light = next((channel for channel in LIGHTS if channel in suns), None)
    if light:
        planes[1] = suns[light].picture[part]
        planes[4 + LIGHTS.index(light)] = 1
    planes[2] = region.mask[part]
    return planes
