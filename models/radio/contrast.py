"""How far each spot of a spectrogram stands out from its surroundings, at the scales of the burst types."""

import cv2
import numpy as np

from models.radio.spectrogram import PreparedSpectrogram

# Strong carriers must not outweigh what many channels say together; bursts gain nothing above this.
CLIP_SIGMA = 8.0
# Channels x seconds. Type III: tall and brief; II: an oblique lane; IV and noise storms: long.
BRIEF = (15, 3)
LANE = (7, 7)
LONG = (9, 31)
# What lasts longer than a minute is not brief: it is taken away before brief strokes are looked for.
BRIEF_LASTS_S = 60.0
# Bursts fill up to two thirds of a map, so its spread is read off its tenth and third decile: -1.2816 and -0.5244 of a Gaussian.
DECILES = ((0.1, -1.2816), (0.3, -0.5244))


def sigmas(prepared: PreparedSpectrogram) -> np.ndarray:
    """(good channels, n_bins) float32 ndarray: the mean plane in units of each channel's noise; 0 where masked."""
    rows = prepared.good
    return np.asarray(prepared.mean_db[rows, : prepared.n_bins] / prepared.sigma_db[rows, None])


def contrasts(z: np.ndarray, bin_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Contrast of brief strokes, and of what lasts.

    Parameters
    ----------
    z : (F, B) float32 ndarray, sigma
    bin_s : seconds of one bin

    Returns
    -------
    brief : (F, B) float32 ndarray, in units of the robust spread of the map
    lasting : (F, B) float32 ndarray, likewise; hum and fringes, which make the spread wider, raise the bar by themselves
    """
    clipped = np.clip(z, -CLIP_SIGMA / 2, CLIP_SIGMA)
    stroke = _mean(clipped, BRIEF, bin_s)
    length = min(max(3, round(BRIEF_LASTS_S / bin_s)), max(1, z.shape[1] // 2))
    brief = stroke - cv2.morphologyEx(stroke, cv2.MORPH_OPEN, np.ones((1, length | 1), np.uint8))
    lasting = np.maximum(_standard(_mean(clipped, LANE, bin_s)), _standard(_mean(clipped, LONG, bin_s)))
    return _standard(brief), np.asarray(lasting)


def _mean(values: np.ndarray, size: tuple[int, int], bin_s: float) -> np.ndarray:
    """Mean over ``size`` channels x seconds."""
    columns = max(1, round(size[1] / bin_s))
    rows = min(size[0], max(1, values.shape[0] // 3))
    return np.asarray(cv2.blur(values, (columns, rows), borderType=cv2.BORDER_REPLICATE))


def _standard(values: np.ndarray) -> np.ndarray:
    """Values in units of their spread on the lower side, where bursts do not reach."""
    (low, z_low), (high, z_high) = DECILES
    at_low, at_high = np.quantile(values[::3, ::5] if values.size > 1000 else values, [low, high])
    # 0.02 sigma: a smoothed map of pure noise has 0.1 or more; less is a receiver that does not move.
    spread = max((at_high - at_low) / (z_high - z_low), 0.02)
    return np.asarray((values - np.float32(at_high - z_high * spread)) / np.float32(spread))
