"""The bytes of a solar image, whatever their format, as a `SunImage`."""

from dataclasses import replace

import numpy as np

from models.errors import CorruptInput
from models.sun.image import Disk, SunImage, Unit
from models.sun.prepare import RADIUS
from tasks.readers.inflate import inflate_fits
from tasks.readers.sky_frame import read_picture
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.header import Cards, channel_of, moment_of, origin_of, text
from tasks.readers.sun.limb import beyond_limb, find_disk
from tasks.readers.sun.name import parse_sun_name
from tasks.readers.sun.picture import is_picture, read_picture_of_sun
from tasks.readers.sun.quality import judge_quality
from tasks.readers.sun.sunpy_map import map_view

MAX_BYTES = 256 * 2**20  # a full AIA frame of 4096 x 4096 float64 takes 134 MB
CORONAGRAPHS = ("KCor", "LASCO", "COR1", "COR2")
# A disk of fewer pixels than half of those prepared has lost what its spots and loops look like.
FEWEST_RADIUS_PX = RADIUS / 2
LEAST_VISIBLE = 0.98  # of the limb: SWAP and HMI show all of it, cut-outs do not
FILL = -1000.0  # what some HMI files hold off the limb, instead of nothing


def read_sun_image(data: bytes, name: str) -> SunImage:
    """Read one image of the Sun: FITS (compressed tiles and gzip too), JPG, PNG or JP2.

    Parameters
    ----------
    data : the file as fetched
    name : its name: tells channel and time where the file itself does not

    Returns
    -------
    SunImage

    Raises
    ------
    CorruptInput
        Whatever else ``data`` is, and what breaks only when the picture is touched; one sentence that begins with ``name``.
    """
    if is_picture(data):
        return read_picture_of_sun(data, name)
    cards, picture = read_picture(inflate_fits(data, name, MAX_BYTES), name)
    values = picture.astype(np.float32)
    missing = ~np.isfinite(values)
    named = parse_sun_name(name)
    origin = origin_of(cards, named)
    channel = channel_of(cards, named, origin.instrument)
    if channel == "continuum":
        missing |= values <= FILL
    if missing.all():
        raise CorruptInput(f"{name}: not one pixel is a number")
    values[missing] = 0
    told = moment_of(cards)
    view = map_view(cards, values, told)
    start = (view.moment if view else told) or named.start
    unit = _unit(cards, channel, origin.instrument, origin.exposure_s)
    if origin.instrument == "AIA" and unit == "DN/s":
        share, source = degradation(channel, start) if start else (1.0, "")
        origin = replace(origin, degradation=share, degradation_source=source)
        exposed = 1.0 if text(cards, "BUNIT").lower().replace(" ", "") == "dn/s" else origin.exposure_s or 1.0
        values /= np.float32(exposed * share)
    disk = view.disk if view and (view.disk or view.chart) else find_disk(values)
    if channel == "magnetogram" and disk:
        missing |= beyond_limb(values.shape, disk)  # GONG's hold a level there
        values[missing] = 0
    _, refusal = judge_quality(cards.get("QUALITY"), origin.instrument)
    if view and view.chart:
        refusal = refusal or f"a chart of the surface ({view.axes}), not a picture of the disk"
    unfit = refusal or _unfit(values.shape, disk, origin.instrument, unit, named.region)
    return SunImage(values, missing, channel, start, unit, "fits", disk, origin, unfit)


def _unit(cards: Cards, channel: str, instrument: str, exposure_s: float | None) -> Unit:
    stated = text(cards, "BUNIT").lower().replace(" ", "")
    if channel == "magnetogram" and stated in ("gauss", "g", "mx/cm^2", ""):
        return "G"
    if stated in ("dn/s", "dn/s/pixel"):
        return "DN/s"
    # AIA's level 1 and 1.5, synoptic ones too, are counts of the whole exposure.
    return "DN/s" if instrument == "AIA" and exposure_s and exposure_s > 0 else ""


def _unfit(shape: tuple[int, ...], disk: Disk | None, instrument: str, unit: Unit, region: bool) -> str:
    if instrument in CORONAGRAPHS:
        return "of a coronagraph: it shows the corona beyond the limb, not the disk"
    if region:
        return "shows a part of the disk"
    if disk is None:
        return ""  # `prepare` says so
    angle = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    x, y = disk.x + disk.radius_px * np.cos(angle), disk.y + disk.radius_px * np.sin(angle)
    seen = ((x > -0.5) & (x < shape[1] - 0.5) & (y > -0.5) & (y < shape[0] - 0.5)).mean()
    if seen < LEAST_VISIBLE:
        return f"a cut-out: {seen:.0%} of the limb are in it"
    if disk.radius_px < FEWEST_RADIUS_PX:
        return f"too coarse: its disk has a radius of {disk.radius_px:.1f} pixels, and {FEWEST_RADIUS_PX:.1f} are needed"
    return "" if unit else "its unit is not stated, or its exposure time is missing"
