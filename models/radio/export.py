"""Spectrograms and stretches as xarray datasets, and as sunpy's radiospectra know them."""

from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ConfigurationError
from models.radio.spectrogram import Spectrogram
from models.radio.stretch import Stretch

if TYPE_CHECKING:
    import xarray as xr


def to_xarray(observation: Spectrogram | Stretch) -> "xr.Dataset":
    """Dataset over (channel, time), with the names and units that an opened shard has.

    Parameters
    ----------
    observation : Spectrogram or Stretch

    Returns
    -------
    xarray.Dataset: ``intensity`` and ``covered`` (channel, time), ``good`` (channel); coordinates ``frequency_mhz`` and
    ``focus_code`` of each channel, ``time`` (UTC), ``station``; attribute ``product``
    """
    import xarray as xr  # costs 0.4 s, and judging needs it not

    return xr.Dataset(
        {
            "intensity": (("channel", "time"), observation.intensity, {"units": _unit(observation)}),
            "covered": (("channel", "time"), _measured(observation)),
            "good": ("channel", observation.good),
        },
        coords={
            "frequency_mhz": ("channel", observation.frequency_mhz, {"units": "MHz"}),
            "time": ("time", _utc(observation), {"time_zone": "UTC"}),
            "focus_code": ("channel", _focus_codes(observation)),
            "station": observation.station,
        },
        attrs={"product": observation.product},
    )


def to_radiospectra(observation: Spectrogram | Stretch) -> Any:
    """Spectrogram of the package radiospectra, sky channels only.

    Parameters
    ----------
    observation : Spectrogram or Stretch

    Returns
    -------
    radiospectra.spectrogram.sources.callisto.CALISTOSpectrogram, data (F, T): as stored where all was measured, else float32 with
    NaN in the gaps

    Raises
    ------
    ConfigurationError
        radiospectra is not installed.
    """
    try:
        from radiospectra.spectrogram.sources.callisto import CALISTOSpectrogram
        from sunpy.net import attrs  # warns where its own extra is missing, which radiospectra brings
    except ImportError as error:
        raise ConfigurationError("radiospectra is not installed: pip install 'nightshift[radiospectra]'") from error
    data, measured = observation.intensity[observation.good], _measured(observation)[observation.good]
    if not measured.all():
        data = np.where(measured, data, np.float32(np.nan)).astype(np.float32)
    meta = radiospectra_meta(observation)
    return CALISTOSpectrogram(data, meta | {"wavelength": attrs.Wavelength(meta["freqs"][0], meta["freqs"][-1])})


def radiospectra_meta(observation: Spectrogram | Stretch) -> dict[str, Any]:
    """What radiospectra is told of an observation: the keys that its own reader of e-CALLISTO files sets, but the pair of bounds.

    Parameters
    ----------
    observation : Spectrogram or Stretch

    Returns
    -------
    dict: times, start_time, end_time (Time), freqs (Quantity, MHz), observatory, instrument, detector, fits_meta
    """
    from astropy import units
    from astropy.time import Time

    frequency = observation.frequency_mhz[observation.good] * units.MHz
    times = Time(_utc(observation), format="datetime64", scale="utc")
    return {
        "fits_meta": dict(observation.header),
        "detector": "e-CALLISTO",
        "instrument": "e-CALLISTO",
        "observatory": observation.station,
        "start_time": times[0],
        "end_time": times[-1],
        "times": times,
        "freqs": frequency,
    }


def _unit(observation: Spectrogram | Stretch) -> str:
    return str(observation.header.get("BUNIT", "digits")).strip()


def _measured(observation: Spectrogram | Stretch) -> np.ndarray:
    """(F, T) bool ndarray; every sample of a file was measured."""
    if isinstance(observation, Stretch):
        return observation.measured
    return np.broadcast_to(np.array(True), observation.intensity.shape)


def _focus_codes(observation: Spectrogram | Stretch) -> np.ndarray:
    """(F,) str ndarray."""
    if isinstance(observation, Stretch):
        return np.asarray(np.array(observation.focus_codes)[observation.part])
    return np.full(observation.frequency_mhz.size, observation.focus_code)


def _utc(observation: Spectrogram | Stretch) -> np.ndarray:
    """(T,) datetime64[ns] ndarray."""
    start = np.datetime64(observation.t_start.astimezone(UTC).replace(tzinfo=None), "ns")
    return np.asarray(start + np.rint(observation.time_s * 1e9).astype("timedelta64[ns]"))
