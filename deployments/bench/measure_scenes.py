"""Simulated bursts to measure, in bands and coronae that nothing was trained on, with what is true of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from models.radio.prepare import prepare
from models.radio.spectrogram import PreparedSpectrogram, Spectrogram
from models.simulate.bursts import BurstType, SolarBurst, draw_burst
from models.simulate.bursts.type_ii import Lane
from models.simulate.bursts.type_iii import Beam
from models.simulate.plasma import SOLAR_RADIUS_KM, Corona, drift_mhz_s, frequency_at_mhz, height_r
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import BurstTruth, simulate_spectrogram

START = datetime(2024, 5, 14, 12, tzinfo=UTC)
SAMPLES, STEP_S = 3600, 0.25
# The simulated network and training draw from real bands and from Newkirk's corona.
BANDS = ((25.0, 180.0), (30.0, 75.0), (80.0, 300.0), (18.0, 60.0), (45.0, 400.0))
CORONAE: tuple[Corona, ...] = (("saito", 3.0), ("leblanc", 5.0), ("allen-baumbach", 2.0))
# Of the burst so many quarter-second samples stand out by one sigma, and the best by this much: half of the real boxes of type III
# have less than 5.4 dB at their loudest.
LEAST_PIXELS, LEAST_PEAK_DB = 400, 2.0
# Boxes drawn by people are good to 5-10 s and a few MHz.
SLACK_S, SLACK_ROWS = 7.0, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class MeasureScene:
    """One burst in one file.

    Attributes
    ----------
    prepared : the file as classifiers get it
    burst, truth : the burst, and what this file shows of it
    box : (x0, y0, x1, y1), bins and rows of ``prepared``, as carelessly drawn as people do
    """

    prepared: PreparedSpectrogram
    burst: SolarBurst
    truth: BurstTruth
    box: tuple[float, float, float, float]


def measure_scenes(kind: BurstType, count: int, seed: int) -> Iterator[MeasureScene]:
    """Draw scenes with a visible burst of a type; scene ``n`` is the same however many are drawn."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        while (scene := _scene(rng, kind)) is None:
            pass
        yield scene


def _scene(rng: np.random.Generator, kind: BurstType) -> MeasureScene | None:
    receiver = draw_receiver(rng, *BANDS[int(rng.integers(len(BANDS)))], system_factor=float(np.exp(rng.uniform(-1, 1))))
    corona = CORONAE[int(rng.integers(len(CORONAE)))]
    onset = timedelta(seconds=float(rng.uniform(60, 500)))
    burst = draw_burst(rng, kind, START + onset, corona=corona)
    simulated = simulate_spectrogram(rng, receiver, START, times=SAMPLES, step_s=STEP_S, bursts=[burst])
    if not simulated.bursts:
        return None
    (truth,) = simulated.bursts
    if truth.pixels < LEAST_PIXELS or truth.peak_db < LEAST_PEAK_DB:
        return None
    file = Spectrogram(
        intensity=simulated.digits,
        frequency_mhz=receiver.frequency_mhz,
        time_s=np.arange(SAMPLES) * STEP_S,
        t_start=START,
        t_end=START + timedelta(seconds=SAMPLES * STEP_S),
        station="SIMULATED",
        focus_code="59",
        product="intensity",
        good=receiver.sky,
        header={"BUNIT": "digits"},
    )
    prepared = prepare(file)
    seconds = [(moment - START).total_seconds() for moment in (truth.t_start, truth.t_end)]
    rows = np.searchsorted(receiver.frequency_mhz, [truth.frequency_low_mhz, truth.frequency_high_mhz])
    drawn = np.array([seconds[0], rows[0], seconds[1], rows[1] + 1.0])
    drawn += rng.normal(0, [SLACK_S, SLACK_ROWS, SLACK_S, SLACK_ROWS])
    x0, y0, x1, y1 = drawn.clip(0, [prepared.n_bins, len(prepared.good)] * 2).tolist()
    if x1 - x0 < 3 or y1 - y0 < 10:
        return None
    return MeasureScene(prepared, burst, truth, (x0, y0, x1, y1))


def true_drift_mhz_s(scene: MeasureScene, frequency_mhz: float, second: float) -> float:
    """Drift of that beam or lane which is nearest to a frequency at a second of the file, at that frequency; NaN where none is."""
    since = second - (scene.burst.epoch - START).total_seconds()
    best = (np.inf, np.nan)
    for part in scene.burst.components:
        if isinstance(part, Beam):
            here = part.start_s + _travel_s(part, frequency_mhz)
            distance = abs(here - since)
            drift = part.harmonic * drift_mhz_s(frequency_mhz / part.harmonic, part.speed_km_s, part.model, part.fold)
        elif isinstance(part, Lane):
            height = part.start_r + part.speed_km_s * since / SOLAR_RADIUS_KM
            middle = part.ratio * float(frequency_at_mhz(np.array([max(height, 1.02)]), part.model, part.fold)[0])
            distance = abs(np.log(middle / frequency_mhz))
            drift = part.ratio * drift_mhz_s(frequency_mhz / part.ratio, part.speed_km_s, part.model, part.fold)
        else:
            continue
        best = min(best, (distance, drift))
    return best[1]


def _travel_s(beam: Beam, frequency_mhz: float) -> float:
    ends = np.array([frequency_mhz, beam.high_mhz]) / beam.harmonic
    low, high = height_r(ends, beam.model, beam.fold)
    return float((low - high) * SOLAR_RADIUS_KM / beam.speed_km_s)
