"""The sky observation as read, and as prepared for every sky classifier."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.site import Site
from models.sky.quality import Quality, examine
from models.sky.rebin import SHAPE, rebin
from models.sky.thermal import airmass

if TYPE_CHECKING:
    from models.sky.site_reference import SiteReference

# Stored with every model version: a change of what follows is a new version.
PREPROCESSING_VERSION = "sky-1"
Unit = Literal["ADU", "K"]
# Frames of the camera as it writes them and as they are published; anything else is of another camera.
NATIVE_SHAPE = (512, 640)


@dataclass(frozen=True, slots=True)
class CameraState:
    """What the camera says of itself; None where it does not.

    Attributes
    ----------
    camera : as in its header, "" where it has no name
    fpa_c, shutter_c, housing_c, ambient_c : degrees Celsius: detector, shutter, inside of the housing, outside air
    corrected_at : aware UTC datetime of the last flat-field correction on the shutter (FFC)
    latitude_deg, longitude_deg : where it stands
    humidity : relative, 0 to 1, of the air at the ground
    zenith_deg, position_deg : where the middle of the field points: distance from the zenith; the angle of the frame
    """

    camera: str = ""
    fpa_c: float | None = None
    shutter_c: float | None = None
    housing_c: float | None = None
    ambient_c: float | None = None
    corrected_at: datetime | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    humidity: float | None = None
    zenith_deg: float | None = None
    position_deg: float | None = None

    @property
    def airmass(self) -> float | None:
        """Of the middle of the field; None where nobody says where it points."""
        return None if self.zenith_deg is None else float(airmass(min(abs(self.zenith_deg), 85.0)))


@dataclass(frozen=True, slots=True, eq=False)
class SkyFrame:
    """One frame as its file holds it.

    Attributes
    ----------
    adu : (H, W) ndarray: int16 as the camera writes it, or float32; ADU, or kelvin where ``unit`` says so
    t_start : aware UTC datetime by the camera's own clock, None where unknown; a frame takes some milliseconds, so it ends then too
    unit : "ADU" or "K"
    foreign : why this is no frame of the thermal camera that is known here, "" where it is one
    state : CameraState
    """

    adu: np.ndarray
    t_start: datetime | None
    unit: Unit = "ADU"
    foreign: str = ""
    state: CameraState = field(default_factory=CameraState)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFrame:
    """A frame examined and rebinned to the one shape that every sky classifier takes.

    Attributes
    ----------
    adu : (128, 160) float32 ndarray, ADU
    good : (128, 160) bool ndarray, False where nothing of the sky is seen
    quality : what is wrong with the frame, if anything
    t_start, unit, foreign, state : as in `SkyFrame`
    site_sky : the site's clear sky, fitted to former nights, if there is one; it is not of the frame, and no shard holds it
    """

    adu: np.ndarray
    good: np.ndarray
    quality: Quality
    t_start: datetime | None
    unit: Unit
    foreign: str
    state: CameraState
    site_sky: "SiteReference | None" = None

    @property
    def t_end(self) -> datetime | None:
        """The frame's end, which is its beginning."""
        return self.t_start

    @property
    def site(self) -> Site:
        """Where the camera stands, as far as its header says."""
        return Site(self.state.latitude_deg, self.state.longitude_deg)

    @property
    def observer(self) -> dict[str, str]:
        """The camera."""
        return {"camera": self.state.camera}


def prepare(frame: SkyFrame, horizon: np.ndarray | None = None) -> PreparedFrame:
    """Examine and rebin one frame.

    Parameters
    ----------
    frame : SkyFrame
    horizon : (128, 160) bool ndarray, True where trees, buildings or the dome's edge are seen; by default nowhere

    Returns
    -------
    `PreparedFrame`; of a foreign frame, which is not examined, the picture is empty where its shape does not divide
    """
    if frame.foreign:
        fits = frame.adu.shape in (NATIVE_SHAPE, SHAPE)
        adu = rebin(frame.adu) if fits else np.zeros(SHAPE, dtype=np.float32)
        quality, good = Quality("ok", ""), np.full(SHAPE, fits)
    else:
        adu = rebin(frame.adu)
        quality, good = examine(frame.adu, adu, since_correction_s(frame.t_start, frame.state), horizon)
        if not good.all():
            adu = np.where(good, adu, np.float32(np.median(adu[good]) if good.any() else 0))
    return PreparedFrame(adu, good, quality, frame.t_start, frame.unit, frame.foreign, frame.state)


def since_correction_s(moment: datetime | None, state: CameraState) -> float | None:
    """Seconds from the last flat-field correction to a moment, None where either is unknown."""
    return None if moment is None or state.corrected_at is None else (moment - state.corrected_at).total_seconds()
