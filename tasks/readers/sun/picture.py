"""A published picture of the Sun as a `SunImage`: JPG and PNG of BBSO, GONG, SDO and the JSOC, JP2 of Helioviewer."""

import io
import re
from dataclasses import replace
from datetime import datetime
from html import unescape

import cv2
import numpy as np

from models.errors import CorruptInput
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk, Origin, SunImage
from tasks.readers.sun.colours import intensity
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.header import Cards, moment_of, number, origin_of
from tasks.readers.sun.limb import beyond_limb, find_disk
from tasks.readers.sun.name import SunName, parse_sun_name
from tasks.readers.sun.sunpy_map import map_view

MAX_PIXELS = 50_000_000
JPEG, PNG, JP2 = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x0cjP  \r\n\x87\n"
AIA_FIELD_ARCSEC = 4096 * 0.6  # AIA's pictures show its whole level 1.5 frame, in whatever number of pixels
# SDO's print, as shares of the height and width that it takes at the bottom left: "SDO/AIA 211 2012-10-26 08:16:13 UT" in rows 492
# to 504 and columns 6 to 246 of 512 (280 of 294 pictures), a smaller one in rows 479 to 484, to column 117, until August 2010 (14).
STAMPS = ((0.045, 0.5), (0.07, 0.25))
# GONG's two white boxes, left, top, right, bottom in pixels of 860 x 860: the same in all pictures at hand.
GONG_SIDE, GONG_BOXES = 860, ((10, 10, 88, 88), (10, 810, 251, 849))
CHANNELS = ("94", "131", "171", "193", "211", "304", "335", "1600", "1700", "4500", "magnetogram", "continuum", "halpha")


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a JPG, PNG or JP2 does."""
    return data.startswith((JPEG, PNG, JP2))


def shows_sun(data: bytes, name: str) -> bool:
    """Whether a picture shows the Sun, by its name, its format or GONG's layout."""
    if data.startswith(JP2) or parse_sun_name(name).channel:
        return True
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if _sound_size(data) else None
    return pixels is not None and _is_gong(pixels)


def read_picture_of_sun(data: bytes, name: str) -> SunImage:
    """Read a picture; what its name does not tell (channel, time) stays unknown.

    Raises
    ------
    CorruptInput
        It cannot be decoded, or states an absurd size.
    """
    pixels = _decode(data, name)
    named = parse_sun_name(name)
    cards = _cards(data)
    if not named.channel and _is_gong(pixels):
        named = SunName("GONG", "GONG", "magnetogram")
    start = named.start or moment_of(cards)
    values = intensity(pixels, named.channel)
    unfit = "" if values is not None else "its colours are not those of one channel"
    grey = (values if values is not None else pixels.astype(np.float32).mean(axis=2))[::-1]
    if named.region:
        unfit = "shows a part of the disk"
    elif not unfit and named.channel not in CHANNELS:
        unfit = f"its name tells no single channel ({named.channel or 'none'})"
    disk = _disk(grey, named, cards, start)
    origin = origin_of(cards, named) if cards else Origin(named.observatory, named.instrument)
    if origin.instrument == "AIA" and start:
        share, source = degradation(named.channel, start)
        origin = replace(origin, degradation=share, degradation_source=source)
    return SunImage(
        data=np.ascontiguousarray(grey, dtype=np.float32),
        missing=_missing(grey, named, disk, stamped=not data.startswith(JP2)),
        channel=named.channel,
        t_start=start,
        unit="display",
        source="picture",
        disk=disk,
        origin=origin,
        unfit=unfit,
    )


def _decode(data: bytes, name: str) -> np.ndarray:
    """(H, W) or (H, W, 3) pixels, red first; the first row is the top."""
    if data.startswith(JPEG) and b"\xff\xd9" not in data[-64:]:
        raise CorruptInput(f"{name}: the JPG breaks off after {len(data):,} bytes, without its end mark")
    pixels = None
    if _sound_size(data):
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or not pixels.size:
        raise CorruptInput(f"{name}: starts like a picture but cannot be decoded")
    if pixels.dtype != np.uint8:
        raise CorruptInput(f"{name}: has {pixels.dtype} pixels, not 8-bit ones")
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2RGB) if pixels.shape[2] > 2 else pixels[:, :, 0]
    return pixels


