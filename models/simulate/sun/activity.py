"""Active regions and flares of any day, the same however one comes to ask for it.

Everything is drawn from the date alone, so that a region seen today has moved on tomorrow.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from models.sun.ephemeris import seen_from_earth
from models.sun.flares import Flare, GoesFlux

OLDEST_DAYS = 30
BIRTHS_A_DAY = 0.7  # of numbered regions at a maximum (NOAA numbered 2,000 in the eight years around that of 2001)
S_PER_DAY = 86_400.0
# Magnetic features, sidereal, degrees a day: Howard, Harvey and Forgach (1990), as sunpy's "howard".
ROTATION_DEG = (14.326, -2.119, -1.832)
CARRINGTON_DEG = 14.1844
# N(>F) falls as F^-1 (Crosby et al. 1993 found dN/dF to fall as F^-1.9 to F^-2); X20 is the largest drawn.
SMALLEST, LARGEST = 3e-7, 2e-3
BACKGROUND = 2e-7


@dataclass(frozen=True, slots=True)
class SimulatedRegion:
    """One active region.

    Attributes
    ----------
    number : as NOAA would give it
    latitude_deg, carrington_deg : heliographic, where it was born
    t_born : aware UTC datetime
    rise_days, decay_days : it grows linearly, then decays exponentially
    area_msh : millionths of the hemisphere at its largest
    tilt_deg : of the axis of its two polarities (Joy's law: 0.5 of the latitude)
    complexity : flares of C1 and more a day at its largest
    """

    number: int
    latitude_deg: float
    carrington_deg: float
    t_born: datetime
    rise_days: float
    decay_days: float
    area_msh: float
    tilt_deg: float
    complexity: float

    def size(self, when: datetime) -> float:
        """Share of its largest area that it has at a moment; 0 before it is born."""
        age = (when - self.t_born).total_seconds() / S_PER_DAY
        if age <= 0:
            return 0.0
        return age / self.rise_days if age < self.rise_days else float(np.exp(-(age - self.rise_days) / self.decay_days))

    def carrington_at(self, when: datetime) -> float:
        """Carrington longitude at a moment, degrees; differential rotation moves it."""
        sine2 = np.sin(np.radians(self.latitude_deg)) ** 2
        rate = ROTATION_DEG[0] + ROTATION_DEG[1] * sine2 + ROTATION_DEG[2] * sine2**2 - CARRINGTON_DEG
        return float((self.carrington_deg + rate * (when - self.t_born).total_seconds() / S_PER_DAY) % 360)

    def longitude_at(self, when: datetime) -> float:
        """Stonyhurst longitude at a moment, -180 to 180 degrees, west positive."""
        return (self.carrington_at(when) - seen_from_earth(when).l0_deg + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class SimulatedFlare:
    """A flare of a region: exponential rise and decay of the flux above the background."""

    region: SimulatedRegion
    t_peak: datetime
    peak_w_m2: float
    rise_s: float
    decay_s: float

    def flux(self, when: datetime) -> float:
        """Its part of the X-ray flux at a moment, W m-2; nothing while it is behind the limb."""
        after = (when - self.t_peak).total_seconds()
        if after < -5 * self.rise_s or after > 12 * self.decay_s:
            return 0.0
        return self.peak_w_m2 * float(np.exp(after / self.rise_s if after < 0 else -after / self.decay_s))

    @property
    def visible(self) -> bool:
        """Whether its region is on the side that is seen."""
        return abs(self.region.longitude_at(self.t_peak)) < 90

    def listed(self) -> Flare:
        """As a list of flares has it: from 3 rise times before the peak to where the flux has fallen to half (NOAA's rule)."""
        start = self.t_peak - timedelta(seconds=3 * self.rise_s)
        end = self.t_peak + timedelta(seconds=self.decay_s * float(np.log(2)))
        start, peak, end = (moment.replace(second=0, microsecond=0) for moment in (start, self.t_peak, end))
        place = (self.region.latitude_deg, self.region.longitude_at(self.t_peak))
        return Flare(start, peak, end, GoesFlux(self.peak_w_m2, "operational"), self.region.number, *place, ("simulated",))


@dataclass(frozen=True, slots=True)
class Activity:
    """The Sun of one UTC day.

    Attributes
    ----------
    night : the day
    regions : those that live on it
    flares : those that are seen, by time, of it and the evening before
    """

    night: date
    regions: tuple[SimulatedRegion, ...]
    flares: tuple[SimulatedFlare, ...]

    def flux(self, when: datetime) -> float:
        """X-ray flux in 0.1 to 0.8 nm at a moment, W m-2."""
        quiet = BACKGROUND * (1 + sum(region.size(when) * region.area_msh for region in self.regions) / 500)
        return quiet + sum(flare.flux(when) for flare in self.flares)


def simulate_activity(night: date) -> Activity:
    """Regions and flares of a day."""
    regions = [region for back in range(OLDEST_DAYS, -1, -1) for region in _born(night - timedelta(days=back))]
    flares = [flare for day in (night - timedelta(days=1), night) for region in regions for flare in _flares(region, day)]
    seen = sorted((flare for flare in flares if flare.visible), key=lambda flare: flare.t_peak)
    return Activity(night, tuple(regions), tuple(seen))


def _born(day: date) -> list[SimulatedRegion]:
    rng = np.random.default_rng([day.toordinal(), 71])
    regions = []
    for count in range(rng.poisson(BIRTHS_A_DAY)):
        latitude = float(rng.choice([-1, 1]) * np.clip(rng.normal(16, 6), 3, 38))
        area = float(np.clip(rng.lognormal(np.log(110), 0.9), 10, 2500))
        regions.append(
            SimulatedRegion(
                number=10_000 + (day.toordinal() * 4 + count) % 5_000,
                latitude_deg=latitude,
                carrington_deg=float(rng.uniform(0, 360)),
                t_born=datetime.combine(day, time(), UTC) + timedelta(hours=float(rng.uniform(0, 24))),
                rise_days=float(rng.uniform(1.5, 5)),
                decay_days=float(rng.uniform(3, 10)),
                area_msh=area,
                tilt_deg=float(0.5 * latitude + rng.normal(0, 8)),
                complexity=float(rng.lognormal(np.log(area / 150), 0.7)),
            )
        )
    return regions


def _flares(region: SimulatedRegion, day: date) -> list[SimulatedFlare]:
    """Flares of a region on a day: a Poisson number by its size and complexity, sizes by a power law."""
    noon = datetime.combine(day, time(12), UTC)
    rng = np.random.default_rng([day.toordinal(), region.number, 72])
    flares = []
    for _ in range(min(40, rng.poisson(region.complexity * region.size(noon) * 1e-6 / SMALLEST))):
        share = rng.uniform(SMALLEST / LARGEST, 1)
        peak = SMALLEST / float(share)
        moment = datetime.combine(day, time(), UTC) + timedelta(seconds=float(rng.uniform(0, S_PER_DAY)))
        decay = float(rng.uniform(240, 900) * (peak / 1e-6) ** 0.2)
        flares.append(SimulatedFlare(region, moment, peak, float(rng.uniform(60, 300)), decay))
    return flares
