"""A FLIR Tau2 and its lens: what the camera itself adds to the sky."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from models.sky.thermal import SHUTTER_ADU, SHUTTER_SPREAD_ADU

NATIVE_SHAPE = (512, 640)
FIELD_DEG = (8.3, 10.4)  # 17 um pixels behind 60 mm
NOISE_ADU = 4.4  # of a pixel, from frame to frame: measured on both raw frames


@dataclass(frozen=True, slots=True, eq=False)
class Tau2:
    """One camera on one night.

    Attributes
    ----------
    shutter_adu : level of a scene as radiant as the shutter
    lens : (H, W) float32 ndarray, ADU, vignetting and narcissus: what lens and housing add, least near the middle
    pattern : (H, W) float32 ndarray, ADU, fixed pattern of columns, rows and pixels that the correction leaves
    transmission : (H, W) float32 ndarray, share of the scene's contrast that reaches the pixel, 1 in the middle
    noise_adu : standard deviation of a pixel from frame to frame
    drift_adu_s, settle_s : level gained after a correction, which approaches ``drift_adu_s * settle_s``
    """

    shutter_adu: float
    lens: np.ndarray
    pattern: np.ndarray
    transmission: np.ndarray
    noise_adu: float
    drift_adu_s: float
    settle_s: float

    def expose(self, scene_adu: np.ndarray, since_correction_s: float, rng: np.random.Generator) -> np.ndarray:
        """Counts of one frame.

        Parameters
        ----------
        scene_adu : (H, W) ndarray, ADU, what a perfect camera would read, relative to the shutter's level
        since_correction_s : seconds since the last flat-field correction
        rng : of the noise

        Returns
        -------
        (H, W) int16 ndarray, ADU, 14 bits
        """
        drift = self.drift_adu_s * self.settle_s * -np.expm1(-since_correction_s / self.settle_s)
        level = self.shutter_adu + scene_adu * self.transmission + self.lens + self.pattern + drift
        counts = level + self.noise_adu * rng.standard_normal(level.shape, dtype=np.float32)
        return np.asarray(np.rint(counts).clip(0, 16383), dtype=np.int16)


def draw_camera(rng: np.random.Generator, shape: tuple[int, int] = NATIVE_SHAPE, measured: np.ndarray | None = None) -> Tau2:
    """Draw a camera near the measured one.

    The dome of the lens rises by 5 to 28 ADU from the middle to the edges (7 to 24 in a quadratic through the real clear frame and
    the flattest overcast ones), more in some corners and along the last rows; columns and rows differ by 1.5 ADU, pixels by 3.

    Parameters
    ----------
    rng : generator
    shape : of the detector; a rebinned one has its noise and pattern averaged, 4 x 4 for 128 x 160
    measured : (H, W) float32 ndarray, ADU, the pattern of a camera that is known; by default one is drawn
    """
    y, x = axes(shape)
    bin_ = NATIVE_SHAPE[0] // shape[0]
    across, along = rng.normal(15, 5, 2).clip(3, 30)
    dome = across * (x - rng.normal(0, 0.15)) ** 2 + along * (y - rng.normal(0, 0.15)) ** 2 + rng.normal(0, 3) * x * y
    # A reflection of the cold detector: a soft dark disk, off centre.
    middle = rng.normal(0, 0.3, 2)
    narcissus = rng.normal(0, 4) * np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * rng.uniform(0.2, 0.5) ** 2))
    corner = rng.gamma(1.0, 12.0) * np.clip((x * rng.choice([-1, 1]) + y) / 2, 0, 1) ** 4
    edge = rng.gamma(1.0, 5.0) * np.exp(-(1 - y) / 0.03)
    # Slow unevenness, with the rest most of the 3.3 ADU that a quadratic leaves on the real clear frame; of a camera whose pattern
    # is known, what changes from night to night: 1.8 ADU are left there.
    slow = gaussian_filter(rng.standard_normal((16, 20)), 1.5, mode="wrap")
    slow = zoom(slow / slow.std(), (shape[0] / 16, shape[1] / 20), order=3, mode="nearest")
    lines = rng.normal(0, 1.5 / np.sqrt(bin_), (1, shape[1])) + rng.normal(0, 1.0 / np.sqrt(bin_), (shape[0], 1))
    pixels = rng.normal(0, 3.0 / bin_, shape)
    if measured is None:
        lens, pattern = dome + narcissus + corner + edge, slow * rng.uniform(0.5, 2.5) + lines + pixels
    else:
        lens, pattern = dome, rng.normal(1, 0.1) * measured + slow * rng.uniform(0.5, 2.0) + 0.5 * (lines + pixels)
    # cos^4 of the field angle, 6.6 deg in the corners: 1.7 % of the contrast.
    angle = np.hypot(x * FIELD_DEG[1] / 2, y * FIELD_DEG[0] / 2)
    return Tau2(
        shutter_adu=float(rng.normal(SHUTTER_ADU, SHUTTER_SPREAD_ADU)),
        lens=lens.astype(np.float32),
        pattern=pattern.astype(np.float32),
        transmission=(np.cos(np.deg2rad(angle)) ** 4).astype(np.float32),
        noise_adu=NOISE_ADU / bin_,
        drift_adu_s=float(rng.normal(0.0, 0.3)),
        settle_s=float(rng.uniform(20, 60)),
    )


def axes(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a frame, from -1 at the first edge to 1 at the last, as (H, 1) and (1, W)."""
    y, x = ((np.arange(size) + 0.5) / size * 2 - 1 for size in shape)
    return y[:, None], x[None, :]