def _sound_size(data: bytes) -> bool:
    """Whether the stated size is one that a picture of the Sun may have."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.width * picture.height <= MAX_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def jp2_moment(data: bytes) -> datetime | None:
    """When the exposure of a JP2 began, by the header that Helioviewer wrote into it; None where it has none."""
    return moment_of(_cards(data))


def _cards(data: bytes) -> Cards:
    """The FITS header that Helioviewer writes into a JP2's XML box; empty elsewhere."""
    if not data.startswith(JP2):
        return {}
    found = re.search(rb"<fits>(.*?)</fits>", data, re.DOTALL)
    told = re.findall(r"<([\w-]+)>([^<]*)</\1>", found[1].decode("utf-8", "replace")) if found else []
    return {key.upper(): _value(unescape(value)) for key, value in told}


def _value(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _is_gong(pixels: np.ndarray) -> bool:
    """Whether a picture without a telling name is laid out as GONG's are: 860 x 860, with two white boxes."""
    if pixels.shape[:2] != (GONG_SIDE, GONG_SIDE):
        return False
    plane = pixels if pixels.ndim == 2 else pixels[:, :, 0]
    return all(float(plane[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2].mean()) > 200 for x0, y0, x1, y1 in GONG_BOXES)


def _disk(grey: np.ndarray, named: SunName, cards: Cards, start: datetime | None) -> Disk | None:
    """By the header where there is one; AIA's by its fixed frame; of the photosphere by the limb."""
    shown = map_view(cards, grey, moment_of(cards)) if cards else None
    if shown and (stated := shown.disk):
        # Helioviewer gives reduced pictures with the header of the whole one.
        fold = (number(cards, "NAXIS1") or grey.shape[1]) / grey.shape[1]
        centre = ((stated.x + 0.5) / fold - 0.5, (stated.y + 0.5) / fold - 0.5)
        scale = stated.scale_arcsec and stated.scale_arcsec * fold
        return replace(stated, x=centre[0], y=centre[1], radius_px=stated.radius_px / fold, scale_arcsec=scale)
    view = seen_from_earth(start) if start else None
    if named.instrument == "AIA":
        if view is None or grey.shape[0] != grey.shape[1]:
            return None
        scale = AIA_FIELD_ARCSEC / grey.shape[0]
        middle = (grey.shape[0] - 1) / 2
        return Disk(middle, middle, view.radius_arcsec / scale, scale, 0.0, view.b0_deg, view.l0_deg)
    masked = np.where(_boxes(grey.shape), np.float32(0), grey) if named.observatory == "GONG" else grey
    found = find_disk(masked)
    if found is None or view is None:
        return found
    return replace(found, scale_arcsec=view.radius_arcsec / found.radius_px, b0_deg=view.b0_deg, l0_deg=view.l0_deg)


def _boxes(shape: tuple[int, ...]) -> np.ndarray:
    """True in GONG's boxes, of an array whose first row is the bottom."""
    boxes = np.zeros(shape, bool)
    scale = shape[0] / GONG_SIDE
    for x0, y0, x1, y1 in GONG_BOXES:
        left, right = int(x0 * scale) - 1, int(x1 * scale) + 3
        boxes[shape[0] - int(y1 * scale) - 3 : shape[0] - int(y0 * scale) + 1, left:right] = True
    return boxes


def _missing(grey: np.ndarray, named: SunName, disk: Disk | None, *, stamped: bool) -> np.ndarray:
    """True under printed stamps, and beyond the limb where pictures of the photosphere show nothing."""
    missing = np.zeros(grey.shape, bool)
    if stamped and named.observatory == "SDO":
        for height, width in STAMPS:
            missing[: round(height * grey.shape[0]), : round(width * grey.shape[1])] = True
    if named.observatory == "GONG":
        missing |= _boxes(grey.shape)
    if disk and named.channel == "magnetogram":
        missing |= beyond_limb(grey.shape, disk)
    return missing
