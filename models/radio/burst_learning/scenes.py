"""Simulated files from which `radio-burst` learns, with the exact truth of every cell of its map."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from models.radio.burst_learning.coronae import Denser, Elsewhere, in_denser_corona, through_corona
from models.radio.burst_learning.suns import SECONDS, START, draw_crowd, draw_sun
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
    grid_rows,
)
from models.radio.labelled import BurstBox, LabelledSpectrogram
from models.radio.map_spots import bridged
from models.radio.prepare import prepare
from models.radio.sightings import STORM
from models.radio.spectrogram import PreparedSpectrogram, Spectrogram
from models.simulate.bursts import BurstType, SolarBurst
from models.simulate.bursts.type_ii import Lane
from models.simulate.plasma import DensityModel
from models.simulate.receiver import Receiver, draw_receiver
from models.simulate.spectrogram import simulate_spectrogram
from models.simulate.tables import gain_profiles

SAMPLES, STEP_S = 3600, 0.25
# Every twelfth receiver has a band of keyed carriers, a seventh to a half of its channels, each on for 2 to 60 % of the time: what
# looks most like a noise storm, and comes and goes in single channels. Own estimate.
BUSY_SHARE, BUSY_BAND, BUSY_TIME = 1 / 12, (1 / 7, 1 / 2), (0.02, 0.6)
# A cell of about 3 x 4 x 4 bins has 0.03 to 0.05 dB of noise; between these two nobody can be blamed.
FAINT_DB, CLEAR_DB = 0.04, 0.12
# A type shows in a cell where it adds `CLEAR_DB` to the others, and is this share of the flux: bursts themselves vary by more.
LEAST_FLUX_SHARE = 0.1
# Receivers of the archive see many more bands than were measured: two of five see a part of one, half an octave or more of it.
PART_SHARE, LEAST_OCTAVES = 0.4, 0.5
# The corona is as dense as Newkirk's, times this: from a hole in it to a streamer.
FOLDS = (0.5, 4.0)
# Bands that no simulated file learnt from has, and other coronae: what the figures on simulated files are taken from.
UNSEEN_BANDS = ((25.0, 180.0), (30.0, 75.0), (80.0, 300.0), (18.0, 60.0), (130.0, 600.0))
LEAST_APART = 0.1  # of one of the edges, natural logarithm: what is nearer to an unseen band is not learnt from
UNSEEN_CORONAE: tuple[tuple[DensityModel, float], ...] = (("saito", 3.0), ("leblanc", 5.0), ("allen-baumbach", 2.0))


@dataclass(frozen=True, slots=True, eq=False)
class SeenBurst:
    """What a file shows of a burst: the cells that it clearly fills.

    Attributes
    ----------
    burst : SolarBurst
    first_s, last_s : seconds of the file
    low_mhz, high_mhz : MHz
    peak_db : largest mean of a cell, dB
    lanes : of a type II, what multiplies the plasma frequency in each lane that clearly fills a cell: 1, 1.9, times the split
    """

    burst: SolarBurst
    first_s: float
    last_s: float
    low_mhz: float
    high_mhz: float
    peak_db: float
    lanes: tuple[float, ...]

    @property
    def kind(self) -> BurstType:
        """Type of the burst."""
        return self.burst.kind


@dataclass(frozen=True, slots=True, eq=False)
class BurstScene:
    """One file and its truth.

    Attributes
    ----------
    prepared : as every classifier gets it
    truth : (6, MAP_ROWS, MAP_COLUMNS) int8 ndarray, 0, 1 or `DOUBTFUL`, in the order of `LAYERS`
    bursts : each burst that clearly fills a cell
    """

    prepared: PreparedSpectrogram
    truth: np.ndarray
    bursts: tuple[SeenBurst, ...]

    @property
    def boxes(self) -> tuple[BurstBox, ...]:
        """The bursts as a reader would draw them."""
        start = self.prepared.t_start
        return tuple(
            BurstBox(
                seen.kind,
                start + timedelta(seconds=seen.first_s),
                start + timedelta(seconds=seen.last_s),
                seen.low_mhz,
                seen.high_mhz,
                "sure",
            )
            for seen in self.bursts
        )

    @property
    def labelled(self) -> LabelledSpectrogram:
        """As a file with its boxes, for what learns from real ones too."""
        return LabelledSpectrogram("simulated", self.prepared, "burst" if self.bursts else "quiet", "sure", "", self.boxes)


def draw_scene(seed: int, number: int, *, unseen: bool = False, crowded: bool = False, quiet: bool = False) -> BurstScene:
    """Draw a receiver, what the Sun does, and the file.

    Parameters
    ----------
    seed, number : scene ``number`` is the same however many are drawn
    unseen : bands and density models of the test
    crowded : bursts of several types over each other, instead of what the Sun usually does
    quiet : no burst at all
    """
    rng = np.random.default_rng([seed, number])
    if unseen:
        low, high = UNSEEN_BANDS[int(rng.integers(len(UNSEEN_BANDS)))]
    else:
        profiles = gain_profiles()
        profile = profiles[int(rng.integers(len(profiles)))]
        low, high = (float(edge * rng.lognormal(0, 0.08)) for edge in (profile.low_mhz, profile.high_mhz))
        high = max(high, 1.15 * low) if profile.high_mhz > 1.2 * profile.low_mhz else low * profile.high_mhz / profile.low_mhz
        low, high = _maybe_part(low, high, np.random.default_rng([seed, number, 2]))
    receiver = draw_receiver(rng, low, high, system_factor=float(np.exp(rng.uniform(np.log(0.3), np.log(3)))))
    receiver = _maybe_busy(receiver, np.random.default_rng([seed, number, 1]))
    corona = UNSEEN_CORONAE[int(rng.integers(len(UNSEEN_CORONAE)))] if unseen else None
    fold = float(np.exp(np.random.default_rng([seed, number, 3]).uniform(*np.log(FOLDS))))
    drawn = [] if quiet else (draw_crowd if crowded else draw_sun)(rng)
    bursts = [in_denser_corona(burst, fold) if corona is None else through_corona(burst, *corona) for burst in drawn]
    lookalikes = None if unseen else np.random.default_rng([seed, number, 4])
    simulated = simulate_spectrogram(rng, receiver, START, times=SAMPLES, step_s=STEP_S, bursts=bursts, lookalikes=lookalikes)
    prepared = prepare(
        Spectrogram(
            intensity=simulated.digits,
            frequency_mhz=receiver.frequency_mhz,
            time_s=np.arange(SAMPLES) * STEP_S,
            t_start=START,
            t_end=START + timedelta(seconds=SECONDS),
            station="SIMULATED",
            focus_code="59",
            product="intensity",
            good=receiver.sky,
            header={"BUNIT": "digits"},
        )
    )
    system = np.interp(prepared_rows(prepared), receiver.frequency_mhz[receiver.sky], receiver.system_sfu[receiver.sky])
    return BurstScene(prepared, *burst_truth(prepared, bursts, system))


def _maybe_part(low_mhz: float, high_mhz: float, rng: np.random.Generator) -> tuple[float, float]:
    """The band, or a part of it."""
    octaves = np.log2(high_mhz / low_mhz)
    if octaves <= LEAST_OCTAVES or rng.random() > PART_SHARE:
        return low_mhz, high_mhz
    span = rng.uniform(LEAST_OCTAVES, octaves)
    low = float(low_mhz * 2 ** rng.uniform(0, octaves - span))
    high = float(low * 2**span)
    near = any(max(abs(np.log(low / one)), abs(np.log(high / other))) < LEAST_APART for one, other in UNSEEN_BANDS)
    return (low_mhz, high_mhz) if near else (low, high)


def _maybe_busy(receiver: Receiver, rng: np.random.Generator) -> Receiver:
    """The receiver, or one of a few with a band of keyed carriers."""
    if rng.random() > BUSY_SHARE:
        return receiver
    count = receiver.disturbed.size
    width = int(count * rng.uniform(*BUSY_BAND))
    first = int(rng.integers(0, count - width))
    disturbed = receiver.disturbed.copy()
    disturbed[first : first + width] = np.exp(rng.uniform(np.log(BUSY_TIME[0]), np.log(BUSY_TIME[1]), width))
    return replace(receiver, disturbed=disturbed)


def prepared_rows(prepared: PreparedSpectrogram) -> np.ndarray:
    """(ROWS,) float64 ndarray: frequencies of the grid of one spectrogram, MHz."""
    return grid_rows(prepared.frequency_mhz[prepared.good]).frequency_mhz


def burst_excess_db(
    burst: SolarBurst, prepared: PreparedSpectrogram, frequency_mhz: np.ndarray, system_sfu: np.ndarray
) -> np.ndarray:
    """What a burst alone adds to the mean of each bin.

    Parameters
    ----------
    burst : SolarBurst
    prepared : gives the bins
    frequency_mhz : (F,) float64 ndarray, MHz
    system_sfu : (F,) ndarray, flux that doubles the power

    Returns
    -------
    (F, n_bins) float32 ndarray, dB
    """
    begin = (prepared.t_start - burst.epoch).total_seconds()
    # Four samples a bin, as most receivers take.
    time_s = begin + (np.arange(4 * prepared.n_bins) + 0.5) * prepared.bin_s / 4
    ratio = burst.flux_sfu(frequency_mhz, time_s) / system_sfu[:, None].astype(np.float32)
    return np.asarray(10 * np.log10(1 + ratio).reshape(frequency_mhz.size, prepared.n_bins, 4).mean(axis=2))


def burst_truth(
    prepared: PreparedSpectrogram, bursts: list[SolarBurst], system_sfu: np.ndarray
) -> tuple[np.ndarray, tuple[SeenBurst, ...]]:
    """Truth of each cell, and of each burst, as in `BurstScene`; ``system_sfu`` is that of the rows of the grid."""
    frequency = prepared_rows(prepared)
    strongest = np.zeros((len(TYPES), MAP_ROWS, MAP_COLUMNS), dtype=np.float32)
    seen = []
    for burst in bursts:
        cells = _cells(burst, prepared, frequency, system_sfu)
        layer = strongest[TYPES.index(burst.kind.removesuffix("g"))]
        np.maximum(layer, cells, out=layer)
        clear = cells >= CLEAR_DB
        if clear.any():
            rows, columns = np.flatnonzero(clear.any(axis=1)), np.flatnonzero(clear.any(axis=0))
            first, last = (float(edge * CELL_SECONDS * prepared.bin_s) for edge in (columns[0], columns[-1] + 1))
            low, high = float(frequency[rows[0] * CELL_ROWS]), float(frequency[rows[-1] * CELL_ROWS + CELL_ROWS - 1])
            lanes = tuple(
                lane.ratio
                for part in burst.components
                if isinstance(lane := part.component if isinstance(part, Elsewhere | Denser) else part, Lane)
                and (_cells(replace(burst, components=(part,)), prepared, frequency, system_sfu) >= CLEAR_DB).any()
            )
            seen.append(SeenBurst(burst, first, last, low, high, float(cells.max()), lanes))
    return layers_of(strongest), tuple(seen)


def layers_of(excess_db: np.ndarray) -> np.ndarray:
    """Truth of cells from what each type alone would add to them.

    Parameters
    ----------
    excess_db : (5, H, W) float32 ndarray, dB, in the order of `TYPES`

    Returns
    -------
    (6, H, W) int8 ndarray, 0, 1 or `DOUBTFUL`, in the order of `LAYERS`; a type that others drown is doubtful; a storm goes on
    between its grains, as `bridged` has it
    """
    flux = 10 ** (excess_db / 10) - 1  # in units of the receiver's own
    total = flux.sum(axis=0)
    added_db = 10 * np.log10((1 + total) / (1 + total - flux))
    shows = (added_db >= CLEAR_DB) & (flux >= LEAST_FLUX_SHARE * total)
    truth = np.empty((len(LAYERS), *total.shape), dtype=np.int8)
    strongest = excess_db.max(axis=0)
    truth[0] = np.where(strongest >= CLEAR_DB, 1, np.where(strongest >= FAINT_DB, DOUBTFUL, 0))
    truth[1:] = np.where(shows, 1, np.where(excess_db >= FAINT_DB, DOUBTFUL, 0))
    storm = truth[1 + TYPES.index(STORM)]
    storm[bridged(storm == 1)] = 1
    truth[0][storm == 1] = 1
    return truth


def _cells(burst: SolarBurst, prepared: PreparedSpectrogram, frequency_mhz: np.ndarray, system_sfu: np.ndarray) -> np.ndarray:
    """(MAP_ROWS, MAP_COLUMNS) float32 ndarray: what a burst alone adds to each cell, dB."""
    plane = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    plane[:, : prepared.n_bins] = burst_excess_db(burst, prepared, frequency_mhz, system_sfu)
    return np.asarray(plane.reshape(MAP_ROWS, CELL_ROWS, MAP_COLUMNS, CELL_SECONDS).mean(axis=(1, 3)))
