"""A FITS file of the sky camera, ready to be judged: read, joined with the site's logs, examined, rebinned."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from db.settings import Settings, load_settings
from models.errors import ConfigurationError
from models.sky.frame import PreparedFrame, SkyFrame, prepare
from models.sky.rebin import SHAPE
from tasks.readers.site_log import site_log
from tasks.readers.sky_frame import read_sky_frame


def read_prepared_frame(data: bytes, name: str) -> PreparedFrame:
    """Read a frame, add what the site's logs say of its moment, and prepare it for the classifiers of the sky.

    Raises
    ------
    CorruptInput
        It cannot be read as a picture.
    ConfigurationError
        A log or the horizon's mask of the settings cannot be read.
    """
    settings = load_settings()
    frame = joined(read_sky_frame(data, name), settings)
    return prepare(frame, horizon_mask(settings.camera_horizon) if settings.camera_horizon else None)


def joined(frame: SkyFrame, settings: Settings) -> SkyFrame:
    """The frame with what weather station and mount say of its moment; what the camera itself says goes before."""
    if frame.t_start is None or not (settings.camera_weather or settings.camera_mount):
        return frame
    state, moment = frame.state, frame.t_start
    if settings.camera_weather:
        weather = site_log(settings.camera_weather)
        air = weather.at(moment, "air_c") if state.ambient_c is None else state.ambient_c
        state = replace(state, ambient_c=air, humidity=weather.at(moment, "humidity"))
    if settings.camera_mount:
        mount = site_log(settings.camera_mount)
        altitude = mount.at(moment, "altitude_deg")
        zenith = None if altitude is None else 90.0 - altitude
        state = replace(state, zenith_deg=zenith, position_deg=mount.at(moment, "position_deg"))
    return replace(frame, state=state)


@lru_cache(maxsize=4)
def horizon_mask(path: Path) -> np.ndarray:
    """Read a picture of 160 x 128 pixels, white where trees, buildings or the dome's edge are seen, as a (128, 160) bool ndarray.

    Raises
    ------
    ConfigurationError
        It is no picture of that size.
    """
    try:
        with Image.open(path) as picture:
            mask = np.asarray(picture.convert("L")) > 127
    except (OSError, UnidentifiedImageError) as error:
        raise ConfigurationError(f"NIGHTSHIFT_CAMERA_HORIZON: {path} is no picture ({error})") from error
    if mask.shape != SHAPE:
        raise ConfigurationError(f"NIGHTSHIFT_CAMERA_HORIZON: {path} has {mask.shape[1]} x {mask.shape[0]} pixels, not 160 x 128")
    return mask
