"""Simulated images as their archives hold them: AIA's synoptic FITS, GONG's and SDO's JPG, Helioviewer's JP2, BBSO's fts.gz."""

import gzip
import io
import struct
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
from astropy.io import fits

from models.simulate.sun.activity import Activity
from models.simulate.sun.disk import euv, magnetogram, white_light
from models.sun.browse import BROWSE, CHANNEL
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk
from models.sun.stretches import DN_PER_S

SYNOPTIC_SIDE, SYNOPTIC_ARCSEC = 1024, 2.4
RENDERED_SIDE = 512  # of synoptic images: twice the detail that classifiers see; doubled for the file
NRT_BIT = 1 << 30
# Exposures of AIA's normal frames, seconds; of a bright flare every second one is cut short (AECTYPE 2).
EXPOSURE_S = {"94": 2.9, "131": 2.9, "171": 2.0, "193": 2.0, "211": 2.9, "304": 2.9, "335": 2.9, "1600": 2.9}
SHORT_FLUX, SHORT_SHARE = 1e-5, 0.25
ELECTRONS_PER_DN = 1.0  # photon noise of about the square root of the counts
GONG_SIDE, GONG_RADIUS, GONG_FULL_G = 860, 380.0, 100.0
GONG_ARCSEC, GONG_STEP_G = 2.531, 0.1  # of its FITS files: arcsec of a pixel, gauss of a step
# What the header of a real one (2025-01-09) tells of its mean and scatter, with 37 % of the picture beyond the limb.
GONG_SKY_G = -702.0
GPS_AHEAD = timedelta(seconds=18)  # of UTC since 2017
JPG_QUALITY = 90


def aia_synoptic(
    activity: Activity, when: datetime, channel: str, *, sensitivity: float, near_real_time: bool, quality: int = 0
) -> bytes:
    """A synoptic image with the JSOC's header: an empty primary unit, then a RICE-compressed image in counts of the exposure.

    Parameters
    ----------
    activity : the day's Sun
    when : aware UTC datetime of the slot; the exposure begins some seconds later
    channel : AIA wavelength
    sensitivity : share of the first one that is left
    near_real_time : sets bit 30 of QUALITY
    quality : further bits
    """
    view = seen_from_earth(when)
    rng = np.random.default_rng([int(when.timestamp()), int(channel)])
    moment = when + timedelta(seconds=float(rng.uniform(0.3, 11)))
    half = Disk(255.5, 255.5, view.radius_arcsec / (2 * SYNOPTIC_ARCSEC), 2 * SYNOPTIC_ARCSEC, 0.0, view.b0_deg, view.l0_deg)
    rate = cv2.resize(
        euv(activity, moment, channel, half, RENDERED_SIDE), (SYNOPTIC_SIDE, SYNOPTIC_SIDE), interpolation=cv2.INTER_CUBIC
    )
    exposure = EXPOSURE_S[channel] * (SHORT_SHARE if activity.flux(moment) > SHORT_FLUX and rng.random() < 0.5 else 1.0)
    counts = np.maximum(rate, 0) * sensitivity * exposure
    # A synoptic pixel is the mean of 16.
    noisy = counts + rng.normal(size=counts.shape) * np.sqrt(np.maximum(counts, 1) / 16 / ELECTRONS_PER_DN)
    digits = np.clip(np.rint(noisy), -10, 16383).astype(np.int16)
    header = fits.Header()
    header.update(_aia_cards(moment, when, channel, exposure, quality | (NRT_BIT if near_real_time else 0), view))
    unit = fits.CompImageHDU(digits, header, compression_type="RICE_1", tile_shape=(1, SYNOPTIC_SIDE))
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), unit]).writeto(stream, checksum=False)
    return stream.getvalue()


def _aia_cards(moment: datetime, slot: datetime, channel: str, exposure_s: float, quality: int, view: Any) -> dict[str, Any]:
    middle = SYNOPTIC_SIDE / 2 + 0.5
    return {
        "DATE-OBS": _iso(moment), "T_OBS": _iso(moment + timedelta(seconds=exposure_s / 2)) + "Z", "T_REC": _iso(slot) + "Z",
        "TELESCOP": "SDO/AIA", "INSTRUME": "AIA_2", "ORIGIN": "SDO/JSOC-SDP", "CAMERA": 2, "IMG_TYPE": "LIGHT", "LVL_NUM": 1.5,
        "EXPTIME": round(exposure_s, 6), "WAVELNTH": int(channel), "WAVEUNIT": "angstrom", "QUALITY": quality, "QUALLEV0": 0,
        "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec", "CRVAL1": 0.0, "CRVAL2": 0.0,
        "CDELT1": SYNOPTIC_ARCSEC, "CDELT2": SYNOPTIC_ARCSEC, "CRPIX1": middle, "CRPIX2": middle, "CROTA2": 0.0,
        "RSUN_OBS": view.radius_arcsec, "R_SUN": view.radius_arcsec / SYNOPTIC_ARCSEC, "CRLT_OBS": view.b0_deg,
        "CRLN_OBS": view.l0_deg, "ACS_MODE": "SCIENCE", "ACS_ECLP": "NO", "MISSVALS": 0, "PERCENTD": 100.0,
        "AECTYPE": 0 if exposure_s == EXPOSURE_S[channel] else 2,
    }  # fmt: skip


