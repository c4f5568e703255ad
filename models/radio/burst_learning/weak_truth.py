"""Real files as `radio-burst` learns from them: weak truth from boxes, and variants with simulated bursts added."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from models.radio.background import quiet_level
from models.radio.burst_learning.scenes import SeenBurst, burst_excess_db, burst_truth, prepared_rows
from models.radio.burst_learning.suns import START, draw_sun
from models.radio.burst_planes import (
    CELL_ROWS,
    CELL_SECONDS,
    COLUMNS,
    DOUBTFUL,
    LAYERS,
    MAP_COLUMNS,
    MAP_ROWS,
    ROWS,
    TYPES,
    planes_of,
)
from models.radio.labelled import SLACK_S, UNSURE, LabelledSpectrogram
from models.radio.map_spots import bridged
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram
from models.simulate.receiver import system_flux_sfu

# A box holds much empty sky beside a drifting burst: of its cells those count that stand out by this many sigma in the mean of
# their pixels, at least this share, and the others are doubtful.
BRIGHT_SIGMA, LEAST_SHARE = 0.8, 0.15
MIN_CROP_CHANNELS = 40


def box_truth(example: LabelledSpectrogram, planes: np.ndarray) -> np.ndarray:
    """Truth of each cell of a real file.

    Parameters
    ----------
    example : LabelledSpectrogram
    planes : (5, ROWS, COLUMNS) float32 ndarray, its planes

    Returns
    -------
    (6, MAP_ROWS, MAP_COLUMNS) int8 ndarray, 0, 1 or `DOUBTFUL`, in the order of `LAYERS`
    """
    prepared = example.prepared
    octave = np.log2(prepared_rows(prepared))
    row_step = octave[1] - octave[0]
    contrast = cell_means(np.sinh(planes[0]))
    truth = np.zeros((len(LAYERS), MAP_ROWS, MAP_COLUMNS), dtype=np.int8)
    # The largest first, so that a stroke within a continuum has its own type, whatever else is there.
    for box in sorted(
        example.boxes, key=lambda box: -_area(box.t_end - box.t_start, box.frequency_high_mhz - box.frequency_low_mhz)
    ):
        seconds = [(moment - prepared.t_start).total_seconds() for moment in (box.t_start, box.t_end)]
        edges = [(np.log2(edge) - octave[0]) / row_step + 0.5 for edge in (box.frequency_low_mhz, box.frequency_high_mhz)]
        columns = [(seconds[0] - SLACK_S) / prepared.bin_s / CELL_SECONDS, (seconds[1] + SLACK_S) / prepared.bin_s / CELL_SECONDS]
        rows = [(edges[0] - 2) / CELL_ROWS, (edges[1] + 2) / CELL_ROWS]
        place = (slice(*_inside(rows, MAP_ROWS)), slice(*_inside(columns, MAP_COLUMNS)))
        values, cells = contrast[place], truth[:, *place]
        if not values.size:
            continue
        if box.confidence == UNSURE:
            cells[:] = DOUBTFUL
            continue
        _draw(cells, box.type.removesuffix("g"), values >= min(BRIGHT_SIGMA, float(np.quantile(values, 1 - LEAST_SHARE))))
    if not example.scored:
        truth[:] = DOUBTFUL
    truth[:, :, -(-prepared.n_bins // CELL_SECONDS) :] = DOUBTFUL
    return truth


def _draw(cells: np.ndarray, kind: str, bright: np.ndarray) -> None:
    """Draw a box of a type into the truth (6, h, w) of its cells, in place.

    A type of a larger box around it is doubtful where this one is bright: it may go on beneath. If ``kind`` is none, all are. A
    storm goes on between its grains, as `bridged` has it.
    """
    if kind == STORM:
        bright = bridged(bright)
    burst, types = cells[0], cells[1:]
    burst[~bright & (burst == 0)] = DOUBTFUL
    burst[bright] = 1
    if kind not in TYPES:
        types[:] = DOUBTFUL
        return
    types[:, bright] = np.where(types[:, bright] == 0, 0, DOUBTFUL)
    own = types[TYPES.index(kind)]
    own[~bright & (own == 0)] = DOUBTFUL
    own[bright] = 1


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A real file with more or less in it than the receiver wrote.

    Attributes
    ----------
    example : the file, maybe a part of its band
    prepared : the same with simulated bursts added
    truth : of the added bursts alone, as in `BurstScene`
    bursts : those of them that clearly fill a cell
    """

    example: LabelledSpectrogram
    prepared: PreparedSpectrogram
    truth: np.ndarray
    bursts: tuple[SeenBurst, ...]


