"""The solar observation as read, and as prepared for every solar classifier.

Arrays have their first row at the bottom, as FITS has it: solar north is up where the roll is 0. Pictures are turned when read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from models.site import NOWHERE, Site

Unit = Literal["DN/s", "G", "display", ""]
Source = Literal["fits", "picture"]


@dataclass(frozen=True, slots=True)
class Disk:
    """Where the Sun stands in an array.

    Attributes
    ----------
    x, y : its centre, pixels from the centre of the first one, as arrays count
    radius_px : of the photosphere, pixels
    scale_arcsec : width of a pixel, arcsec; None where the file does not tell
    roll_deg : angle from the array's columns to solar north, counterclockwise; FITS calls it CROTA2
    b0_deg, l0_deg : heliographic latitude and Carrington longitude of the centre, degrees; None where unknown
    found : "header" where the file states it, "limb" where the limb was found in the picture
    """

    x: float
    y: float
    radius_px: float
    scale_arcsec: float | None = None
    roll_deg: float = 0.0
    b0_deg: float | None = None
    l0_deg: float | None = None
    found: Literal["header", "limb"] = "header"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who took an image, and how far it has come.

    Attributes
    ----------
    observatory, instrument : as files and archives call them ("SDO", "AIA"), "" where unknown
    exposure_s : seconds, None where unknown; images in DN/s are divided by it
    quality : what the file says is wrong with the image, in words; "" where nothing
    near_real_time : made from the data of the first hours, to be replaced by the definitive image; None where nobody tells
    degradation : share of the instrument's first sensitivity that was left, 1 where unknown; only DN/s are divided by it
    degradation_source : where that share comes from, "" where it is 1 for want of one
    """

    observatory: str = ""
    instrument: str = ""
    exposure_s: float | None = None
    quality: str = ""
    near_real_time: bool | None = None
    degradation: float = 1.0
    degradation_source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SunImage:
    """One image of the Sun, its intensity in one unit.

    Attributes
    ----------
    data : (H, W) float32 ndarray in ``unit``, 0 where missing
    missing : (H, W) bool ndarray, True where nothing was measured: off the limb of a magnetogram, under a printed stamp
    channel : wavelength in angstrom ("94" to "4500"), or "magnetogram", "continuum", "halpha"; "" where unknown
    t_start : aware UTC datetime by the file's own clock, None where neither file nor name tells
    unit : "DN/s", "G" (gauss), "display" (0 to 255 of a picture whose stretch is not stated), "" where unknown
    source : "fits", or "picture" where the intensity was taken back from a JPG's or JP2's colours
    disk : where the Sun stands, None where it cannot be told
    origin : who took it
    unfit : why no classifier should judge it (a cut-out, a coronagraph, an eclipse), "" where one may
    """

    data: np.ndarray
    missing: np.ndarray
    channel: str
    t_start: datetime | None
    unit: Unit
    source: Source
    disk: Disk | None
    origin: Origin = field(default_factory=Origin)
    unfit: str = ""

    @property
    def t_end(self) -> datetime | None:
        """The beginning and the exposure."""
        return self.t_start and self.t_start + timedelta(seconds=self.origin.exposure_s or 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSun:
    """An image in the one geometry that every solar classifier takes: disk in the centre, north up, one radius, one stretch.

    Attributes
    ----------
    picture : (SIZE, SIZE) float32 ndarray, 0 to 1 by the stretch of the channel; 0 where missing
    present : (SIZE, SIZE) bool ndarray, True where at least half of the pixel was measured
    channel, t_start, t_end, unit, source, origin, unfit : as in `SunImage`
    disk : of ``picture``: its centre is the array's, its radius `RADIUS`, its roll 0
    native : of the image as its file holds it, None where it cannot be told: ``picture`` is empty then
    beside : images of other channels at about its time, the nearest first, for models that look at several (`Classifier.beside`)
    """

    picture: np.ndarray
    present: np.ndarray
    channel: str
    t_start: datetime | None
    t_end: datetime | None
    unit: Unit
    source: Source
    disk: Disk
    native: Disk | None
    origin: Origin
    unfit: str
    beside: tuple["PreparedSun", ...] = ()

    @property
    def site(self) -> Site:
        """Where it was taken; headers of solar images do not say."""
        return NOWHERE

    @property
    def observer(self) -> Mapping[str, str]:
        """Observatory, instrument and channel."""
        return {"observatory": self.origin.observatory, "instrument": self.origin.instrument, "channel": self.channel}
