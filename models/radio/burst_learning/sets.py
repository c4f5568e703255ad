"""What the network of `radio-burst` learns from: simulated sets, kept on disk, and variants of real files."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.radio.burst import RadioBurst
from models.radio.burst_learning.scenes import BurstScene, draw_scene
from models.radio.burst_learning.transplants import transplant
from models.radio.burst_learning.weak_truth import variant
from models.radio.burst_planes import (
    CELL_ROWS,
    CELL_SECONDS,
    COLUMNS,
    DOUBTFUL,
    LAYERS,
    MAP_COLUMNS,
    MAP_ROWS,
    PLANES,
    ROWS,
    planes_of,
)
from models.radio.labelled import LabelledSpectrogram
from models.radio.prepare import PREPROCESSING_VERSION

SEED = 1
CROWDED = 4  # every fourth simulated file has bursts over each other: of others one cell of 25 in a burst holds two types
# Most files of a year are quiet, of the real ones here one of four.
QUIET_SEED, QUIET_FILES = 6, 1500
VARIANTS = 8  # of each real file; the first is the file as it is, the others have simulated bursts added
# Of each real file so many have another real one added, and twice as many where learning takes twice as long.
TRANSPLANTS, LONGEST = 4, 2
PLAIN_SHARE = 0.35
# Of a batch: real files, simulated ones, and quiet simulated ones.
REAL, SIMULATED, QUIET = 10, 4, 4
BATCH = 16
# Receivers are noisier or more sensitive than the one drawn, and see other frequencies.
GAIN_SPREAD, FREQUENCY_SPREAD = 0.2, 0.08
SHIFTS = 225  # cells of 15 minutes

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is drawn and learnt.

    Attributes
    ----------
    files : simulated files
    base_steps, real_steps : batches of simulated files first, then of real and simulated ones
    test_files : simulated files that are judged in the end
    """

    files: int
    base_steps: int
    real_steps: int
    test_files: int


@dataclass(frozen=True, slots=True, eq=False)
class MapSet:
    """Planes (N, 5, ROWS, COLUMNS) float16, and truth (N, 6, MAP_ROWS, MAP_COLUMNS) int8; maybe on disk."""

    planes: np.ndarray
    truth: np.ndarray


def simulated_set(folder: Path, files: int, progress: Progress) -> MapSet:
    """The simulated set of that size; drawn once (60 ms a file) and kept in ``folder``, 0.6 megabytes a file."""
    return _kept("simulated", folder, SEED, files, lambda number: draw_scene(SEED, number, crowded=number % CROWDED == 0), progress)


def quiet_set(folder: Path, progress: Progress) -> MapSet:
    """Simulated files without any burst; as `simulated_set`."""
    return _kept("quiet", folder, QUIET_SEED, QUIET_FILES, lambda number: draw_scene(QUIET_SEED, number, quiet=True), progress)


def _kept(name: str, folder: Path, seed: int, files: int, draw: Callable[[int], BurstScene], progress: Progress) -> MapSet:
    stem = f"{name}-{RadioBurst.version}-{seed}-{files}-{PREPROCESSING_VERSION}"
    paths = [folder / f"{stem}-{part}.npy" for part in ("planes", "layers")]
    if not paths[1].exists():
        folder.mkdir(parents=True, exist_ok=True)
        planes = np.lib.format.open_memmap(paths[0], "w+", np.float16, (files, len(PLANES), ROWS, COLUMNS))
        truth = np.zeros((files, len(LAYERS), MAP_ROWS, MAP_COLUMNS), dtype=np.int8)
        for number in range(files):
            scene = draw(number)
            planes[number], truth[number] = planes_of(scene.prepared), scene.truth
            progress(f"{name} files", number + 1, files)
        planes.flush()
        np.save(paths[1], truth)  # last: without it the set does not exist
    return MapSet(np.load(paths[0], mmap_mode="r"), np.load(paths[1]))


