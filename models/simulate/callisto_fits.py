"""Genuine e-CALLISTO FITS files: the cards, placeholders and odd formats that the stations' software writes."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from models.simulate.site import Site
from models.simulate.spectrogram import SimulatedSpectrogram

BLOCK = 2880
# Level 1 takes 13 ms for a file of 760 kB; level 4 takes 21 ms and saves 6 %, level 6 takes 81 ms and saves 8 %.
GZIP_LEVEL = 1


@dataclass(frozen=True, slots=True)
class FitsStyle:
    """What may differ between files of one receiver.

    Attributes
    ----------
    axes : whether the table of the axes follows the image
    header_date : date in the header instead of the true one
    end_second_60 : TIME-END is written as HH:MM:60, as several stations' software does
    bscale, bzero : scale of the stored bytes; (1, 0) stores digits as they are
    unit, content : BUNIT and the subject in CONTENT
    """

    axes: bool = True
    header_date: date | None = None
    end_second_60: bool = False
    bscale: float = 1.0
    bzero: float = 0.0
    unit: str = "digits"
    content: str = "Radio flux density, e-CALLISTO"


def _card(keyword: str, value: str | int | float | bool | None, comment: str) -> str:
    if value is None:
        return f"{keyword:<8}  {comment}"[:80].ljust(80)
    if isinstance(value, bool):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, int):
        text = f"{value:>20d}"
    elif isinstance(value, float):
        # The stations write "200." where the value is whole, and about 15 digits of a 4-byte number elsewhere.
        text = f"{f'{int(value)}.' if value == int(value) else f'{value:.15G}':>20}"
    else:
        text = f"'{value:<8}'".ljust(20 if len(value) <= 18 else 0)
    return (f"{keyword:<8}= {text} / {comment}" if comment else f"{keyword:<8}= {text}")[:80].ljust(80)


def _padded(data: bytes, fill: bytes = b"\0") -> bytes:
    return data + fill * (-len(data) % BLOCK)


def _header(cards: list[str]) -> bytes:
    return _padded("".join([*cards, "END".ljust(80)]).encode("ascii"), b" ")


def _end_time(end: datetime, second_60: bool) -> str:
    if second_60:
        return (end - timedelta(minutes=1)).strftime("%H:%M:60")
    return end.strftime("%H:%M:%S")


def _primary_cards(spectrogram: SimulatedSpectrogram, site: Site, style: FitsStyle, stored: np.ndarray) -> list[str]:
    rows, times = stored.shape
    shift = timedelta(0) if style.header_date is None else style.header_date - spectrogram.t_start.date()
    start = spectrogram.t_start + shift
    end = start + timedelta(seconds=times * spectrogram.step_s)
    values = (float(stored.min()) * style.bscale + style.bzero, float(stored.max()) * style.bscale + style.bzero)
    whole = style.bscale == 1
    receiver = spectrogram.receiver
    return [
        _card("SIMPLE", True, "file does conform to FITS standard"),
        _card("BITPIX", 8, "number of bits per data pixel"),
        _card("NAXIS", 2, "number of data axes"),
        _card("NAXIS1", times, "length of data axis 1"),
        _card("NAXIS2", rows, "length of data axis 2"),
        _card("EXTEND", True, "FITS dataset may contain extensions"),
        _card("COMMENT", "Warning: the value of CDELT1 may be rounded!", ""),
        _card("COMMENT", "Warning: the frequency axis may not be regular!", ""),
        _card("COMMENT", "Warning: the value of CDELT2 may be rounded!", ""),
        _card("COMMENT", "", "empty comment"),
        _card("DATE", f"{start:%Y-%m-%d}", "Time of observation"),
        _card("CONTENT", f"{start:%Y/%m/%d}  {style.content} ({site.name})", "Title of image"),
        _card("ORIGIN", site.origin, "Organization name"),
        _card("TELESCOP", "Radio Spectrometer", "Type of instrument"),
        _card("INSTRUME", site.name, "Name of the spectrometer"),
        _card("OBJECT", "Sun", "object description"),
        _card("DATE-OBS", f"{start:%Y/%m/%d}", "Date observation starts"),
        _card("TIME-OBS", f"{start:%H:%M:%S}.{start.microsecond // 1000:03d}", "Time observation starts"),
        _card("DATE-END", f"{end:%Y/%m/%d}", "date observation ends"),
        _card("TIME-END", _end_time(end, style.end_second_60), "time observation ends"),
        _card("BZERO", style.bzero, "scaling offset"),
        _card("BSCALE", style.bscale, "scaling factor"),
        _card("BUNIT", style.unit, "z-axis title"),
        _card("DATAMIN", int(values[0]) if whole else values[0], "minimum element in image"),
        _card("DATAMAX", int(values[1]) if whole else values[1], "maximum element in image"),
        _card(
            "CRVAL1", float(start.hour * 3600 + start.minute * 60 + start.second), "value on axis 1 at reference pixel [sec of day]"
        ),
        _card("CRPIX1", 0, "reference pixel of axis 1"),
        _card("CTYPE1", "Time [UT]", "title of axis 1"),
        _card("CDELT1", float(spectrogram.step_s), "step between first and second element in x-axis"),
        # Placeholders in every real file: the frequencies are in the table alone.
        _card("CRVAL2", float(rows), "value on axis 2 at the reference pixel"),
        _card("CRPIX2", 0, "reference pixel of axis 2"),
        _card("CTYPE2", "Frequency [MHz]", "title of axis 2"),
        _card("CDELT2", -1.0, "step between first and second element in axis"),
        _card("OBS_LAT", abs(site.latitude_deg), "observatory latitude in degree"),
        _card("OBS_LAC", "N" if site.latitude_deg >= 0 else "S", "observatory latitude code {N,S}"),
        _card("OBS_LON", abs(site.longitude_deg), "observatory longitude in degree"),
        _card("OBS_LOC", "E" if site.longitude_deg >= 0 else "W", "observatory longitude code {E,W}"),
        _card("OBS_ALT", float(site.altitude_m), "observatory altitude in meter asl"),
        _card("FRQFILE", f"frq{int(receiver.frequency_mhz[0]):05d}.cfg", "name of frequency file"),
        _card("PWM_VAL", receiver.pwm, "PWM value to control tuner gain"),
    ]


def _axis_table(spectrogram: SimulatedSpectrogram) -> bytes:
    rows, times = spectrogram.digits.shape
    cards = [
        _card("XTENSION", "BINTABLE", "binary table extension"),
        _card("BITPIX", 8, "8-bit bytes"),
        _card("NAXIS", 2, "2-dimensional binary table"),
        _card("NAXIS1", 8 * (rows + times), "width of table in bytes"),
        _card("NAXIS2", 1, "number of rows in table"),
        _card("PCOUNT", 0, "size of special data area"),
        _card("GCOUNT", 1, "one data group (required keyword)"),
        _card("TFIELDS", 2, "number of fields in each row"),
        _card("TTYPE1", "TIME", "label for field   1"),
        _card("TFORM1", f"{times}D8.3", "data format of field: 8-byte DOUBLE"),
        _card("TTYPE2", "FREQUENCY", "label for field   2"),
        _card("TFORM2", f"{rows}D8.3", "data format of field: 8-byte DOUBLE"),
        *(_card(f"{name}{field}", value, "") for field in (1, 2) for name, value in (("TSCAL", 1.0), ("TZERO", 0.0))),
    ]
    time_s = np.arange(times) * spectrogram.step_s
    # The stations keep frequencies as 4-byte numbers of 3 decimals: 412.938 becomes 412.93798828.
    frequency = np.round(spectrogram.receiver.frequency_mhz[::-1], 3).astype(np.float32)
    return _header(cards) + _padded(time_s.astype(">f8").tobytes() + frequency.astype(">f8").tobytes())


def fits_bytes(spectrogram: SimulatedSpectrogram, site: Site, style: FitsStyle = FitsStyle()) -> bytes:
    """Write a spectrogram as the stations do: image with the highest frequency first, then a table with both axes.

    Parameters
    ----------
    spectrogram : SimulatedSpectrogram
    site : Site named in the header
    style : FitsStyle

    Returns
    -------
    bytes, a FITS file
    """
    stored = spectrogram.digits[::-1]
    if style.bscale != 1:
        stored = np.rint((stored.astype(np.float32) - style.bzero) / style.bscale).clip(0, 255).astype(np.uint8)
    image = _header(_primary_cards(spectrogram, site, style, stored)) + _padded(np.ascontiguousarray(stored).tobytes())
    return image + _axis_table(spectrogram) if style.axes else image


def gzip_bytes(data: bytes) -> bytes:
    """Compress with no time and no name in the gzip header, so that equal files have equal bytes.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes, one gzip member
    """
    stream = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return stream.compress(data) + stream.flush()
