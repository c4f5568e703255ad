"""An e-CALLISTO or Phoenix FITS file as a `Spectrogram`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from models.errors import CorruptInput
from models.radio.rows import good_rows
from models.radio.spectrogram import Spectrogram
from tasks.readers.callisto_name import parse_callisto_name
from tasks.readers.callisto_time import observation_start, sample_times
from tasks.readers.fits_planes import read_planes
from tasks.readers.inflate import inflate_fits
from tasks.readers.planes import Planes
from tasks.readers.site import site_of

STATION_IN_TITLE = re.compile(r"e-CALLISTO \(([^()]+)\)")
MAX_FREQUENCY_MHZ = 1e6
# Digits end at 255, sfu in the log at some hundred; far beyond, the scaling of the header is broken.
MAX_INTENSITY = 1e6


def read_spectrogram(data: bytes, name: str) -> Spectrogram:
    """Read one file of the e-CALLISTO archive.

    Axes come from the table that follows the picture, never from the WCS cards, which are placeholders in nearly every file.

    Parameters
    ----------
    data : the file as fetched, gzipped or not
    name : its name in the archive; station, focus code and product are read from it, and its date is checked against the header

    Returns
    -------
    `Spectrogram` with ascending frequency

    Raises
    ------
    CorruptInput
        Whatever else ``data`` is; the message is one sentence that begins with ``name``.
    """
    planes = read_planes(inflate_fits(data, name), name)
    named = parse_callisto_name(name)
    channels, samples = planes.digits.shape
    frequency = _checked_frequency(planes.frequency, channels, name)
    time_s = sample_times(planes.time, planes.cards.get("CDELT1"), samples, name)
    if samples < 2:
        raise CorruptInput(f"{name}: holds a single sample, so its time step is unknown")
    # Scaled axes (TSCAL in single precision) miss whole milliseconds by 2 microseconds.
    start = observation_start(planes.cards, named.start, name) + timedelta(milliseconds=round(1e3 * time_s[0]))
    time_s = time_s - time_s[0]
    duration = timedelta(milliseconds=round(1e3 * time_s[-1] * samples / (samples - 1)))
    planes, sky = _finite(planes, name)
    good = sky & good_rows(planes.digits, frequency)
    order = np.argsort(frequency, kind="stable")
    return Spectrogram(
        intensity=planes.picture(order),
        frequency_mhz=frequency[order],
        time_s=time_s,
        t_start=start,
        t_end=start + duration,
        station=named.station or _station(planes.cards),
        focus_code=named.focus_code,
        product="polarisation" if named.product == "polarisation" or _polarised(planes) else "intensity",
        good=good[order],
        header=dict(planes.cards),
        site=site_of(planes.cards),
    )


def _checked_frequency(frequency: np.ndarray, channels: int, name: str) -> np.ndarray:
    if frequency.size != channels:
        raise CorruptInput(f"{name}: {frequency.size:,} values on the frequency axis, {channels:,} rows in the picture")
    low, high = frequency.min(), frequency.max()
    if low > 0 and high <= MAX_FREQUENCY_MHZ:  # False where a NaN is among them
        return frequency
    if not np.isfinite(frequency).all():
        raise CorruptInput(f"{name}: {np.count_nonzero(~np.isfinite(frequency)):,} values of the frequency axis are not finite")
    raise CorruptInput(f"{name}: the frequency axis runs from {low:.6g} to {high:.6g} MHz")


def _finite(planes: Planes, name: str) -> tuple[Planes, np.ndarray]:
    """Planes without gaps, and the rows at least half of which were measured; gaps take the row's median."""
    everything = np.ones(planes.digits.shape[0], dtype=bool)
    if planes.bound <= MAX_INTENSITY:
        return planes, everything
    picture = planes.picture()
    if picture.min() >= -MAX_INTENSITY and picture.max() <= MAX_INTENSITY:  # False where a NaN is among them
        return planes, everything
    finite = np.isfinite(picture)
    if not finite.any():
        raise CorruptInput(f"{name}: not one intensity is a number")
    filled = np.where(finite, picture, np.float32(0))
    if np.abs(filled).max() > MAX_INTENSITY:
        raise CorruptInput(f"{name}: intensities beyond {MAX_INTENSITY:,.0f} digits; its scaling is broken")
    for row in np.flatnonzero(~finite.all(axis=1) & finite.any(axis=1)):
        filled[row, ~finite[row]] = np.median(picture[row, finite[row]])
    return replace(planes, digits=filled, scale=1, zero=0), finite.mean(axis=1) >= 0.5


def _station(cards: Mapping[str, Any]) -> str:
    """Station from the title (`e-CALLISTO (ALASKA-COHOE)`) or the instrument, for files renamed without it."""
    title = STATION_IN_TITLE.search(str(cards.get("CONTENT", "")))
    return title[1].strip() if title else str(cards.get("INSTRUME", "")).strip()


def _polarised(planes: Planes) -> bool:
    """Phoenix p files hold a percentage of polarisation, from -100 to 100, instead of an intensity."""
    words = f"{planes.cards.get('BUNIT', '')} {planes.cards.get('CONTENT', '')}".lower()
    return "polarization" in words or "polarisation" in words
