"""When the samples of an e-CALLISTO file were taken, by the file's own clock."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from models.errors import CorruptInput

DATE = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](.*))?")
TIME = re.compile(r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?")
# Name and header agree to 0.0-1.1 s on all 196 real files that have both (the name drops the fraction); one file lasts 15 min, so
# beyond that they speak of different files.
NAME_TOLERANCE = timedelta(minutes=15)
MAX_DURATION_S = 2 * 86400.0


def header_start(cards: Mapping[str, Any]) -> datetime | None:
    """DATE-OBS and TIME-OBS as aware UTC, None where they are missing or no time.

    Slashes (2011/06/07), seconds of 60 and hours of 24 are taken as meant: 07:14:60 is 07:15:00, 24:00:00 the next midnight.
    """
    date = DATE.fullmatch(str(cards.get("DATE-OBS", "")))
    if date is None:
        return None
    time = TIME.match(str(cards.get("TIME-OBS") or date[4] or ""))
    if time is None:
        return None
    hours, minutes, seconds = int(time[1]), int(time[2]), float(time[3] or 0)
    try:
        midnight = datetime(int(date[1]), int(date[2]), int(date[3]), tzinfo=UTC)
    except ValueError:
        return None
    if hours > 24 or minutes > 60 or seconds > 61 or not 1970 <= midnight.year <= 2200:
        return None
    return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def observation_start(cards: Mapping[str, Any], named: datetime | None, name: str) -> datetime:
    """Time zero of the TIME column: the header's word, checked against the file name where that has a date.

    Raises
    ------
    CorruptInput
        Header and name disagree by more than `NAME_TOLERANCE`, or neither tells a time.
    """
    told = header_start(cards)
    if told is None and named is None:
        raise CorruptInput(f"{name}: neither its header nor its name tells when it was observed")
    if told is None or named is None:
        return told or named  # type: ignore[return-value]
    if abs(told - named) > NAME_TOLERANCE:
        raise CorruptInput(f"{name}: its header says it was observed at {told:%Y-%m-%d %H:%M:%S}, its name says otherwise")
    return told


def sample_times(time: np.ndarray, step: object, samples: int, name: str) -> np.ndarray:
    """Seconds of each sample after time zero, strictly increasing.

    Parameters
    ----------
    time : (T,) float64 ndarray, the TIME column
    step : CDELT1 of the header, seconds
    samples : T of the picture
    name : file name, for the reason

    Returns
    -------
    (T,) float64 ndarray, s

    Raises
    ------
    CorruptInput
        The column has another length, values that are no numbers, or no order that CDELT1 could mend.
    """
    if time.size != samples:
        raise CorruptInput(f"{name}: {time.size:,} values on the time axis, {samples:,} samples in the picture")
    if not (time[1:] > time[:-1]).all() or not np.isfinite(time[[0, -1]]).all():  # not ascending, or a NaN is among them
        if not np.isfinite(time).all():
            raise CorruptInput(f"{name}: {np.count_nonzero(~np.isfinite(time)):,} values of the time axis are not finite")
        # BLEN7M 2006 stores whole seconds: 8,100 of 8,999 steps are 0. CDELT1 has the true step.
        if not isinstance(step, int | float) or not 0 < step < MAX_DURATION_S:
            raise CorruptInput(f"{name}: the time axis does not increase, and CDELT1 is {step!r}")
        if abs((time.max() - time.min()) - step * (samples - 1)) > max(2.0, 0.1 * step * samples):
            raise CorruptInput(f"{name}: the time axis does not increase, and does not last as long as CDELT1 says")
        time = time.min() + step * np.arange(samples)
    if abs(time[0]) > MAX_DURATION_S or time[-1] - time[0] > MAX_DURATION_S:
        raise CorruptInput(f"{name}: the time axis runs from {time[0]:.6g} s to {time[-1]:.6g} s")
    return time