def draw_variant(example: LabelledSpectrogram, number: int) -> Variant:
    """A real file as it is (0), or part of its band, with simulated bursts added.

    Parameters
    ----------
    example : LabelledSpectrogram
    number : the same file and number give the same variant
    """
    nothing = np.zeros((len(LAYERS), MAP_ROWS, MAP_COLUMNS), dtype=np.int8)
    if number == 0:
        return Variant(example, example.prepared, nothing, ())
    rng = np.random.default_rng([number, *example.name.encode()])
    example = replace(example, prepared=cropped(example.prepared, rng))
    prepared = example.prepared
    bursts = [replace(burst, epoch=burst.epoch + (prepared.t_start - START)) for burst in draw_sun(rng)]
    if not bursts:
        return Variant(example, prepared, nothing, ())
    factor = float(np.exp(rng.uniform(np.log(0.3), np.log(3))))
    frequency = prepared.frequency_mhz[prepared.good]
    excess = sum(burst_excess_db(burst, prepared, frequency, system_flux_sfu(frequency, factor)) for burst in bursts)
    truth, seen = burst_truth(prepared, bursts, system_flux_sfu(prepared_rows(prepared), factor))
    return Variant(example, with_excess(prepared, np.asarray(excess, dtype=np.float32)), truth, seen)


def variant(example: LabelledSpectrogram, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Planes and truth of a variant of a real file; as `draw_variant`."""
    drawn = draw_variant(example, number)
    truth = box_truth(drawn.example, planes_of(drawn.example.prepared))
    return planes_of(drawn.prepared), either(truth, drawn.truth)


def either(truth: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Truth of two things in one file: what one of them shows is there, and what one of them doubts is doubtful."""
    return np.where((truth == 1) | (other == 1), 1, np.minimum(truth, other)).astype(np.int8)


def cell_means(plane: np.ndarray) -> np.ndarray:
    """(MAP_ROWS, MAP_COLUMNS) means of the cells of a (ROWS, COLUMNS) plane."""
    return np.asarray(plane.reshape(ROWS // CELL_ROWS, CELL_ROWS, COLUMNS // CELL_SECONDS, CELL_SECONDS).mean(axis=(1, 3)))


def _area(duration: timedelta, width_mhz: float) -> float:
    return duration.total_seconds() * width_mhz


def _inside(edges: list[float], count: int) -> tuple[int, int]:
    return max(int(np.floor(edges[0])), 0), min(int(np.ceil(edges[1])), count)


def cropped(prepared: PreparedSpectrogram, rng: np.random.Generator) -> PreparedSpectrogram:
    """Half the time a part of the band, as a narrower receiver would see the same sky."""
    good = np.flatnonzero(prepared.good)
    if good.size <= MIN_CROP_CHANNELS or rng.random() < 0.5:
        return prepared
    count = int(rng.integers(MIN_CROP_CHANNELS, good.size))
    first = int(rng.integers(0, good.size - count))
    kept = np.zeros_like(prepared.good)
    kept[good[first : first + count]] = True
    return replace(prepared, good=kept)


def with_excess(prepared: PreparedSpectrogram, excess_db: np.ndarray) -> PreparedSpectrogram:
    """Bursts added after the logarithm, where noise adds too; the quiet level is then sought anew."""
    mean, sigma = prepared.mean_db.copy(), prepared.sigma_db.copy()
    part = mean[prepared.good, : prepared.n_bins] + excess_db
    covered = prepared.covered[prepared.good, : prepared.n_bins]
    quiet, sigma[prepared.good] = quiet_level(np.where(covered, part, np.float32(np.nan)))
    mean[prepared.good, : prepared.n_bins] = np.where(covered, part - quiet[:, None], 0)
    return replace(prepared, mean_db=mean, sigma_db=sigma)
