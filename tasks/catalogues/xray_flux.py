"""GOES' X-ray flux by the minute: SWPC's JSON, and the NCEI's netCDF."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from models.errors import CorruptInput
from models.sun.flares import GoesFlux, Scale

LONG_BAND = "0.1-0.8nm"
NETCDF = b"\x89HDF\r\n\x1a\n"
# Bits of xrsb_flag in a file that does not tell what they mean: bad data, eclipsed by the Earth, temperature recovery.
BAD = 0b111
SATELLITE = re.compile(r"(?:^|_)g(?:oes)?(\d{1,2})(?:_|$)")


@dataclass(frozen=True, slots=True, eq=False)
class XrayCurve:
    """Fluxes of one satellite in the long band.

    Attributes
    ----------
    time : (N,) datetime64[ms] ndarray, UTC, beginnings of the averages, ascending
    w_m2 : (N,) float64 ndarray, NaN where bad or missing
    scale : of all of them
    satellite : number of the GOES, None where the file does not tell
    """

    time: np.ndarray
    w_m2: np.ndarray
    scale: Scale
    satellite: int | None

    def peak(self, start: datetime, end: datetime) -> tuple[datetime, GoesFlux] | None:
        """Time and flux of the largest value in [start, end); None where none is known."""
        low, high = (np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "ms") for moment in (start, end))
        inside = np.flatnonzero((self.time >= low) & (self.time < high) & np.isfinite(self.w_m2))
        if not inside.size:
            return None
        top = inside[self.w_m2[inside].argmax()]
        moment: datetime = self.time[top].astype(datetime)
        return moment.replace(tzinfo=UTC), GoesFlux(float(self.w_m2[top]), self.scale, self.satellite)


def read_xray_flux(data: bytes, name: str) -> XrayCurve:
    """Read a light curve.

    Fluxes of SWPC's JSON are operational; those of GOES 8 to 15 among them lower than the science files' by 0.7.

    Raises
    ------
    CorruptInput
        ``data`` is neither form, or holds not one good value (NOAA answers so when it throttles).
    """
    curve = _netcdf(data, name) if data.startswith(NETCDF) else _json(data, name)
    if not np.isfinite(curve.w_m2).any():
        raise CorruptInput(f"{name}: not one of {curve.w_m2.size} fluxes is good")
    return curve


def _json(data: bytes, name: str) -> XrayCurve:
    try:
        entries = json.loads(data)
        rows = {_moment(entry): entry for entry in entries if entry["energy"] == LONG_BAND}
        order = sorted(rows)
        flux = np.array([_positive(rows[moment].get("flux")) for moment in order])
        satellite = int(rows[order[0]]["satellite"]) if order else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptInput(f"{name}: no X-ray fluxes of SWPC ({type(error).__name__}: {str(error)[:120]})") from error
    return XrayCurve(np.array(order, dtype="datetime64[ms]"), flux, "operational", satellite)


def _moment(entry: Mapping[str, Any]) -> datetime:
    moment = datetime.fromisoformat(entry["time_tag"])
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _positive(value: Any) -> float:
    """A flux, NaN where it is missing, a fill value or no number."""
    number = float("nan") if value is None else float(value)
    return number if number > 0 else float("nan")


def _netcdf(data: bytes, name: str) -> XrayCurve:
    import h5py

    # h5py raises almost any exception on damaged files: all end in one sentence.
    try:
        with h5py.File(io.BytesIO(data)) as held:
            key = next(key for key in ("xrsb_flux", "b_flux") if key in held)
            flux = held[key][:].astype(np.float64)
            bad = ~(flux > 0) | _bad(held)
            unit = held["time"].attrs["units"]
            seconds = held["time"][:].astype(np.float64)
            told = held.attrs.get("platform", b"")
    except Exception as error:
        raise CorruptInput(f"{name}: no netCDF file of X-ray fluxes ({type(error).__name__}: {str(error)[:120]})") from error
    if flux.shape != seconds.shape or flux.ndim != 1:
        raise CorruptInput(f"{name}: {flux.size} fluxes for {seconds.size} times")
    try:
        since = datetime.fromisoformat(_text(unit).removeprefix("seconds since ")[:26])
    except ValueError as error:
        raise CorruptInput(f"{name}: its time axis is in {_text(unit)!r}") from error
    known = np.isfinite(seconds) & (seconds > -9999)
    time = np.array([since + timedelta(seconds=round(float(value), 3)) for value in seconds[known]], dtype="datetime64[ms]")
    number = SATELLITE.search(_text(told).strip()) or SATELLITE.search(name)
    return XrayCurve(time, np.where(bad, np.nan, flux)[known], "science", int(number[1]) if number else None)


def _bad(held: Mapping[str, Any]) -> Any:
    """True where the flags say that a flux is not good, by what the file itself tells of its flags; False in one without."""
    flags = next((held[key] for key in ("xrsb_flag", "xrsb_flags") if key in held), None)
    if flags is None:
        return False
    names, mask, good = _text(flags.attrs.get("flag_meanings", b"")).split(), BAD, 0
    if "good_data" in names:
        mask, good = (int(flags.attrs[key][names.index("good_data")]) for key in ("flag_masks", "flag_values"))
    return (flags[:] & mask) != good


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
