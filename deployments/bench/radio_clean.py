"""radio-clean: what cleaning leaves of bursts and of interference, beside the peers' methods, on simulated truth."""

import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from deployments.bench.cleaning_fringes import fringe_figures
from deployments.bench.cleaning_levels import level_biases
from deployments.bench.cleaning_peers import PEERS, Cleaner
from deployments.bench.cleaning_scenes import Scene, scenes
from deployments.bench.cleaning_scores import Score, score, summary
from deployments.bench.cleaning_steps import false_steps, step_figures
from deployments.bench.race import one_core
from deployments.bench.result import Result, Row
from models.radio.fringes import without_fringes
from models.radio.prepare import prepare
from models.radio.spectrogram import PreparedSpectrogram, Spectrogram

OURS = "nightshift"


def radio_clean(files: int, seed: int, progress: Callable[[int, int], None]) -> Result:
    """Clean the same simulated files with everyone's method.

    Parameters
    ----------
    files : how many, types and strengths in turn
    seed : of all of them
    progress : is told the number of files done, and of how many
    """
    methods = {**ours(), **PEERS}
    drawn: list[Scene] = []
    scores: defaultdict[str, list[Score]] = defaultdict(list)
    spent: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    with one_core():
        for scene in scenes(files, seed):
            progress(len(drawn), files)
            drawn.append(scene)
            for name, clean in methods.items():
                quiet, disturbed, both = (
                    _timed(clean, scene.file(digits), spent[name]) for digits in (scene.quiet, scene.disturbed, scene.both)
                )
                scores[name].append(score(scene, quiet, disturbed, both))
        long = list(scenes(max(1, files // 3), seed + 1, ("IV",)))
        levels = level_biases(long)
        levelling, cost, waves = step_figures(drawn, seed), false_steps(drawn), fringe_figures(drawn, seed)
    progress(files, files)
    figures = [{"method": name, **summary(zip(drawn, scores[name], strict=True))} for name in methods]
    return Result(
        "radio-clean",
        "file",
        OURS,
        tuple(_row(name, spent[name]) for name in methods),
        {"files": files, "seed": seed, "type_iv_files": len(long)},
        {
            "Shares, and dB of the quiet background (0 is right)": figures,
            "Error of the quiet level where a type IV fills part of the file: median (worst tenth) in dB": levels,
            "Gain steps levelled": levelling,
            "Levelling files without a step": cost,
            "Fringes taken away": waves,
        },
        (
            "Peers' methods are written anew from their description; times are those of our words for them.",
            "All rows but ours work on quarter seconds and do not pool.",
        ),
    )


def ours() -> dict[str, Cleaner]:
    """Return the product's cleaning, the same without levelling gain steps, and with fringes taken away too."""

    def plane(prepared: PreparedSpectrogram) -> np.ndarray:
        return np.where(prepared.covered, prepared.mean_db, np.float32(np.nan))

    def cleaned(file: Spectrogram) -> np.ndarray:
        return plane(prepare(file))

    def unlevelled(file: Spectrogram) -> np.ndarray:
        return plane(prepare(file, level_gain=False))

    def smoothed(file: Spectrogram) -> np.ndarray:
        return plane(without_fringes(prepare(file)))

    return {OURS: cleaned, f"{OURS} - steps": unlevelled, f"{OURS} + fringes": smoothed}


def _timed(clean: Cleaner, file: Spectrogram, spent: list[tuple[float, float]]) -> np.ndarray:
    wall, cpu = time.perf_counter(), time.process_time()
    plane = clean(file)
    spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return plane


def _row(name: str, spent: list[tuple[float, float]]) -> Row:
    """Median over all cleanings: each file is another, so that no best of several rounds exists."""
    wall, cpu = np.median(np.array(spent), axis=0)
    return Row(name, "ours" if name.startswith(OURS) else "peer", float(wall), float(cpu), len(spent), note="median")
