"""Type II: a shock climbing through the corona, in two harmonics and often two split bands."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from models.simulate.bursts.burst import SolarBurst
from models.simulate.bursts.texture import Patches, Ripple, patches, time_ripple
from models.simulate.draws import log_uniform
from models.simulate.plasma import SOLAR_RADIUS_KM, Corona, DensityModel, drift_mhz_s, frequency_at_mhz, height_r, reaching


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One band of one harmonic.

    Attributes
    ----------
    start_r, speed_km_s, fold, model : height at the epoch in solar radii, speed of the shock, density of the corona
    ratio : of the lane's frequency to the upstream plasma frequency (harmonic times split)
    first_s, last_s : s, when it shines
    width : standard deviation across the lane in ln f
    brightness : relative to the burst's peak
    wobble : departures from the smooth lane in ln f, shared by all lanes
    patchy, clumps : brightness in time and frequency; in time alone
    roughness : standard deviation of ln brightness in patches
    """

    start_r: float
    speed_km_s: float
    fold: float
    ratio: float
    first_s: float
    last_s: float
    width: float
    brightness: float
    wobble: Ripple
    patchy: Patches
    clumps: Ripple
    roughness: float
    model: DensityModel = "newkirk"

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last second at which it may emit anything."""
        return self.first_s - 10, self.last_s + 10

    def frequency_mhz(self, time_s: np.ndarray) -> np.ndarray:
        """Frequency of the lane's middle.

        Parameters
        ----------
        time_s : (T,) float64 ndarray, s after the burst's epoch

        Returns
        -------
        (T,) float64 ndarray, MHz
        """
        height = self.start_r + self.speed_km_s * time_s / SOLAR_RADIUS_KM
        smooth = self.ratio * frequency_at_mhz(height.clip(1.02), self.model, self.fold)
        return np.asarray(smooth * np.exp(0.025 * self.wobble(time_s)))  # wobble of 3-5 % about the law

    def add_flux(self, frequency_mhz: np.ndarray, time_s: np.ndarray, flux: np.ndarray) -> None:
        """Add its flux, in units of the burst's peak.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz
        time_s : (T,) float64 ndarray, s after the burst's epoch
        flux : (F, T) float32 ndarray, changed in place
        """
        middle = np.log(self.frequency_mhz(time_s))
        rows = np.flatnonzero(np.abs(np.log(frequency_mhz) - middle.mean()) < np.ptp(middle) / 2 + 4 * self.width)
        if not len(rows):
            return
        # Soft beginning and end, and gaps where the clumps are faint: brightness falls off below one deviation.
        fade = np.clip((time_s - self.first_s) / 10, 0, 1) * np.clip((self.last_s - time_s) / 20, 0, 1)
        clumps = self.clumps(time_s)
        along = self.brightness * fade * np.exp(0.6 * clumps) / (1 + np.exp(-4 * (clumps + 0.7)))
        offset = (np.log(frequency_mhz[rows])[:, None] - middle).astype(np.float32) / np.float32(self.width)
        # Sharper than a Gaussian inside, with a faint skirt that widens it in time, as real lanes have.
        exponent = np.float32(-0.5) * offset * offset
        texture = np.float32(self.roughness) * self.patchy(frequency_mhz[rows], time_s)
        flux[rows] += along.astype(np.float32) * np.exp(exponent + texture)


def draw_type_ii(rng: np.random.Generator, epoch: datetime, peak_sfu: float, corona: Corona | None = None) -> SolarBurst:
    """Draw a type II: harmonic pair or a single lane, split or not, patchy, 3-15 minutes.

    Parameters
    ----------
    rng : generator
    epoch : aware UTC datetime at which the shock starts to shine
    peak_sfu : solar flux units
    corona : density model and fold; Newkirk's, one to three fold, where None

    Returns
    -------
    SolarBurst
    """
    speed = float(np.clip(rng.lognormal(np.log(700), 0.3), 350, 1600))
    fold = float(rng.uniform(1, 3))
    start_mhz = log_uniform(rng, 45, 140)
    model, fold = reaching(corona, start_mhz) if corona else ("newkirk", fold)
    start_r = float(height_r(np.array([start_mhz]), model, fold)[0])
    duration = float(np.clip(rng.lognormal(np.log(330), 0.4), 150, 900))
    split = float(rng.uniform(1.15, 1.25))  # 80 % of split bursts (Du et al. 2015)
    harmonics = [(1, 1.0), (2, 1.9)] if rng.random() < 0.65 else ([(2, 1.9)] if rng.random() < 0.6 else [(1, 1.0)])
    bands = [1.0, split] if rng.random() < 0.6 else [1.0]
    wobble = time_ripple(rng, -20, duration + 20, rng.uniform(12, 40))
    width = float(rng.uniform(0.02, 0.045))
    lanes = []
    for harmonic, ratio in harmonics:
        for band in bands:
            first, last = rng.uniform(0, 0.15) * duration, rng.uniform(0.7, 1.0) * duration
            lanes.append(
                Lane(
                    start_r=start_r,
                    speed_km_s=speed,
                    fold=fold,
                    ratio=ratio * band,
                    first_s=float(first),
                    last_s=float(last),
                    width=width * float(rng.uniform(0.8, 1.3)) * (1.2 if harmonic == 2 else 1.0),
                    brightness=float(rng.uniform(0.25, 0.6)),
                    wobble=wobble,
                    patchy=patches(rng, -20, duration + 20, rng.uniform(1.5, 5), rng.uniform(0.015, 0.04)),
                    clumps=time_ripple(rng, -20, duration + 20, rng.uniform(4, 20)),
                    roughness=float(rng.uniform(0.6, 1.1)),
                    model=model,
                )
            )
    physics: dict[str, float | str] = {
        "shock_speed_km_s": speed,
        "start_fundamental_mhz": start_mhz,
        "band_split": split if len(bands) == 2 else 1.0,
        "harmonics": "+".join("FH"[harmonic - 1] for harmonic, _ in harmonics),
        "density_model": model,
        "density_fold": fold,
        "drift_mhz_s": harmonics[-1][1] * drift_mhz_s(start_mhz * 0.85, speed, model, fold),
        "drift_at_mhz": harmonics[-1][1] * start_mhz * 0.85,
    }
    return SolarBurst("II", epoch, peak_sfu, tuple(lanes), physics)