def real_set(examples: Sequence[LabelledSpectrogram], fold: np.ndarray, progress: Progress) -> MapSet:
    """All variants of real files, one file after the other.

    Parameters
    ----------
    examples : N files
    fold : (N,) int ndarray; what one file shows is added to another of its fold alone, as networks leave out whole folds
    progress : told of the files
    """
    each = VARIANTS + LONGEST * TRANSPLANTS
    planes = np.zeros((len(examples) * each, len(PLANES), ROWS, COLUMNS), dtype=np.float16)
    truth = np.zeros((len(examples) * each, len(LAYERS), MAP_ROWS, MAP_COLUMNS), dtype=np.int8)
    for place, example in enumerate(examples):
        donors = [other for other, of_other in zip(examples, fold, strict=True) if of_other == fold[place]]
        for number in range(each):
            made = variant(example, number) if number < VARIANTS else transplant(example, donors, number)
            planes[place * each + number], truth[place * each + number] = made
        progress("variants", place + 1, len(examples))
    return MapSet(planes, truth)


def draw_simulated(simulated: MapSet, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A batch of the simulated set, each file varied as real ones are, as it comes up again and again."""
    chosen = np.sort(rng.choice(len(simulated.truth), BATCH, replace=len(simulated.truth) < BATCH))
    planes, truth = simulated.planes[chosen].astype(np.float32), simulated.truth[chosen].copy()
    for item, cells in zip(planes, truth, strict=True):
        _vary(item, cells, rng)
    return planes, truth


def draw_mixed(
    real: MapSet, days: Sequence[str], kept: np.ndarray, simulated: MapSet, quiet: MapSet, rng: np.random.Generator, times: int
) -> tuple[np.ndarray, np.ndarray]:
    """A batch of variants of the real files ``kept`` (indices), of simulated ones, and of quiet simulated ones.

    With them are the transplants for whoever learns ``times`` as long, `LONGEST` at most.
    """
    chosen = draw_variants(days, kept, REAL, rng, VARIANTS + times * TRANSPLANTS, VARIANTS + LONGEST * TRANSPLANTS)
    others, still = (rng.integers(0, len(made.truth), count) for made, count in ((simulated, SIMULATED), (quiet, QUIET)))
    planes = np.concatenate([real.planes[chosen], simulated.planes[others], quiet.planes[still]]).astype(np.float32)
    truth = np.concatenate([real.truth[chosen], simulated.truth[others], quiet.truth[still]])
    for item, cells in zip(planes, truth, strict=True):
        _vary(item, cells, rng)
    return planes, truth


def draw_variants(
    days: Sequence[str], kept: np.ndarray, count: int, rng: np.random.Generator, variants: int, each: int
) -> np.ndarray:
    """(count,) int ndarray: indices of variants of the files ``kept``, of the first ``variants`` of the ``each`` that a file has.

    A day's files weigh together as the root of their number: 44 files of one day show the same bursts.
    """
    files_of_day = Counter(days[index] for index in kept)
    weight = np.array([files_of_day[days[index]] ** -0.5 for index in kept])
    files = rng.choice(kept, count, p=weight / weight.sum())
    number = np.where(rng.random(count) < PLAIN_SHARE, 0, rng.integers(1, variants, count))
    return np.asarray(files * each + number)


def _vary(planes: np.ndarray, truth: np.ndarray, rng: np.random.Generator) -> None:
    """Another gain, other frequencies, another beginning, and rows that are missing, in place."""
    planes[:3] *= np.float32(np.exp(rng.normal(0, GAIN_SPREAD)))
    planes[4] += np.float32(rng.normal(0, FREQUENCY_SPREAD))
    if rng.random() < 0.5:
        shift = int(rng.integers(1, SHIFTS))
        planes[:] = np.roll(planes, shift * CELL_SECONDS, axis=2)
        truth[:] = np.roll(truth, shift, axis=2)
    if rng.random() < 0.5:
        first, rows = int(rng.integers(0, MAP_ROWS - 1)), int(rng.integers(1, MAP_ROWS // 4))
        planes[:4, first * CELL_ROWS : (first + rows) * CELL_ROWS] = 0
        truth[:, first : first + rows] = DOUBTFUL
