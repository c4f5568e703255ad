"""What is measured of a burst that somebody found: when, where, how strong, how it drifts, and what that says of its exciter.

How good the measures are stands in ``measurement.md``.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from models.radio.blobs import Box
from models.radio.extent import Extent, find_extent
from models.radio.lanes import Lanes, find_lanes
from models.radio.pairs import Pairs, pair_lanes
from models.radio.region import STROKE_MARGIN_S, Region, region_of
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.speeds import CORONAE, alfven_mach_number, corona_name, exciter_speed
from models.radio.strokes import Stroke, find_stroke
from models.simulate.plasma import LIGHT_SPEED_KM_S, Corona

STROKES = ("III", "IIIg")
LANES = ("II",)
# What has no type is a stroke if it is brief: real groups of type III last 54 s and more.
BRIEF_S = 40.0
# Faster ridges would need exciters faster than light, in any of the coronae: spikes, or two strokes taken for one.
LEAST_SLOWNESS = 0.25
# A drift that is not known to two standard deviations is none.
LEAST_DRIFT_SIGMA = 2.0
Attributes = dict[str, float | str]


def measure_burst(
    prepared: PreparedSpectrogram,
    where: np.ndarray | Box,
    label: str,
    coronae: Sequence[Corona] = CORONAE,
    stroke_harmonic: int = 2,
) -> Mapping[str, float | str]:
    """Measure one burst; never raises on odd regions.

    Parameters
    ----------
    prepared : PreparedSpectrogram
    where : (CHANNELS, BINS) bool ndarray, or a box (x0, y0, x1, y1) in bins and rows of ``prepared``, as in `Detection`
    label : its type, "unclassified" among them
    coronae : density models and folds, for speeds and heights
    stroke_harmonic : of type III, which spectra without polarisation rarely tell: structureless ones are mostly harmonics
        (Suzuki & Dulk 1985)

    Returns
    -------
    dict
        Attributes with their units in their names; ``_sigma`` is one standard deviation. Times are ISO 8601 UTC by the file's
        clock. What cannot be measured is left out, and ``unmeasured`` says why.
    """
    region = region_of(prepared, where)
    if region is None:
        return {"unmeasured": "all: no channel with sky data in the region"}
    attributes: Attributes = {}
    missing: list[str] = []
    extent = find_extent(region.level, region.db, region.core, region.bin_s)
    if extent is None:
        missing.append("extent: nothing in the region stands out by 3 sigma over 5 channels and 3 s")
    else:
        attributes |= _extent(prepared, region, extent)
    brief = extent is not None and extent.last_s - extent.first_s <= BRIEF_S
    if label in STROKES or (label == "unclassified" and brief):
        attributes |= _stroke(prepared, region, coronae if label in STROKES else (), stroke_harmonic, missing)
    elif label in LANES:
        attributes |= _lanes(prepared, region, coronae, missing)
    else:
        missing.append(f"drift: not defined for {'what lasts and has no type' if label == 'unclassified' else f'type {label}'}")
    if missing:
        attributes["unmeasured"] = "; ".join(missing)
    return {key: _rounded(value) for key, value in attributes.items()}


def _extent(prepared: PreparedSpectrogram, region: Region, extent: Extent) -> Attributes:
    start, peak, end = (_clock(prepared, region.first_s + second) for second in (extent.first_s, extent.peak_s, extent.last_s))
    low, high = (float(region.frequency_mhz[row]) for row in extent.rows)
    return {
        "start_utc": start,
        "peak_utc": peak,
        "end_utc": end,
        "duration_s": extent.last_s - extent.first_s,
        "low_mhz": low,
        "high_mhz": high,
        "bandwidth_mhz": high - low,
        "peak_mhz": float(region.frequency_mhz[extent.peak_row]),
        "peak_db": extent.peak_db,
    }


def _stroke(
    prepared: PreparedSpectrogram, region: Region, coronae: Sequence[Corona], harmonic: int, missing: list[str]
) -> Attributes:
    level, frequency, first_s = region.within(STROKE_MARGIN_S)
    stroke = find_stroke(level, frequency, region.bin_s)
    if stroke is None:
        missing.append("drift: no ridge through eight channels")
        return {}
    if abs(stroke.slowness) < LEAST_SLOWNESS:
        missing.append(f"drift: the ridge at {stroke.at_mhz:.0f} MHz is faster than time bins of {region.bin_s:g} s can tell")
        return {}
    if abs(stroke.slowness) < LEAST_DRIFT_SIGMA * stroke.slowness_sigma:
        missing.append("drift: its error is more than half of it")
        return {}
    drift: Attributes = {
        "drift_mhz_s": stroke.drift_mhz_s,
        "drift_sigma_mhz_s": stroke.drift_sigma_mhz_s,
        "drift_at_mhz": stroke.at_mhz,
        "drift_at_utc": _clock(prepared, region.first_s + first_s + stroke.second_at),
    }
    return drift | (_exciter(stroke, coronae, harmonic, missing) if coronae else {})


def _exciter(stroke: Stroke, coronae: Sequence[Corona], harmonic: int, missing: list[str]) -> Attributes:
    told: Attributes = {"harmonic_assumed": float(harmonic)}
    for corona in coronae:
        speed = exciter_speed(stroke.at_mhz, stroke.drift_mhz_s, stroke.drift_sigma_mhz_s, harmonic, corona)
        name = corona_name(corona)
        if speed is None:
            missing.append(f"{name}: nowhere dense enough for {stroke.at_mhz / harmonic:.0f} MHz")
            continue
        if speed.km_s >= LIGHT_SPEED_KM_S:
            missing.append(f"{name}: its speed would be above that of light, so that this corona or harmonic is not the burst's")
            continue
        told[f"exciter_speed_{name}_c"] = speed.km_s / LIGHT_SPEED_KM_S
        told[f"exciter_speed_sigma_{name}_c"] = speed.sigma_km_s / LIGHT_SPEED_KM_S
        told[f"exciter_height_{name}_r"] = speed.height_r
    return told


def _lanes(prepared: PreparedSpectrogram, region: Region, coronae: Sequence[Corona], missing: list[str]) -> Attributes:
    level, frequency, first_s = region.within(0.0)
    lanes = find_lanes(level, frequency, region.bin_s)
    if lanes is None:
        missing.append("drift: no lane; the region is too short, too narrow, or nothing in it drifts as one")
        return {}
    pairs = pair_lanes(lanes.frequency_mhz, lanes.strength)
    moment = _clock(prepared, region.first_s + first_s + lanes.second_at)
    told: Attributes = {"lane_at_mhz": lanes.main_mhz, "lane_at_utc": moment, "lanes": float(lanes.frequency_mhz.size)}
    if pairs.harmonic_ratio is None:
        missing.append("harmonic_ratio: one harmonic alone is seen; taken for the fundamental")
        told["harmonic_assumed"] = 1.0
    else:
        told["harmonic_ratio"] = pairs.harmonic_ratio
    if pairs.band_split is not None:
        told["band_split"] = pairs.band_split
        told["alfven_mach_number"] = alfven_mach_number(pairs.band_split)
    else:
        missing.append("band_split: no two lanes of one harmonic")
    if abs(lanes.rate) < LEAST_DRIFT_SIGMA * lanes.rate_sigma:
        missing.append("drift: its error is more than half of it")
        return told
    told["drift_mhz_s"] = lanes.rate * lanes.main_mhz
    told["drift_sigma_mhz_s"] = lanes.rate_sigma * lanes.main_mhz
    told |= {"drift_at_mhz": lanes.main_mhz, "drift_at_utc": moment}
    return told | _shock(lanes, pairs, level.shape[1] * region.bin_s, coronae, missing)


def _shock(lanes: Lanes, pairs: Pairs, duration_s: float, coronae: Sequence[Corona], missing: list[str]) -> Attributes:
    """Speed of the shock, and its heights at both ends of the region."""
    upstream = pairs.upstream_mhz
    told: Attributes = {"fundamental_mhz": upstream}
    ends = [upstream * float(np.exp(lanes.shift(second))) for second in (0.0, duration_s)]
    for corona in coronae:
        speed = exciter_speed(upstream, lanes.rate * upstream, lanes.rate_sigma * upstream, 1, corona)
        name = corona_name(corona)
        if speed is None:
            missing.append(f"{name}: nowhere dense enough for {upstream:.0f} MHz")
            continue
        told[f"shock_speed_{name}_km_s"] = speed.km_s
        told[f"shock_speed_sigma_{name}_km_s"] = speed.sigma_km_s
        heights = [exciter_speed(end, 1.0, 1.0, 1, corona) for end in ends]
        for place, height in zip(("first", "last"), heights, strict=True):
            if height is not None:
                told[f"shock_height_{place}_{name}_r"] = height.height_r
    return told


def _clock(prepared: PreparedSpectrogram, second: float) -> str:
    """Time of a second of the file, by its own clock."""
    moment = prepared.t_start + timedelta(seconds=round(second, 2))
    return min(max(moment, prepared.t_start), prepared.t_end).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rounded(value: Any) -> float | str:
    """Four figures: no measure is better."""
    return value if isinstance(value, str) else float(f"{value:.4g}")
