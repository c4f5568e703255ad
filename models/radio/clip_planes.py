"""What `radio-clip-nightshift` sees: a small picture with the frequency of each row beside it, of a spectrogram or a quick-look."""

import cv2
import numpy as np

from models.radio.burst_planes import CLIP_SIGMA, COLUMNS, ROWS, planes_of
from models.radio.quick_look import QuickLook
from models.radio.spectrogram import PreparedSpectrogram

# Four seconds a column: the mean shows what lasts, the maximum what is brief.
CLIP_ROWS, CLIP_COLUMNS, SECONDS = ROWS, 224, 4
CLIP_PLANES = ("mean", "maximum", "frequency")
# In the units of the frequency plane, 8 octaves below 120 MHz: where no radio telescope listens, and a quick-look has no axis.
UNKNOWN_FREQUENCY = -3.0
# 1.4826 turns a median absolute deviation into a standard deviation (Gaussian).
MAD_SIGMA = 1.4826


def clip_planes(prepared: PreparedSpectrogram) -> np.ndarray:
    """The planes of a spectrogram.

    Parameters
    ----------
    prepared : PreparedSpectrogram with at least one good channel

    Returns
    -------
    (3, CLIP_ROWS, CLIP_COLUMNS) float32 ndarray in the order of `CLIP_PLANES`, lowest frequency first: inverse hyperbolic sine of
    the contrast in sigma, mean and maximum over four seconds, and the frequency as in `planes_of`
    """
    return from_burst_planes(planes_of(prepared))


def from_burst_planes(planes: np.ndarray) -> np.ndarray:
    """The planes made of those of `radio-burst`, (5, ROWS, COLUMNS); as `clip_planes`."""
    return _pooled(planes[0], planes[4, :, :CLIP_COLUMNS])


def quick_look_planes(quick_look: QuickLook) -> np.ndarray:
    """The planes of a picture without axes; as `clip_planes`, with `UNKNOWN_FREQUENCY`.

    The picture is taken for a whole file, its highest frequency at the top, and its brightness for the intensity.
    """
    grey = cv2.cvtColor(quick_look.pixels, cv2.COLOR_RGB2GRAY)[::-1].astype(np.float32)
    level = np.median(grey, axis=1, keepdims=True)
    spread = MAD_SIGMA * np.median(np.abs(grey - level), axis=1, keepdims=True)
    # Half a grey level is what rounding alone leaves.
    contrast = np.clip((grey - level) / np.maximum(spread, 0.5), *CLIP_SIGMA)
    resized = cv2.resize(np.arcsinh(contrast), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return _pooled(resized, np.full((CLIP_ROWS, CLIP_COLUMNS), UNKNOWN_FREQUENCY, dtype=np.float32))


def _pooled(contrast: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """Pool over time; what the grid holds beyond 896 s is left out, one part in two hundred."""
    parts = contrast[:, : CLIP_COLUMNS * SECONDS].reshape(CLIP_ROWS, CLIP_COLUMNS, SECONDS)
    return np.stack([parts.mean(axis=2), parts.max(axis=2), frequency]).astype(np.float32)
