"""Gain steps put into simulated files, and what becomes of them and of the bursts beside them."""

from collections.abc import Sequence

import numpy as np

from deployments.bench.cleaning_scenes import BIN, SAMPLES, Scene
from deployments.bench.cleaning_scores import BURST_DB, QUIET_DB
from models.radio.prepare import prepare
from models.radio.spectrogram import DB_PER_DIGIT
from models.radio.steps import SIDE, find_steps

SIZES_DB = ((0.15, 0.3), (0.3, 0.7), (0.7, 2.0))
NEAR_BINS = 2


def step_figures(scenes: Sequence[Scene], seed: int) -> list[dict[str, object]]:
    """Figures of the levelling, by the size of the step: one step a file, up or down, in the whole band or a part of it.

    Parameters
    ----------
    scenes : each is used once for every size
    seed : of the steps

    Returns
    -------
    list of rows: steps found in quiet and in disturbed files, the level error that is left there, burst flux kept
    """
    return [_figures(scenes, size, seed) for size in SIZES_DB]


def false_steps(scenes: Sequence[Scene]) -> list[dict[str, object]]:
    """What the levelling does to files that have no step: how many it finds in them, and the burst flux that it costs."""
    rows = []
    for kind in dict.fromkeys(scene.kind for scene in scenes):
        for strength in dict.fromkeys(scene.strength for scene in scenes):
            some = [scene for scene in scenes if (scene.kind, scene.strength) == (kind, strength)]
            touched, kept = 0, []
            for scene in some:
                prepared, levelled = (prepare(scene.file(scene.both), level_gain=level_gain) for level_gain in (False, True))
                touched += bool((levelled.mean_db != prepared.mean_db).any())
                burst = (scene.burst_db > BURST_DB) & prepared.covered & (scene.interference_db < QUIET_DB)
                lost = (prepared.mean_db - levelled.mean_db)[burst].sum()
                kept.append(1 - float(lost / scene.burst_db[burst].sum()) if burst.any() else 1.0)
            if some:
                row = {"type": kind, "strength": strength, "files": len(some), "touched": touched}
                rows.append(row | {"flux kept": float(np.mean(kept)), "least kept": float(np.min(kept))})
    return rows


def _figures(scenes: Sequence[Scene], size_db: tuple[float, float], seed: int) -> dict[str, object]:
    found = {"quiet": 0, "disturbed": 0}
    before, after = list[float](), list[float]()
    for number, scene in enumerate(scenes):
        rng = np.random.default_rng([seed, number])
        channels = len(scene.receiver.frequency_mhz)
        width = channels if rng.random() < 0.4 else int(rng.integers(15, 80))
        low = int(rng.integers(0, channels - width + 1))
        at = int(rng.integers((SIDE + 5) * BIN, SAMPLES - (SIDE + 5) * BIN))
        rise_db = rng.uniform(*size_db) * rng.choice([-1, 1])
        for version in ("quiet", "disturbed"):
            # Files hold whole digits, in which a jump of a fraction is lost; the noise that dithers it is drawn anew.
            digits = getattr(scene, version).astype(float)
            digits[low : low + width, at:] += rise_db / DB_PER_DIGIT + rng.uniform(-0.5, 0.5, (width, SAMPLES - at))
            file = scene.file(np.rint(digits).clip(0, 254).astype(np.uint8))
            prepared = prepare(file, level_gain=False)
            shown = np.where(prepared.covered, prepared.mean_db, np.float32(np.nan))[prepared.good]
            found[version] += any(abs(step.bin - at // BIN) <= NEAR_BINS for step in find_steps(shown))
            if version == "quiet":
                rows = np.flatnonzero(prepared.good[low : low + width]) + low
                for plane, errors in ((prepared.mean_db, before), (prepare(file).mean_db, after)):
                    bin_of_step = at // BIN
                    jump = plane[rows, bin_of_step + 1 :].mean(axis=1) - plane[rows, :bin_of_step].mean(axis=1)
                    errors.append(float(np.abs(jump).mean()))
    return {
        "step dB": f"{size_db[0]}-{size_db[1]}",
        "files": len(scenes),
        "found, quiet": found["quiet"] / len(scenes),
        "found, interference": found["disturbed"] / len(scenes),
        "jump before dB": float(np.mean(before)),
        "jump after dB": float(np.mean(after)),
    }
