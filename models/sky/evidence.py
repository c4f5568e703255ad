"""What speaks for cloud in a frame, in a few numbers."""

import math

import numpy as np

from models.sky.clear_sky import Reference
from models.sky.envelope import LEAST_SIGMA_ADU
from models.sky.frame import CameraState
from models.sky.metrics import SkyMetrics

EVIDENCE = (
    "veil",  # how far the surface lies above the warmest clear sky, standard deviations
    "veil_above",  # the same where it does
    "roughness",  # log of the scatter beneath the surface over that of a clear sky at best
    "roughness_known",  # the same times the pattern's strength: a camera that is known has nothing else that is rough
    "pattern",  # strength of the camera's known pattern
    "cover",  # log10 of the share under cloud
    "off_surface",  # share that does not lie on the surface
    "told",  # 1 where the camera tells a temperature
    "veil_told",
    "raised",  # mean of what stands out from the surface, none counting as more than 6 ADU: a layer in waves stands out a little
    "raised_far",  # and as more than 20: clouds with gaps stand out far
)

# The first nine tell cloud; with the others, a simulated cloud of 10 ADU over 5 to 50 % is told in 24 of 40 frames instead of 38.
OF_CLOUD = 9


def evidence(reference: Reference, metrics: SkyMetrics, state: CameraState) -> np.ndarray:
    """(11,) float64 ndarray in the order of `EVIDENCE`.

    Parameters
    ----------
    reference : of the frame
    metrics : of its excess over that reference
    state : CameraState
    """
    veil = min(max(reference.veil, -4.0), 8.0)
    known = min(max(reference.pattern, 0.0), 1.0)
    rough = math.log(reference.sigma_adu / LEAST_SIGMA_ADU)
    told = float(state.ambient_c is not None or state.shutter_c is not None)
    cover = math.log10(metrics.cloud_fraction + 0.003)
    fit = (veil, max(veil, 0), rough, rough * known, known, cover, 1 - reference.support, told, veil * told)
    return np.array([*fit, *reference.raised_adu])
