"""radio-measure: how far the measures of bursts are from the truth, in bands and coronae that nothing was trained on."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from deployments.bench.measure_scenes import MeasureScene, measure_scenes
from deployments.bench.measure_scores import SAME_LANE, Errors, errors_of, table
from deployments.bench.race import one_core
from deployments.bench.result import Result, Row
from models.radio.blobs import Box, shared_of_union
from models.radio.burst import RadioBurst
from models.radio.burst_list import MEASURED_FROM
from models.radio.measurement import measure_burst
from models.simulate.bursts import BurstType
from models.verdict import Detection

KINDS: tuple[BurstType, ...] = ("III", "IIIg", "II")
EXTENT = ("start s", "peak s", "end s", "low edge", "high edge", "peak dB")
DRIFT = ("drift",)
SPEED = ("band split", "fundamental", "speed, corona known", "speed, newkirk_x1", "speed, newkirk_x4", "speed, saito_x1")
# Half of the bursts are fainter at their loudest.
STRONG_DB = 7.0


def radio_measure(bursts: int, seed: int, progress: Callable[[int, int], None]) -> Result:
    """Measure simulated bursts.

    Parameters
    ----------
    bursts : how many of each type
    seed : of all of them
    progress : is told the number of bursts done, and of how many
    """
    errors: dict[str, list[Errors]] = {}
    listed: dict[str, list[Errors]] = {}
    named: dict[str, int] = dict.fromkeys(KINDS, 0)
    strong: dict[str, list[bool]] = {}
    spent: dict[str, list[tuple[float, float]]] = {}
    model = RadioBurst()
    with one_core():
        for place, kind in enumerate(KINDS):
            for number, scene in enumerate(measure_scenes(kind, bursts, seed)):
                progress(place * bursts + number, len(KINDS) * bursts)
                errors.setdefault(kind, []).append(_errors(scene, scene.box, spent.setdefault(kind, [])))
                strong.setdefault(kind, []).append(scene.truth.peak_db >= STRONG_DB)
                found = _listed(model, scene)
                if found:
                    listed.setdefault(kind, []).append(errors_of(scene, found.attributes))
                    named[kind] += found.label.removesuffix("g") == kind.removesuffix("g")
    progress(len(KINDS) * bursts, len(KINDS) * bursts)
    halves = [
        (f"{kind}, {'at least' if side else 'below'} {STRONG_DB:g} dB", _chosen(errors[kind], strong[kind], side))
        for kind in KINDS
        for side in (False, True)
    ]
    return Result(
        "radio-measure",
        "burst",
        KINDS[0],
        tuple(_row(kind, spent[kind]) for kind in KINDS),
        {"bursts": bursts, "seed": seed},
        {
            "In boxes as people draw them: when, where, how strong": table(errors.items(), EXTENT),
            "Drift, by strength": table([*errors.items(), *halves], DRIFT),
            "Drift: how often the truth is within one and two standard deviations": _coverage(errors),
            "Lanes": _lanes(errors["II"]),
            "Speeds; the corona known, or assumed": table(errors.items(), SPEED),
            "As radio-burst lists them, whatever type it names": table(listed.items(), (*EXTENT, *DRIFT)),
        },
        tuple(
            f"radio-burst lists {len(listed.get(kind, []))} of {bursts} bursts of {kind}, {named[kind]} as such." for kind in KINDS
        ),
    )


def _errors(scene: MeasureScene, box: Box, spent: list[tuple[float, float]]) -> Errors:
    wall, cpu = time.perf_counter(), time.process_time()
    measured = measure_burst(scene.prepared, box, scene.truth.kind)
    spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return errors_of(scene, measured)


def _listed(model: RadioBurst, scene: MeasureScene) -> Detection | None:
    """The measured detection that shares most with the burst's box."""
    (verdict,) = model.judge([scene.prepared])
    shared = [
        (shared_of_union(item.box, scene.box), place)
        for place, item in enumerate(verdict.detections)
        if item.box and item.score >= MEASURED_FROM
    ]
    share, place = max(shared, default=(0.0, 0))
    return verdict.detections[place] if share > 0 else None


def _coverage(errors: dict[str, list[Errors]]) -> list[dict[str, Any]]:
    told = []
    for kind, each in errors.items():
        pulls = np.array([abs(error["pull"]) for error in each if "pull" in error])
        if pulls.size:
            told.append(
                {"type": kind, "drifts": pulls.size, "within 1 sigma": _share(pulls < 1), "within 2 sigma": _share(pulls < 2)}
            )
    return told


def _chosen(errors: list[Errors], strong: list[bool], side: bool) -> list[Errors]:
    return [error for error, here in zip(errors, strong, strict=True) if here == side]


def _lanes(errors: list[Errors]) -> list[dict[str, Any]]:
    """How often lanes are what they are taken for."""
    known = [error for error in errors if "split there" in error]
    asked = [
        ("both sides of the shock are in the band: both found", "split there", 1.0, "split found"),
        ("at most one side is in the band: two found", "split there", 0.0, "split found"),
        ("both harmonics are in the band: both found", "pair there", 1.0, "pair found"),
        ("at most one harmonic is in the band: both found", "pair there", 0.0, "pair found"),
        ("two harmonics found: the fundamental is right, to 5 %", "pair found", 1.0, "fundamental"),
        ("one harmonic found, taken for the fundamental: right", "pair found", 0.0, "fundamental"),
    ]
    told = []
    for question, where, value, what in asked:
        answers = [error[what] for error in known if error[where] == value and what in error]
        yes = np.array([abs(answer) < SAME_LANE if what == "fundamental" else answer > 0 for answer in answers])
        if yes.size:
            told.append({"type II": question, "bursts": yes.size, "share": _share(yes)})
    return told


def _share(values: np.ndarray) -> float:
    return round(float(values.mean()), 3)


def _row(name: str, spent: list[tuple[float, float]]) -> Row:
    """Median over all bursts."""
    wall, cpu = np.median(np.array(spent), axis=0)
    return Row(name, "ours", float(wall), float(cpu), len(spent), note="median")
