"""Frames of another world than the simulated camera's: other clouds, other noise, other gradients."""

from collections.abc import Iterator

import cv2
import numpy as np

from models.sky.frame import SkyFrame, prepare
from models.sky.map_learning.injected import Injected, field_of
from models.sky.rebin import SHAPE

PEAK_ADU = (10.0, 300.0)


def other_frames(count: int, pattern: np.ndarray, seed: int) -> Iterator[Injected]:
    """Draw cloudy frames.

    Clouds are heaps of discs or waves of rolls, of one excess or rising to one; the lens' dome grows as the radius to the power of
    1.5, and of the sky's gradient one half is exponential, one cubic; noise is Laplacian and has columns that waver together.

    Parameters
    ----------
    count : of frames
    pattern : (128, 160) float32 ndarray, ADU; none to all of it is in a frame
    seed : of everything drawn
    """
    y, x = np.meshgrid(*(np.linspace(-1, 1, size) for size in SHAPE), indexing="ij")
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        angle = rng.uniform(0, 2 * np.pi)
        along = x * np.cos(angle) + y * np.sin(angle)
        sky = rng.uniform(450, 800) + rng.uniform(0, 20) * np.exp(along) + rng.uniform(0, 8) * along**3
        lens = rng.uniform(5, 20) * np.hypot(x - rng.normal(0, 0.1), y - rng.normal(0, 0.1)) ** 1.5
        waver = rng.normal(0, 0.7) * np.sin(2 * np.pi * x * rng.uniform(2, 12) + rng.uniform(0, 6))
        noise = rng.laplace(0, 1.1 / np.sqrt(2), SHAPE) + cv2.GaussianBlur(rng.standard_normal((1, SHAPE[1])), (0, 0), 1.0)
        field, share = field_of("discs" if rng.random() < 0.5 else "rolls", rng), rng.uniform(0.05, 0.8)
        low, peak = np.quantile(field, 1 - share), np.exp(rng.uniform(*np.log(PEAK_ADU)))
        shape = field > low if rng.random() < 0.5 else np.clip((field - low) / (field.max() - low), 0, 1)
        adu = sky + lens + rng.uniform(0, 1) * pattern + waver + noise + peak * shape
        yield Injected(prepare(SkyFrame(adu.astype(np.float32), None)), peak * shape)
