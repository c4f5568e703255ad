"""How far measures are from the truth of simulated bursts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from deployments.bench.measure_scenes import START, MeasureScene, true_drift_mhz_s
from models.radio.speeds import exciter_speed
from models.simulate.bursts.type_ii import Lane
from models.simulate.bursts.type_iii import Beam
from models.simulate.plasma import LIGHT_SPEED_KM_S, SOLAR_RADIUS_KM, frequency_at_mhz

Measured = Mapping[str, float | str]
Errors = dict[str, float]
# A lane found within this share of a true one is that one; two lanes of one harmonic are 15 % and more apart.
SAME_LANE = 0.05


def errors_of(scene: MeasureScene, measured: Measured) -> Errors:
    """Errors of one burst by name: seconds and dB as differences, all else relative; what was not measured is left out.

    A drift's ``pull`` is its error in units of its own standard deviation.
    """
    truth = scene.truth
    errors: Errors = {}
    for name in ("start", "peak", "end"):
        if f"{name}_utc" in measured:
            errors[f"{name} s"] = _seconds(measured, f"{name}_utc", getattr(truth, f"t_{name}"))
    if "low_mhz" in measured:  # a detection that could not be measured still says how strong its spot is
        errors["peak dB"] = _number(measured, "peak_db") - truth.peak_db
        errors["low edge"] = _number(measured, "low_mhz") / truth.frequency_low_mhz - 1
        errors["high edge"] = _number(measured, "high_mhz") / truth.frequency_high_mhz - 1
    if "drift_mhz_s" in measured:
        drift, at = _number(measured, "drift_mhz_s"), _number(measured, "drift_at_mhz")
        true = true_drift_mhz_s(scene, at, _seconds(measured, "drift_at_utc", START))
        errors["drift"] = drift / true - 1
        errors["pull"] = (drift - true) / _number(measured, "drift_sigma_mhz_s")
    return errors | (_shock_errors(scene, measured) if truth.kind == "II" else _exciter_errors(scene, measured))


def _exciter_errors(scene: MeasureScene, measured: Measured) -> Errors:
    """Of the exciter's speed: in the true corona with the true harmonic, and as it is given by default."""
    if "drift_mhz_s" not in measured:
        return {}
    beam = max((part for part in scene.burst.components if isinstance(part, Beam)), key=lambda part: part.brightness)
    true = beam.speed_km_s / LIGHT_SPEED_KM_S
    drift, at = _number(measured, "drift_mhz_s"), _number(measured, "drift_at_mhz")
    known = exciter_speed(at, drift, 0.0, beam.harmonic, (beam.model, beam.fold))
    errors = {"speed, corona known": known.km_s / LIGHT_SPEED_KM_S / true - 1} if known else {}
    return errors | _by_default(measured, "exciter_speed", "_c", true)


def _shock_errors(scene: MeasureScene, measured: Measured) -> Errors:
    lanes = [part for part in scene.burst.components if isinstance(part, Lane)]
    true = lanes[0].speed_km_s
    errors: Errors = {}
    if "lane_at_utc" in measured:
        second = _seconds(measured, "lane_at_utc", scene.burst.epoch)
        height = np.array([lanes[0].start_r + true * second / SOLAR_RADIUS_KM])
        upstream = float(frequency_at_mhz(height, lanes[0].model, lanes[0].fold)[0])
        middles = [lane.ratio * upstream for lane in lanes]
        errors["lane"] = min((_number(measured, "lane_at_mhz") / middle - 1 for middle in middles), key=abs)
        split = float(scene.burst.physics["band_split"])
        errors["split there"] = float(_both_seen(scene, middles, split)) if split > 1 else 0.0
        errors["split found"] = float("band_split" in measured)
        if split > 1 and "band_split" in measured:
            errors["band split"] = (_number(measured, "band_split") - 1) / (split - 1) - 1
        errors["pair there"] = float(_both_seen(scene, middles, 1.9))
        errors["pair found"] = float("harmonic_ratio" in measured)
    if "fundamental_mhz" in measured:
        found = _number(measured, "fundamental_mhz")
        errors["fundamental"] = found / upstream - 1
        rate = _number(measured, "drift_mhz_s") / _number(measured, "drift_at_mhz")
        known = exciter_speed(found, rate * found, 0.0, 1, (lanes[0].model, lanes[0].fold))
        if known and abs(errors["fundamental"]) < SAME_LANE:
            errors["speed, corona known"] = known.km_s / true - 1
        errors |= _by_default(measured, "shock_speed", "_km_s", true)
    return errors


def _both_seen(scene: MeasureScene, middles: Sequence[float], ratio: float) -> bool:
    """Whether two true lanes of such a ratio are in the band of the box."""
    rows = scene.prepared.frequency_mhz[int(scene.box[1]) : int(np.ceil(scene.box[3]))]
    low, high = np.nanmin(rows), np.nanmax(rows)
    seen = [middle for middle in middles if low <= middle <= high]
    return any(abs(one / other / ratio - 1) < 0.01 for one in seen for other in seen)


def _by_default(measured: Measured, name: str, unit: str, true: float) -> Errors:
    """Errors of the speeds that are given, by corona."""
    given = {
        key: value for key, value in measured.items() if key.startswith(f"{name}_") and key.endswith(unit) and "sigma" not in key
    }
    return {f"speed, {key.removeprefix(f'{name}_').removesuffix(unit)}": float(value) / true - 1 for key, value in given.items()}


def _number(measured: Measured, key: str) -> float:
    return float(measured[key])


def _seconds(measured: Measured, key: str, since: datetime) -> float:
    return (datetime.fromisoformat(str(measured[key])) - since).total_seconds()


def table(rows: Iterable[tuple[str, Sequence[Errors]]], names: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each of ``names`` and kind: how many were measured, median and tenth decile of the error, and the median bias."""
    told = []
    for kind, errors in rows:
        for name in names:
            values = np.array([error[name] for error in errors if name in error])
            if values.size:
                told.append(
                    {
                        "type": kind,
                        "measure": name,
                        "measured": f"{values.size} of {len(errors)}",
                        "median error": round(float(np.median(np.abs(values))), 3),
                        "90 %": round(float(np.quantile(np.abs(values), 0.9)), 3),
                        "bias": round(float(np.median(values)), 3),
                    }
                )
    return told
