"""HMI's magnetograms as the JSOC keeps them: a picture whose header tells its layout alone, and its keywords apart from it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.time import Time

from models.simulate.sun.activity import Activity
from models.simulate.sun.disk import magnetogram
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk

SIDE, ARCSEC = 1024, 2.016  # a quarter of HMI's 4096 pixels of 0.504 arcsec
ROLL_DEG = 179.93  # HMI is mounted upside down
NOISE_G = 4.0  # of means of 720 s (Liu et al. 2012, Solar Physics 279, 295: 6.3 G; of 4 x 4 pixels less)
STEP_G, BLANK = 0.1, -(2**31)
NRT_QUALITY, QUALITY = "0x00000400", "0x00000000"  # without a list of cosmic rays; nothing is wrong


def hmi_magnetogram(activity: Activity, slot: datetime, *, near_real_time: bool, made: datetime) -> tuple[bytes, dict[str, Any]]:
    """The record of a slot: its file, and its keywords as the database has them.

    Parameters
    ----------
    activity : the day's Sun
    slot : naive, TAI; the field is the mean of the 12 minutes around it
    near_real_time : made within hours, of data that are not yet final
    made : aware UTC datetime
    """
    when = Time(slot, scale="tai").utc.to_datetime(UTC)
    view = seen_from_earth(when)
    middle = (SIDE - 1) / 2
    disk = Disk(middle, middle, view.radius_arcsec / ARCSEC, ARCSEC, ROLL_DEG, view.b0_deg, view.l0_deg)
    rng = np.random.default_rng([int(when.timestamp()), 76])
    gauss = magnetogram(activity, when, disk, SIDE) + rng.normal(0, NOISE_G, (SIDE, SIDE))
    cards = hmi_cards(f"{slot:%Y.%m.%d_%H:%M:%S}_TAI", when, made, NRT_QUALITY if near_real_time else QUALITY, SIDE, ARCSEC)
    return hmi_picture(gauss), cards | {"RSUN_OBS": view.radius_arcsec, "CRLN_OBS": view.l0_deg, "CRLT_OBS": view.b0_deg}


def hmi_picture(gauss: np.ndarray) -> bytes:
    """An empty primary unit, then the field in steps of 0.1 G, compressed by RICE, NaN left blank; no word of what it shows."""
    steps = np.where(np.isnan(gauss), BLANK, np.rint(np.nan_to_num(gauss) / STEP_G)).astype(np.int32)
    header = fits.Header([("BLANK", BLANK), ("BZERO", 0.0), ("BSCALE", STEP_G)])
    unit = fits.CompImageHDU(steps, header, compression_type="RICE_1", tile_shape=(1, steps.shape[1]))
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), unit]).writeto(stream)
    return stream.getvalue()


def hmi_cards(t_rec: str, when: datetime, made: datetime, quality: str, side: int, arcsec: float) -> dict[str, Any]:
    """Keywords of a record whose disk stands in the middle, upside down.

    Parameters
    ----------
    t_rec : the record's time, which names it
    when : aware UTC datetime of the middle of the 12 minutes
    made : aware UTC datetime
    quality : hexadecimal digits
    side, arcsec : pixels of a side, and arcsec of a pixel
    """
    middle = (side + 1) / 2
    return {
        "T_REC": t_rec, "T_OBS": t_rec, "DATE__OBS": _iso(when - timedelta(minutes=6)), "DATE": f"{made:%Y-%m-%dT%H:%M:%S}",
        "TELESCOP": "SDO/HMI", "INSTRUME": "HMI_SIDE1", "WAVELNTH": 6173.0, "CONTENT": "MAGNETOGRAM", "BUNIT": "Gauss",
        "QUALITY": quality, "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec",
        "CRPIX1": middle, "CRPIX2": middle, "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": arcsec, "CDELT2": arcsec, "CROTA2": ROLL_DEG,
        "RSUN_OBS": 950.0, "RSUN_REF": 696000000.0, "DSUN_OBS": 1.51e11, "CRLN_OBS": 330.7, "CRLT_OBS": -3.3, "CADENCE": 720.0,
    }  # fmt: skip


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[:-4] + "Z"
