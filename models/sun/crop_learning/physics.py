"""The simulated Sun that teaches, and another one, of other laws and another look, that only examines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import cv2
import numpy as np

from models.simulate.sun.activity import Activity, SimulatedFlare, SimulatedRegion, simulate_activity
from models.simulate.sun.disk import euv, magnetogram
from models.sun.ephemeris import seen_from_earth
from models.sun.found_regions import MAGNETIC
from models.sun.image import Disk, Origin, PreparedSun, SunImage, Unit
from models.sun.prepare import RADIUS, SIZE, prepare
from models.sun.region_crop import LIGHTS

HOUR = 6  # of the images, UTC
# Counts of an exposure of 2 s whose pixel is the mean of 4 x 4 of a synoptic image, each of 16; gauss.
COUNTS_PER_DN_S, FIELD_NOISE_G = 2.0 * 256, 6.0


@dataclass(frozen=True, slots=True)
class Physics:
    """A Sun and the instruments that see it.

    Attributes
    ----------
    activity : regions and flares of a day
    brightness : of the corona, of that in `models.simulate.sun.disk`
    field : of the magnetic field, likewise
    blur_px : of all images, prepared pixels (one sigma)
    field_noise_g : gauss
    """

    activity: Callable[[date], Activity]
    brightness: float = 1.0
    field: float = 1.0
    blur_px: float = 0.0
    field_noise_g: float = FIELD_NOISE_G


def other_activity(night: date) -> Activity:
    """Regions of half the area, tilted at random; their flares grow faster with size, scatter more, and fall off flatter."""
    base = simulate_activity(night)
    regions = {region.number: _other(region) for region in base.regions}
    flares = [flare for back in (1, 0) for region in regions.values() for flare in _flares(region, night - timedelta(days=back))]
    return Activity(night, tuple(regions.values()), tuple(sorted((f for f in flares if f.visible), key=lambda f: f.t_peak)))


def _other(region: SimulatedRegion) -> SimulatedRegion:
    rng = np.random.default_rng([region.number, region.t_born.toordinal(), 91])
    area = 0.5 * region.area_msh
    rate = float(rng.lognormal(np.log((area / 100) ** 1.5), 1.0))
    return replace(region, area_msh=area, tilt_deg=float(rng.normal(0, 30)), complexity=rate)


def _flares(region: SimulatedRegion, day: date) -> list[SimulatedFlare]:
    midnight = datetime.combine(day, time(), UTC)
    rng = np.random.default_rng([day.toordinal(), region.number, 92])
    count = min(40, rng.poisson(2 * region.complexity * region.size(midnight + timedelta(hours=12))))
    # N(>F) falls as F^-0.9 instead of F^-1, from 5e-7 W m-2 on.
    peaks = np.minimum(5e-7 * rng.uniform(0, 1, count) ** (-1 / 0.9), 2e-3)
    moments = [midnight + timedelta(seconds=float(second)) for second in rng.uniform(0, 86_400, count)]
    return [SimulatedFlare(region, when, float(peak), 120.0, 600.0) for when, peak in zip(moments, peaks, strict=True)]


USUAL = Physics(simulate_activity)
OTHER = Physics(other_activity, brightness=1.5, field=0.6, blur_px=1.2, field_noise_g=12.0)


def seen(physics: Physics, activity: Activity, when: datetime, lights: Sequence[str] = LIGHTS) -> dict[str, PreparedSun]:
    """Prepared magnetogram and coronal images of a moment, with the noise of their instruments; the same moment gives the same.

    Parameters
    ----------
    physics : of the Sun that is seen
    activity : of its day
    when : aware UTC datetime
    lights : channels of AIA
    """
    view, middle = seen_from_earth(when), (SIZE - 1) / 2
    disk = Disk(middle, middle, RADIUS, None, 0.0, view.b0_deg, view.l0_deg)
    rng = np.random.default_rng([int(when.timestamp()), 93])
    suns = {}
    for channel in lights:
        rate = _blurred(physics, physics.brightness * euv(activity, when, channel, disk, SIZE))
        noisy = rate + rng.normal(size=rate.shape) * np.sqrt(rate / COUNTS_PER_DN_S)
        suns[channel] = _prepared(noisy, channel, "DN/s", "AIA", disk, when)
    gauss = physics.field * magnetogram(activity, when, disk, SIZE)
    beyond = np.isnan(gauss)
    noisy = _blurred(physics, np.where(beyond, 0, gauss)) + rng.normal(0, physics.field_noise_g, gauss.shape)
    suns[MAGNETIC] = _prepared(np.where(beyond, np.nan, noisy), MAGNETIC, "G", "HMI", disk, when)
    return suns


def _prepared(values: np.ndarray, channel: str, unit: Unit, instrument: str, disk: Disk, when: datetime) -> PreparedSun:
    missing = np.isnan(values)
    data = np.where(missing, 0, values).astype(np.float32)
    return prepare(SunImage(data, missing, channel, when, unit, "fits", disk, Origin("SDO", instrument)))


def _blurred(physics: Physics, values: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), physics.blur_px)) if physics.blur_px else values
