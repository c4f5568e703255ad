"""radio-realism: whether simulated files pass for real ones, in their background and in their bursts."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deployments.bench.race import one_core
from deployments.bench.realism_bursts import Boxes, burst_boxes
from deployments.bench.realism_files import RealFile, naive_twin, real_files, stations_of, twin
from deployments.bench.realism_judges import FOLDS, TELLING, Pair, floor, forest_auc, network_auc, single_features
from deployments.bench.realism_patches import Beside, Patches, places, real_patches, simulated_patches
from deployments.bench.result import Result, Row
from models.errors import ConfigurationError
from models.simulate.bursts import BurstType
from models.simulate.realism.folds import group_folds
from models.simulate.realism.forest import forest_scores
from models.simulate.realism.separation import separations, station_weights, weighted_auc

OURS = "nightshift, other folds' profiles"
KINDS: tuple[BurstType, ...] = ("III", "II")
DAY_FOLDS = 4
MOST_TELLING = 15


def radio_realism(data: Path | None, seed: int, progress: Callable[[int, int], None]) -> Result:
    """Judge the simulator.

    Parameters
    ----------
    data : folder with ``radio/fits``, ``radio/labels.csv`` and ``radio/boxes.csv``
    seed : of everything that is drawn
    progress : is told what is done, and of how much

    Raises
    ------
    ConfigurationError
        The real files are not there.
    """
    if data is None:
        raise ConfigurationError("data: radio-realism compares with real files; give --data a folder with radio/fits and labels")
    files = list(real_files(data))
    if not files:
        raise ConfigurationError(f"data: {data / 'radio' / 'fits'} holds no full-size file that the labels name")
    done = _counted(progress, 4 * len(files))
    cut = places(files, seed)
    folds = group_folds([files[index].station for index, _ in cut], FOLDS)

    def held_out(file: RealFile, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return twin(file, rng, {station for station, fold in folds.items() if fold == folds[file.station]})

    contestants: dict[str, Beside] = {"equal white noise on a line": naive_twin, "nightshift, all profiles": twin, OURS: held_out}
    with one_core():
        real = real_patches(files, cut, seed)
        judged, rows, telling = [], [], []
        for name, beside in contestants.items():
            wall, cpu = time.perf_counter(), time.process_time()
            simulated = simulated_patches(files, cut, seed, beside, done)
            drawn = len({index for index, _ in cut})
            spent = (time.perf_counter() - wall) / drawn, (time.process_time() - cpu) / drawn
            rows.append(Row(name, "ours" if "nightshift" in name else "bound", *spent, drawn, note="drawn and measured, mean"))
            pair = Pair.of(real, simulated, folds)
            told = {"forest AUC": forest_auc(pair, seed), "network AUC": network_auc(pair, seed)}
            judged.append({"simulated": name} | single_features(pair, seed) | told)
            if name == OURS:
                telling = _telling(real, simulated, separations(pair.values, pair.simulated, pair.weight))
        judged.append({"simulated": "floor: real, half of the stations"} | floor(real, seed) | {"network AUC": None})
        bursts, shapes = _bursts(files, seed, done)
    progress(1, 1)
    return Result(
        "radio-realism",
        "file",
        OURS,
        tuple(rows),
        {"seed": seed, "files": len(files), "stations": len(stations_of(files)), "patches": len(cut), "features": len(real.names)},
        {
            "Background: simulated against real": judged,
            "Background: what still gives it away": telling,
            "Bursts in real background: simulated against real": bursts,
            "Bursts: what still gives them away": shapes,
        },
        (
            "Forest and network judge stations, with bursts days, that they have not seen.",
            "The simulator's tables and constants were measured on these files; only the gain profiles can be left out by station.",
        ),
    )


def _counted(progress: Callable[[int, int], None], steps: int) -> Callable[[], None]:
    count = 0

    def done() -> None:
        nonlocal count
        count = min(count + 1, steps - 1)
        progress(count, steps)

    return done


def _telling(real: Patches, simulated: Patches, each: np.ndarray) -> list[dict[str, Any]]:
    medians = [np.median(patches.features, axis=0) for patches in (real, simulated)]
    return _ranked(real.names, each, *medians)


def _ranked(names: Sequence[str], each: np.ndarray, real: np.ndarray, simulated: np.ndarray) -> list[dict[str, Any]]:
    order = np.argsort(-each, kind="stable")[:MOST_TELLING]
    return [
        {
            "feature": names[index],
            "AUC": round(float(each[index]), 3),
            "real, median": float(f"{real[index]:.3g}"),
            "simulated, median": float(f"{simulated[index]:.3g}"),
        }
        for index in order.tolist()
    ]


def _bursts(files: Sequence[RealFile], seed: int, done: Callable[[], None]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    judged, telling = [], []
    for kind in KINDS:
        boxes = burst_boxes(files, kind, seed, done)
        each = separations(boxes.features, boxes.simulated, np.ones(len(boxes.days)))
        judged.append(
            {
                "type": kind,
                "real boxes": int((~boxes.simulated).sum()),
                "simulated": int(boxes.simulated.sum()),
                "days": len(set(boxes.days)),
                "mean single-feature AUC": round(float(each.mean()), 3),
                f"features > {TELLING}": int((each > TELLING).sum()),
                "forest AUC": _by_day(boxes, seed),
            }
        )
        medians = [np.median(boxes.features[boxes.simulated == side], axis=0) for side in (False, True)]
        telling += [{"type": kind} | row for row in _ranked(boxes.names, each, *medians)[: MOST_TELLING // 2]]
    return judged, telling


def _by_day(boxes: Boxes, seed: int) -> float:
    """AUC of a forest, pooled over days that it has not seen: a single day may hold two boxes."""
    folds = group_folds(boxes.days, DAY_FOLDS)
    fold = np.array([folds[day] for day in boxes.days])
    side = ["" for _ in boxes.days]  # boxes count alike, both sides as much
    scores = forest_scores(boxes.features, boxes.simulated, fold, station_weights(side, boxes.simulated), seed)
    return round(weighted_auc(scores, boxes.simulated, np.ones(len(fold))), 3)
