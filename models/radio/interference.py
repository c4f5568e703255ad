"""Interference that is shorter or narrower than any burst, as masks."""

import cv2
import numpy as np

# Three quarters of the interference lasts under a second (63 % one sample); type III bursts last 2.5-3 s in one channel.
SPIKE_S = 1.0
SPIKE_SIGMA = 6.0
# Strong bursts peak above their own plateau; a quarter of the plateau's height is theirs.
SPIKE_PLATEAU = 0.25
# Carriers are one or two channels wide; the narrowest bursts (type I, 3 % of the frequency) three.
LINE_CHANNELS = 3
LINE_SIGMA = 6.0
LINE_PLATEAU = 1.0


def spikes(level_db: np.ndarray, step_s: float) -> np.ndarray:
    """Samples that stand out from what lasts at least a second in their channel.

    Parameters
    ----------
    level_db : (F, T) float32 ndarray, dB
    step_s : seconds of one sample

    Returns
    -------
    (F, T) bool ndarray, True where masked
    """
    length = round(SPIKE_S / step_s)
    if length < 2 or level_db.shape[1] < 2 * length:
        return np.zeros(level_db.shape, dtype=bool)
    lasting = _opened(level_db, 1, length)
    quiet = lasting[:, :: max(1, length)].mean(axis=1, keepdims=True)
    excess = level_db - lasting
    limit = SPIKE_SIGMA * white_noise(level_db)[:, None]
    masked = excess > limit
    found = np.flatnonzero(masked)  # about 1 % of all samples: only there is the plateau asked for
    rows = found // level_db.shape[1]
    plateau = np.maximum(lasting.ravel()[found] - quiet[rows, 0], 0)
    masked.ravel()[found] = excess.ravel()[found] > limit[rows, 0] + SPIKE_PLATEAU * plateau
    return np.asarray(masked)


def lines(z: np.ndarray) -> np.ndarray:
    """Bins where one or two channels stand out from all channels around them.

    Parameters
    ----------
    z : (F, B) float32 ndarray, sigma above the quiet level, adjacent sky channels in adjacent rows

    Returns
    -------
    (F, B) bool ndarray, True where masked
    """
    if z.shape[0] < 2 * LINE_CHANNELS:
        return np.zeros(z.shape, dtype=bool)
    broad = _opened(z, LINE_CHANNELS, 1)
    return np.asarray(z - broad > LINE_SIGMA + LINE_PLATEAU * np.maximum(broad, 0))


def white_noise(level_db: np.ndarray) -> np.ndarray:
    """(F,) float32 ndarray: dB of noise in one sample, from successive differences.

    The mean of |difference| instead of its median, because whole digits leave 42 % of the differences at 0; clipped at 1.5 dB (four
    digits), so that spikes do not count.
    """
    step = np.minimum(np.abs(level_db[:, 1::4] - level_db[:, : level_db.shape[1] - 1 : 4]), 1.5)
    # |difference| of two Gaussians has the mean 2 sigma / sqrt(pi); the floor is half a digit's quantisation noise.
    return np.asarray(np.maximum(step.mean(axis=1) * np.float32(np.sqrt(np.pi) / 2), np.float32(0.06)))


def _opened(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Grey opening by a rectangle: keeps what is at least ``rows`` x ``columns`` large.

    The anchors are opposite, because for even sizes OpenCV's own MORPH_OPEN moves the picture by one.
    """
    kernel = np.ones((rows, columns), dtype=np.uint8)
    low = cv2.erode(values, kernel, anchor=(0, 0))
    return np.asarray(cv2.dilate(low, kernel, anchor=(columns - 1, rows - 1)))
