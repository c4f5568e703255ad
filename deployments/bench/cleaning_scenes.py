"""Simulated files with each layer known: the same receiver and noise with and without burst and interference."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from models.radio.spectrogram import DB_PER_DIGIT, Spectrogram
from models.simulate.bursts import BURST_TYPES, BurstType, draw_burst
from models.simulate.interference import blocks, intermittent_lines, spikes
from models.simulate.noise import receiver_noise
from models.simulate.receiver import Receiver, draw_receiver

START = datetime(2024, 5, 14, 12, tzinfo=UTC)
SAMPLES, STEP_S, BIN = 3600, 0.25, 4
# Bands of a third of the real files, MHz.
BANDS = ((10, 106), (20, 92), (45, 442), (45, 81), (100, 196), (50, 870))
# Peak flux: 120 sfu doubles a quiet system's power. A storm's grains are never as strong as flares.
STRENGTHS = {"weak": 120.0, "strong": 1200.0}
STRONG_STORM_SFU = 360.0
# Of a visible burst, this many bins of a second stand out by 0.25 dB, two sigma.
VISIBLE_DB, VISIBLE_BINS = 0.25, 400
# Bursts begin anywhere, also before the file: methods that take the first minute for quiet must not be favoured.
ONSET_S = (-400.0, 800.0)
STORM_S = 1500.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One file in four versions.

    Attributes
    ----------
    kind, strength : the burst's type, and "weak" or "strong"
    receiver : Receiver of F channels
    quiet, burst, disturbed, both : (F, T) uint8 ndarrays, digits: the same noise alone, with burst, with interference, with both
    burst_db, interference_db : (F, B) float32 ndarrays, dB that each adds to the mean of a second, were it alone
    """

    kind: BurstType
    strength: str
    receiver: Receiver
    quiet: np.ndarray
    burst: np.ndarray
    disturbed: np.ndarray
    both: np.ndarray
    burst_db: np.ndarray
    interference_db: np.ndarray

    def file(self, digits: np.ndarray) -> Spectrogram:
        """One of the versions as a file is read.

        Parameters
        ----------
        digits : (F, T) uint8 ndarray
        """
        return Spectrogram(
            intensity=digits,
            frequency_mhz=self.receiver.frequency_mhz,
            time_s=np.arange(SAMPLES) * STEP_S,
            t_start=START,
            t_end=START + timedelta(seconds=SAMPLES * STEP_S),
            station="SIMULATED",
            focus_code="59",
            product="intensity",
            good=self.receiver.sky,
            header={"BUNIT": "digits"},
        )


def scenes(files: int, seed: int, kinds: tuple[BurstType, ...] = BURST_TYPES) -> Iterator[Scene]:
    """Draw scenes, types and strengths in turn.

    Parameters
    ----------
    files : how many
    seed : scene ``n`` is drawn from (``seed``, ``n``), whatever the number of files
    kinds : types of bursts
    """
    for number in range(files):
        rng = np.random.default_rng([seed, number])
        strength = list(STRENGTHS)[number // len(kinds) % 2]
        yield _scene(rng, kinds[number % len(kinds)], strength)


def seconds_mean(values: np.ndarray) -> np.ndarray:
    """Means of whole seconds.

    Parameters
    ----------
    values : (F, T) ndarray

    Returns
    -------
    (F, T / 4) float32 ndarray
    """
    return np.asarray(values.reshape(len(values), -1, BIN).mean(axis=2, dtype=np.float32))


def _scene(rng: np.random.Generator, kind: BurstType, strength: str) -> Scene:
    peak_sfu = STRONG_STORM_SFU if (kind, strength) == ("I", "strong") else STRENGTHS[strength]
    time_s = np.arange(SAMPLES) * STEP_S
    while True:  # until the receiver's band has the burst in it
        receiver = draw_receiver(rng, *BANDS[int(rng.integers(len(BANDS)))])
        onset = -300.0 if kind == "I" else float(rng.uniform(*ONSET_S))
        burst = draw_burst(rng, kind, START, peak_sfu=peak_sfu, duration_s=STORM_S)
        solar = burst.flux_sfu(receiver.frequency_mhz, time_s - onset) / receiver.system_sfu[:, None]
        burst_db = seconds_mean(_decibel(solar))
        if np.count_nonzero(burst_db[receiver.sky] > VISIBLE_DB) >= VISIBLE_BINS:
            break
    foreign = intermittent_lines(rng, receiver, SAMPLES, STEP_S)
    spikes(rng, receiver, SAMPLES, STEP_S, foreign)
    blocks(rng, receiver, SAMPLES, STEP_S, foreign)
    level = receiver_noise(rng, receiver, SAMPLES, STEP_S) + receiver.baseline_digit[:, None]

    def written(ratio: np.ndarray | float) -> np.ndarray:
        return np.asarray(np.rint(level + _decibel(ratio) / DB_PER_DIGIT).clip(0, 254).astype(np.uint8))

    versions = (written(0.0), written(solar), written(foreign), written(solar + foreign))
    return Scene(kind, strength, receiver, *versions, burst_db, seconds_mean(_decibel(foreign)))


def _decibel(ratio: np.ndarray | float) -> np.ndarray:
    """DB that power adds, given relative to the system's own."""
    return np.asarray(10 * np.log10(1 + np.asarray(ratio, dtype=np.float32)))