def gong_picture(activity: Activity, when: datetime) -> bytes:
    """A magnetogram of GONG at Big Bear as BBSO keeps it: grey JPG of 860 x 860, a compass and a stamp in white boxes."""
    view = seen_from_earth(when)
    rng = np.random.default_rng([int(when.timestamp()), 74])
    x, y = (GONG_SIDE / 2 + rng.uniform(-12, 12) for _ in range(2))
    disk = Disk(x, y, GONG_RADIUS * view.radius_arcsec / 960, None, 0.0, view.b0_deg, view.l0_deg)
    gauss = magnetogram(activity, when, disk, GONG_SIDE) + rng.normal(0, 4, (GONG_SIDE, GONG_SIDE))
    grey = np.where(np.isfinite(gauss), np.clip(128 + 127 * gauss / GONG_FULL_G, 4, 255), 0).astype(np.uint8)[::-1].copy()
    grey[10:89, 10:89] = grey[810:850, 10:252] = 255
    for text, place in (("N", (38, 34)), ("E", (14, 59)), ("W", (64, 59)), ("S", (38, 84))):
        _write(grey, text, place)
    _write(grey, "BIG BEAR GONG / NSO", (14, 824))
    _write(grey, f"{when:%Y/%m/%d     %H:%M:%S}UT", (14, 844))
    return _jpg(grey)


def gong_fts(activity: Activity, when: datetime) -> bytes:
    """The same as gzipped FITS with GONG's header: its fit of the limb, no units of axes, GPS's clock, a level beyond the limb."""
    view, side = seen_from_earth(when), GONG_SIDE
    rng = np.random.default_rng([int(when.timestamp()), 77])
    x, y = (side / 2 + rng.uniform(-3, 3) for _ in range(2))
    radius = view.radius_arcsec / GONG_ARCSEC
    gauss = magnetogram(activity, when, Disk(x, y, radius, None, 0.0, view.b0_deg, view.l0_deg), side)
    noisy = np.where(np.isnan(gauss), GONG_SKY_G, gauss + rng.normal(0, 4, gauss.shape))
    unit = fits.PrimaryHDU(np.clip(np.rint(noisy / GONG_STEP_G), -32768, 32767).astype(np.int16))
    clock = when + GPS_AHEAD
    unit.header.update(
        {"BSCALE": GONG_STEP_G, "BZERO": 0.0, "ORIGIN": "National Solar Observatory -- GONG", "OBS-SITE": "NSO/GONG NETWORK",
         "TELESCOP": "NSO-GONG", "DATE-OBS": f"{clock:%Y/%m/%d}", "TIME-OBS": f"{clock:%H:%M:%S.%f}", "WAVELNTH": 676.8,
         "CTYPE1": "GONGX", "CTYPE2": "GONGY", "CRPIX1": x + 1, "CRPIX2": y + 1, "CRVAL1": 0.0, "CRVAL2": 0.0, "IMTYPE": "MAGNETIC",
         "BUNIT": "GAUSS", "ITIME": 60.003315703, "DTYPE": "OBSERVE", "SITENAME": "Big Bear CA USA", "SITE": "BB",
         "LAT": 0.597930, "LON": -2.040606, "ELEV": 2067,
         "FNDLMBXC": x + 1, "FNDLMBYC": y + 1, "FNDLMBMA": radius, "FNDLMBMI": radius, "FNDLMBAN": 0.0, "B0": view.b0_deg,
         "L0": view.l0_deg, "P_ANGLE": 0.0, "SEMIDIAM": float(np.radians(view.radius_arcsec / 3600))}
    )  # fmt: skip
    stream = io.BytesIO()
    unit.writeto(stream)
    return gzip.compress(stream.getvalue(), 1, mtime=0)


