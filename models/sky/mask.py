"""Which pixels are under cloud: what exceeds the clear sky by so much, and what is known to be."""

from collections.abc import Sequence

import numpy as np

from models.compiled import njit
from models.sky.blobs import Blob, blobs_above, find_blobs
from models.sky.sigma_filter import mean_of_alike

# Above it all is cloud: no wave of what the camera's pattern leaves, and little of a soft cloud's brim, is so high.
CLOUD_SIGMA = 3.3
# A pixel so near to that limit, sigma, is told by the mean of itself and of those neighbours that are alike.
NEAR_SIGMA = 0.75
SKY, OPEN, CLOUD = -1, 0, 1  # marks: what is known of a pixel, whatever it exceeds


def mask_clouds(
    excess_adu: np.ndarray, good: np.ndarray, sigma_adu: float, marks: np.ndarray | None = None
) -> tuple[np.ndarray, Sequence[Blob]]:
    """Mark what is under cloud.

    Parameters
    ----------
    excess_adu : (h, w) float32 ndarray, ADU over the clear sky
    good : (h, w) bool ndarray, False where no sky is seen
    sigma_adu : standard deviation of the excess of a clear pixel
    marks : (h, w) int8 ndarray of `SKY`, `OPEN` and `CLOUD`; None where nothing is known

    Returns
    -------
    (mask, blobs), an (h, w) bool ndarray, True under cloud, and its regions, the largest first
    """
    limit = CLOUD_SIGMA * sigma_adu
    mask, blobs = blobs_above(calmed(excess_adu, good, sigma_adu, limit), good, limit)
    return (mask, blobs) if marks is None else find_blobs((marks == CLOUD) | (mask & (marks == OPEN)))


def calmed(excess_adu: np.ndarray, good: np.ndarray, sigma_adu: float, limit_adu: float) -> np.ndarray:
    """Excess whose noise, near a limit, is averaged out with those neighbours that are alike.

    Parameters
    ----------
    excess_adu, good, sigma_adu : as for `mask_clouds`
    limit_adu : above which is cloud

    Returns
    -------
    (h, w) float32 ndarray, ADU
    """
    return np.asarray(_calmed(excess_adu, good, np.float32(limit_adu), np.float32(sigma_adu)))


@njit(cache=True, nogil=True)
def _calmed(excess_adu: np.ndarray, good: np.ndarray, threshold: np.float32, sigma: np.float32) -> np.ndarray:
    """See `calmed`; in most frames few pixels are near the threshold."""
    height, width = excess_adu.shape
    out = excess_adu.copy()
    near = np.float32(NEAR_SIGMA) * sigma
    places = np.empty(width + 1, np.int32)
    for y in range(height):
        count = 0
        for x in range(width):  # no branch, as nobody can foretell where noise is near
            places[count] = x
            count += abs(excess_adu[y, x] - threshold) < near
        for index in range(count):
            x = places[index]
            out[y, x] = mean_of_alike(excess_adu, good, y, x, sigma)
    return out
