"""Fringes put into simulated files with bursts, and what is left of both."""

from collections.abc import Sequence

import numpy as np

from deployments.bench.cleaning_scenes import STEP_S, Scene, seconds_mean
from deployments.bench.cleaning_scores import BURST_DB, QUIET_DB
from models.radio.fringes import without_fringes
from models.radio.prepare import prepare
from models.radio.spectrogram import DB_PER_DIGIT

# Half of the 0.3 to 1.5 digits of the simulator's strong ones, as real files of RWANDA have, down to what nobody sees.
AMPLITUDES_DB = (0.05, 0.1, 0.2, 0.4)


def fringe_figures(scenes: Sequence[Scene], seed: int) -> list[dict[str, object]]:
    """Figures of the removal, by amplitude: one wave a file, 6-14 channels wide, creeping by a period in 10-40 s.

    Parameters
    ----------
    scenes : each is used once for every amplitude, and once without a wave
    seed : of the waves

    Returns
    -------
    list of rows: files in which waves were found, share of the wave's power that is gone, burst flux that is kept
    """
    return [_figures(scenes, amplitude_db, seed) for amplitude_db in (0.0, *AMPLITUDES_DB)]


def _figures(scenes: Sequence[Scene], amplitude_db: float, seed: int) -> dict[str, object]:
    found, gone, kept = 0, list[float](), list[float]()
    for number, scene in enumerate(scenes):
        rng = np.random.default_rng([seed, number])
        channels, samples = scene.both.shape
        across, along = np.arange(channels) / rng.uniform(6, 14), np.arange(samples) * STEP_S / rng.uniform(10, 40)
        wave_db = amplitude_db * np.cos(2 * np.pi * (across[:, None] + rng.choice([-1, 1]) * along))
        # Whole digits swallow a small wave; noise drawn anew dithers it.
        digits = scene.both + wave_db / DB_PER_DIGIT + (rng.uniform(-0.5, 0.5, wave_db.shape) if amplitude_db else 0)
        prepared = prepare(scene.file(np.rint(digits).clip(0, 254).astype(np.uint8)))
        taken = prepared.mean_db - without_fringes(prepared).mean_db
        found += bool(taken.any())
        wave = np.where(scene.receiver.sky[:, None], seconds_mean(wave_db), 0)
        burst = (scene.burst_db > BURST_DB) & prepared.covered & (scene.interference_db < QUIET_DB)
        if amplitude_db:
            gone.append(1 - float((wave - taken)[prepared.covered].var() / wave[prepared.covered].var()))
        if burst.any():
            # What was taken beyond the wave is the burst's.
            cost = (taken - wave)[burst].sum() if taken.any() else 0.0
            kept.append(1 - float(cost / scene.burst_db[burst].sum()))
    return {
        "amplitude dB": amplitude_db,
        "files": len(scenes),
        "found": found / len(scenes),
        "power gone": float(np.mean(gone)) if gone else None,
        "flux kept": float(np.mean(kept)),
        "least kept": float(np.min(kept)),
    }
