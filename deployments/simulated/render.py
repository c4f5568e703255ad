"""One planned file as the archive holds it: bytes, and the truth of what is in them."""

import hashlib
import io
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from PIL import Image

from deployments.simulated.fault import Fault, Oddity, gzip_bomb, html_page
from deployments.simulated.network import NETWORK
from deployments.simulated.schedule import NightPlan, PlannedFile
from deployments.simulated.truth import BurstRecord, FileTruth, stamp
from models.simulate.callisto_fits import FitsStyle, fits_bytes, gzip_bytes
from models.simulate.receiver import Receiver, draw_receiver
from models.simulate.spectrogram import BurstTruth, SimulatedSpectrogram, simulate_spectrogram

# Shape of odd files: channels, samples, seconds per sample (all seen in the archive).
SHAPES = {
    Oddity.SAMPLES_3592: (200, 3592, 0.25),
    Oddity.CHANNELS_100: (100, 3600, 0.25),
    Oddity.CHANNELS_300: (300, 1800, 0.5),
    Oddity.NINE_SECONDS: (200, 36, 0.25),
}
# Scale of GAURI's and Phoenix-2's real files.
STYLES = {
    Oddity.SCALED: FitsStyle(bscale=0.30588236451149, bzero=130.0),
    Oddity.SECOND_60: FitsStyle(end_second_60=True),
    Oddity.POLARISATION: FitsStyle(
        bscale=0.77091292, bzero=-96.582787, unit="% polarization (negative = left)", content="polarization"
    ),
}


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file and what goes with it.

    Attributes
    ----------
    data : bytes as served
    truth : FileTruth
    picture : PNG of its quick-look, empty where none can be made
    """

    data: bytes
    truth: FileTruth
    picture: bytes


@lru_cache(maxsize=128)
def station_receiver(seed: int, station: str, focus_code: str, channels: int) -> Receiver:
    """Receiver of a station, the same in every file of a night.

    Parameters
    ----------
    seed : of the night
    station, focus_code : whose
    channels : rows

    Returns
    -------
    Receiver
    """
    place = next(item for item in NETWORK if item.site.name == station)
    _, low, high = next(band for band in place.bands if band[0] == focus_code)
    rng = np.random.default_rng([seed, 2, channels, zlib.crc32(f"{station}_{focus_code}".encode())])
    return draw_receiver(rng, low, high, channels, system_factor=place.system_factor)


def upload_time(rng: np.random.Generator, planned: PlannedFile) -> datetime:
    """When the archive received a file: 18 min after its start in the median, 78 min for one in ten, days for 4 %.

    Parameters
    ----------
    rng : generator
    planned : PlannedFile

    Returns
    -------
    aware UTC datetime, whole seconds
    """
    lot = rng.random()
    lag_min = rng.uniform(15.5, 20) if lot < 0.8 else rng.uniform(20, 90) if lot < 0.96 else rng.uniform(22 * 60, 5 * 1440)
    if planned.fault is Fault.LATE:
        lag_min = rng.uniform(26 * 60, 40 * 60)
    return (planned.t_start + timedelta(minutes=float(lag_min))).replace(microsecond=0)


def _polarisation(rng: np.random.Generator, spectrogram: SimulatedSpectrogram) -> SimulatedSpectrogram:
    # The difference of two radiometers of 5.8 % each, per cent of their sum, on an uneven zero.
    zero = rng.normal(0, 5, (spectrogram.digits.shape[0], 1))
    percent = zero + rng.normal(0, 4, spectrogram.digits.shape)
    return replace(spectrogram, digits=percent.clip(-96, 99).astype(np.float32), bursts=(), burst_index=())


def _record(event: int, burst: BurstTruth) -> BurstRecord:
    return BurstRecord(
        event=event,
        type=burst.kind,
        t_start=stamp(burst.t_start),
        t_peak=stamp(burst.t_peak),
        t_end=stamp(burst.t_end),
        frequency_low_mhz=round(burst.frequency_low_mhz, 3),
        frequency_high_mhz=round(burst.frequency_high_mhz, 3),
        peak_db=round(burst.peak_db, 2),
        pixels=burst.pixels,
        snr=round(burst.snr, 1),
        physics={key: value if isinstance(value, str) else round(float(value), 4) for key, value in burst.physics.items()},
    )


def _broken(planned: PlannedFile, raw: bytes, packed: bytes) -> bytes:
    if planned.fault is Fault.TRUNCATED_GZIP:
        return packed[: len(packed) * 6 // 10]
    if planned.fault is Fault.HTML_PAGE:
        return html_page(planned.name)
    if planned.fault is Fault.EMPTY_FILE:
        return b""
    return gzip_bomb(raw[:5760]) if planned.fault is Fault.GZIP_BOMB else packed


def quick_look(spectrogram: SimulatedSpectrogram) -> bytes:
    """Small picture of a file, highest frequency at the top, 450 pixels wide.

    Parameters
    ----------
    spectrogram : SimulatedSpectrogram

    Returns
    -------
    bytes, a PNG
    """
    digits = spectrogram.digits[::-1].astype(np.float32)
    digits -= np.median(digits, axis=1, keepdims=True)
    block = max(1, digits.shape[1] // 450)
    pooled = digits[:, : digits.shape[1] // block * block].reshape(digits.shape[0], -1, block).max(axis=2)
    level = (pooled.clip(-3, 15) + 3) / 18
    # From black over blue and orange to white, like the archive's own quick-looks.
    colour = np.stack([(3 * level - 0.9), (2.2 * level - 0.9), np.minimum(2.5 * level, 1.6 - 2 * level) + (level > 0.8)], axis=-1)
    stream = io.BytesIO()
    Image.fromarray((colour.clip(0, 1) * 255).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def render_file(plan: NightPlan, planned: PlannedFile, *, picture: bool) -> RenderedFile:
    """Render one file of a night, independently of all others.

    Parameters
    ----------
    plan : NightPlan
    planned : one of its files
    picture : whether a quick-look is wanted

    Returns
    -------
    RenderedFile
    """
    station = planned.station
    focus_code = station.bands[planned.band][0]
    rng = np.random.default_rng([plan.seed, 3, zlib.crc32(planned.name.encode())])
    modified = upload_time(rng, planned)
    channels, times, step_s = SHAPES.get(planned.oddity, (200, 3600, 0.25)) if planned.oddity else (200, 3600, 0.25)
    spectrogram = simulate_spectrogram(
        rng,
        station_receiver(plan.seed, station.site.name, focus_code, channels),
        planned.t_start,
        times=times,
        step_s=step_s,
        bursts=plan.bursts if planned.sees_sun else (),
        clock_offset_s=station.clock_offset_s,
    )
    style = STYLES.get(planned.oddity, FitsStyle()) if planned.oddity else FitsStyle()
    if planned.oddity is Oddity.POLARISATION:
        spectrogram = _polarisation(rng, spectrogram)
    if planned.fault is Fault.WRONG_DATE:
        style = replace(style, header_date=plan.night - timedelta(days=366))
    if planned.fault is Fault.MISSING_AXES:
        style = replace(style, axes=False)
    raw = fits_bytes(spectrogram, station.site, style)
    data = _broken(planned, raw, gzip_bytes(raw))
    truth = FileTruth(
        name=planned.name,
        station=station.site.name,
        focus_code=planned.focus_code,
        product="polarisation" if planned.oddity is Oddity.POLARISATION else "intensity",
        t_start=stamp(planned.t_start),
        t_end=stamp(planned.t_start + timedelta(seconds=times * step_s)),
        clock_offset_s=station.clock_offset_s,
        size=len(data),
        modified=stamp(modified),
        sha256=hashlib.sha256(data).hexdigest(),
        first_visit=2 if planned.fault is Fault.LATE else 1,
        fault=planned.fault,
        oddity=planned.oddity,
        expected=planned.fault.expected if planned.fault else "stored",
        bursts=tuple(_record(i, burst) for i, burst in zip(spectrogram.burst_index, spectrogram.bursts, strict=True)),
    )
    return RenderedFile(data, truth, quick_look(spectrogram) if picture else b"")
