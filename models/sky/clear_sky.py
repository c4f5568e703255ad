"""What the sky would read without clouds, from the frame alone: its lower envelope, held against the physics of clear air."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from models.sky.envelope import Envelope, lower_envelope, sigma_about
from models.sky.even_cloud import find_even_cloud
from models.sky.frame import CameraState, PreparedFrame
from models.sky.surface_terms import UNKNOWN_CAMERA_SIGMA_ADU, USUAL_SIGMA_ADU
from models.sky.thermal import (
    SHUTTER_SPREAD_ADU,
    USUAL_AIR_C,
    USUAL_SPREAD_C,
    adu_of,
    airmass,
    band_radiance,
    clear_emissivity,
    vapour_pressure_hpa,
)

LEAST_PATTERN = 0.5  # a weaker one is another camera's
HALF_FIELD_DEG = (4.15, 5.2)
# The lens' own dome, a tenth of the frame off centre, is a slope of 3 ADU in 5 degrees; the camera's dome varies by 10 at the edge.
SLOPE_SPREAD_ADU_DEG = 4.0
ZENITH_DEG = np.arange(0.0, 66.0, 5.0)
HUMIDITY = np.array([0.2, 0.5, 0.7, 0.85, 0.95])
KNOWN_SPREAD_C = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A clear sky for one frame.

    Attributes
    ----------
    kind : "site" or "in_frame"
    adu : (h, w) float32 ndarray, ADU
    sigma_adu : standard deviation of a clear pixel about it
    support : share of the frame that lies on it
    slope_adu_deg : of the surface across the middle, the camera's own dome left out
    pattern : strength of the camera's known pattern in the frame, 1 where it is that camera
    veil : how far its level lies above the warmest clear sky of that slope, in standard deviations of what is not known
    raised_adu : what stands out from it, as `Envelope` tells; of the site's nobody asks
    marks : (h, w) int8 ndarray, what is known to be cloud and sky, as `mask_clouds` takes it; None where the excess alone tells
    """

    kind: Literal["site", "in_frame"]
    adu: np.ndarray
    sigma_adu: float
    support: float
    veil: float
    pattern: float
    slope_adu_deg: float
    raised_adu: tuple[float, float] = (0.0, 0.0)
    marks: np.ndarray | None = None


def in_frame_reference(frame: PreparedFrame, pattern: np.ndarray) -> Reference | None:
    """Fit a clear sky to the frame itself.

    Parameters
    ----------
    frame : PreparedFrame
    pattern : (h, w) float32 ndarray, ADU, of the camera

    Returns
    -------
    Reference, or None where less than a tenth of the frame shows the sky
    """
    expected = USUAL_SIGMA_ADU
    envelope, surface, sigma = _fit(frame, pattern, expected)
    if envelope is not None and sigma > UNKNOWN_CAMERA_SIGMA_ADU and envelope.coefficients[-1] < LEAST_PATTERN:
        expected = UNKNOWN_CAMERA_SIGMA_ADU
        envelope, surface, sigma = _fit(frame, pattern, expected)
    if envelope is None:
        return None
    marks = None
    if even := find_even_cloud(frame.adu, frame.good, pattern, envelope, surface, sigma, expected):
        envelope, surface, sigma, marks = even.envelope, even.surface, even.sigma_adu, even.marks
    known = float(envelope.coefficients[-1])
    above = veil(envelope, frame.state)
    return Reference("in_frame", surface, sigma, envelope.support, above, known, slope(envelope), envelope.raised_adu, marks)


def _fit(frame: PreparedFrame, pattern: np.ndarray, sigma: float) -> tuple[Envelope | None, np.ndarray, float]:
    """The envelope, its surface, and how a clear pixel scatters about it."""
    envelope = lower_envelope(frame.adu, frame.good, sigma, pattern)
    if envelope is None:
        return None, pattern, sigma
    surface = envelope.surface(pattern)
    return envelope, surface, sigma_about(surface, frame.adu, frame.good)


def veil(envelope: Envelope, state: CameraState) -> float:
    """How far a surface lies above the warmest clear sky, in standard deviations.

    A clear sky is warm towards the horizon, where its slope is steep, and in humid air: a warm and flat one is a layer of cloud.

    Parameters
    ----------
    envelope : the surface
    state : with the temperature of shutter or air, if the camera tells them
    """
    told = state.ambient_c if state.ambient_c is not None else state.shutter_c
    air = USUAL_AIR_C if told is None else told
    shutter = air if state.shutter_c is None else state.shutter_c
    steep = round(slope(envelope))
    warmest = _warmest(round(air, 1), round(shutter, 1), steep)
    off = USUAL_SPREAD_C if told is None else KNOWN_SPREAD_C
    warmer = _warmest(round(air + off, 1), round(shutter + (off if told is None else 0), 1), steep)
    return float((envelope.coefficients[0] - warmest) / np.hypot(SHUTTER_SPREAD_ADU, max(warmer - warmest, 0)))


def slope(envelope: Envelope) -> float:
    """Slope of a surface in the middle of the frame, ADU a degree."""
    x, y = envelope.coefficients[1:3]
    return float(np.hypot(x / HALF_FIELD_DEG[1], y / HALF_FIELD_DEG[0]))


@lru_cache(maxsize=4096)
def _warmest(air_c: float, shutter_c: float, slope_adu_deg: float) -> float:
    """Highest level, ADU, of a clear sky no steeper than that, over humidities and zenith distances."""
    vapour = vapour_pressure_hpa(air_c, HUMIDITY)[:, None]
    radiance = clear_emissivity(air_c, vapour, airmass(ZENITH_DEG)[None]) * band_radiance(air_c)
    level = adu_of(radiance, shutter_c)
    steep = np.gradient(level, ZENITH_DEG, axis=1)
    possible = steep <= slope_adu_deg + SLOPE_SPREAD_ADU_DEG
    possible[0, 0] = True
    return float(level[possible].max())