def sdo_picture(
    activity: Activity, when: datetime, channel: str, colours: np.ndarray, *, sensitivity: float, side: int = 512
) -> bytes:
    """A browse picture of SDO: coloured, with a printed stamp; 211 with its real stretch, the others with that of SDOBenchmark.

    Parameters
    ----------
    activity : the day's Sun
    when : aware UTC datetime
    channel : AIA wavelength
    colours : (256, 3) uint8 ndarray, the channel's colour table
    sensitivity : share of the first one that is left, which nothing makes up for
    side : pixels of a side
    """
    picture = np.ascontiguousarray(colours[_steps(activity, when, channel, side, sensitivity)[::-1]][:, :, ::-1])
    cv2.putText(
        picture, f"SDO/AIA {channel}   {when:%Y-%m-%d %H:%M:%S} UT", (6, side - 8), cv2.FONT_HERSHEY_PLAIN, 0.75, (255, 255, 255), 1
    )
    return _jpg(picture)


def helioviewer_jp2(activity: Activity, when: datetime, channel: str, *, sensitivity: float, side: int = 512) -> bytes:
    """A JP2 of Helioviewer: grey, with the FITS header of AIA's full frame in its XML.

    Parameters
    ----------
    activity : the day's Sun
    when : aware UTC datetime
    channel : AIA wavelength
    sensitivity : as of `sdo_picture`
    side : pixels of a side
    """
    view = seen_from_earth(when)
    cards = {
        "TELESCOP": "SDO", "INSTRUME": "AIA_2", "WAVELNTH": channel, "DATE-OBS": _iso(when), "QUALITY": NRT_BIT, "EXPTIME": 2.0,
        "NAXIS1": 4096, "NAXIS2": 4096, "CRPIX1": 2048.5, "CRPIX2": 2048.5, "CDELT1": 0.6, "CDELT2": 0.6, "CROTA2": 0.0,
        "CTYPE1": "HPLN-TAN", "CUNIT1": "arcsec", "RSUN_OBS": view.radius_arcsec, "CRLT_OBS": view.b0_deg, "CRLN_OBS": view.l0_deg,
    }  # fmt: skip
    told = "".join(f"<{key}>{value}</{key}>\n" for key, value in cards.items())
    xml = f"<meta>\n<fits>\n{told}</fits>\n</meta>".encode()
    picture = cv2.imencode(".jp2", np.ascontiguousarray(_steps(activity, when, channel, side, sensitivity)[::-1]))[1].tobytes()
    # A JP2 is a row of boxes, each of its length, its kind and its content (ISO 15444-1, annex I): one more may follow.
    return bytes(picture) + struct.pack(">I4s", 8 + len(xml), b"xml ") + xml


def halpha_fts(activity: Activity, when: datetime) -> bytes:
    """A full disk of BBSO in H-alpha, gzipped 16-bit FITS with the poor header that they have: no WCS, date and time apart."""
    view, side = seen_from_earth(when), 1024
    rng = np.random.default_rng([int(when.timestamp()), 75])
    disk = Disk(
        side / 2 + rng.uniform(-9, 9), side / 2 + rng.uniform(-9, 9), view.radius_arcsec / 2.1, None, 0.0, view.b0_deg, view.l0_deg
    )
    counts = 9000 * white_light(activity, when, disk, side) + rng.normal(0, 40, (side, side))
    unit = fits.PrimaryHDU(np.clip(counts, 0, 16383).astype(np.int16))
    unit.header.update(
        {"DATE-OBS": f"{when:%Y-%m-%d}", "TIME-OBS": f"{when:%H:%M:%S}", "TELESCOP": "SINGER", "INSTRUME": "BBSO",
         "WAVELNTH": 6562.8, "EXPTIME": 0.03, "CENX": disk.x + 1, "CENY": disk.y + 1, "OBJECT": "SUN"}
    )  # fmt: skip
    stream = io.BytesIO()
    unit.writeto(stream)
    return gzip.compress(stream.getvalue(), 1, mtime=0)


def _steps(activity: Activity, when: datetime, channel: str, side: int, sensitivity: float) -> np.ndarray:
    """(side, side) uint8 ndarray: AIA's whole frame, first row south, in the steps of its colour table."""
    view, middle = seen_from_earth(when), (side - 1) / 2
    scale = 4096 * 0.6 / side
    disk = Disk(middle, middle, view.radius_arcsec / scale, scale, 0.0, view.b0_deg, view.l0_deg)
    stretch = BROWSE if channel == CHANNEL else DN_PER_S[channel]
    steps: np.ndarray = np.rint(255 * stretch.apply(sensitivity * euv(activity, when, channel, disk, side))).astype(np.uint8)
    return steps


def _write(picture: np.ndarray, text: str, place: tuple[int, int]) -> None:
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_PLAIN, 0.8, 0, 1)


def _jpg(pixels: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPG_QUALITY])[1].tobytes())


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
