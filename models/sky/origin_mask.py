"""The mask rule of the project this one grew from; it always splits the histogram, so it finds clouds on a clear sky too."""

import cv2
import numpy as np

LOG_SCALE, CONTRAST, BINS = 1e5, 0.9, 256
FULL_SCALE = 2**14


def origin_mask(adu: np.ndarray) -> np.ndarray:
    """Cloud where the stretched frame exceeds its Otsu threshold.

    ADU / 2^14, z-scale limits with contrast 0.9, logarithmic stretch with a = 1e5 (both astropy's), Otsu over 256 bins.

    Parameters
    ----------
    adu : (h, w) float ndarray, ADU

    Returns
    -------
    (h, w) bool ndarray
    """
    from astropy.visualization import LogStretch, ZScaleInterval  # 0.5 s, which the other models need not spend

    stretched = (LogStretch(LOG_SCALE) + ZScaleInterval(contrast=CONTRAST))(np.asarray(adu / FULL_SCALE))
    return np.asarray(stretched > otsu_threshold(stretched))


def otsu_threshold(values: np.ndarray) -> float:
    """The cut that parts a histogram of 256 bins best: largest variance between the classes (Otsu, IEEE Trans. SMC 9, 62, 1979).

    Returns the middle of the last bin of the lower class, as scikit-image does.
    """
    counts, edges = np.histogram(values.ravel(), bins=BINS)
    counts = counts.astype(np.float32)
    middles = (edges[:-1] + edges[1:]) / 2
    lower, upper = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        lower_mean = np.cumsum(counts * middles) / lower
        upper_mean = (np.cumsum((counts * middles)[::-1]) / upper[::-1])[::-1]
    between = lower[:-1] * upper[1:] * (lower_mean[:-1] - upper_mean[1:]) ** 2
    return float(middles[int(np.nanargmax(between))])


def origin_quality(mask: np.ndarray) -> tuple[float, int]:
    """What the origin calls sky quality, which is the share of cloud (the better the sky, the lower), and its count of blobs.

    Blobs are 8-connected, of any size: most are single pixels of noise.
    """
    count, _ = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    return float(mask.mean()), int(count - 1)
