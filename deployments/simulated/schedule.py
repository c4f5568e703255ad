"""Who observes when, and what the Sun does: the plan of a night, before anything is rendered."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from deployments.simulated.fault import Fault, Oddity
from deployments.simulated.network import NETWORK, Station
from models.errors import ConfigurationError
from models.simulate.bursts import BurstType, SolarBurst, draw_burst

SLOT_S = 900
SLOTS_PER_DAY = 96
MOST_FILES = 2 * SLOTS_PER_DAY  # of one station: no station has more than two receivers
# A Sun lower than this is behind hills and houses.
LOWEST_SUN_DEG = 5.0
# Share of files in which the Sun is planned to be active.
ACTIVE_SHARE = 0.21
# No more groups of bursts than this are planned into one file.
WISHES_PER_FILE = 2
# Where each type shines, MHz, and for how long, s: only for choosing times at which somebody can see it.
REACH: dict[BurstType, tuple[float, float, float]] = {
    "I": (75, 160, 1500),
    "II": (40, 140, 480),
    "III": (35, 120, 30),
    "IIIg": (35, 140, 130),
    "IV": (50, 180, 950),
    "V": (25, 70, 150),
}
# What a flare brings, each with its delay in s after the first electron beams.
FLARE: tuple[tuple[BurstType, float], ...] = (("IIIg", 0.0), ("V", 50.0), ("II", 170.0), ("IV", 240.0))


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file to be written.

    Attributes
    ----------
    station, band : whose, and which of its receivers
    t_start : aware UTC datetime of the first sample by its own clock
    fault, oddity : or None
    """

    station: Station
    band: int
    t_start: datetime
    fault: Fault | None = None
    oddity: Oddity | None = None

    @property
    def name(self) -> str:
        """Name in the archive."""
        stem = f"{self.station.site.name}_{self.t_start:%Y%m%d_%H%M%S}"
        if self.oddity is Oddity.POLARISATION:
            return f"{stem}p.fit.gz"
        if self.oddity is Oddity.INTENSITY_PRODUCT:
            return f"{stem}i.fit.gz"
        return f"{stem}.fit.gz" if self.oddity is Oddity.NO_FOCUS_CODE else f"{stem}_{self.focus_code}.fit.gz"

    @property
    def focus_code(self) -> str:
        """Focus code, "" where the name has none."""
        bare = (Oddity.POLARISATION, Oddity.INTENSITY_PRODUCT, Oddity.NO_FOCUS_CODE)
        return "" if self.oddity in bare else self.station.bands[self.band][0]

    @property
    def sees_sun(self) -> bool:
        """Whether the Sun is up halfway through."""
        return self.station.site.sun_elevation_deg(self.t_start + timedelta(seconds=SLOT_S / 2)) > LOWEST_SUN_DEG


@dataclass(frozen=True, slots=True)
class NightPlan:
    """Everything about a night that is decided before rendering.

    Attributes
    ----------
    night : date
    seed : of all randomness
    files : by name
    bursts : what the Sun does, in the order of time
    """

    night: date
    seed: int
    files: tuple[PlannedFile, ...]
    bursts: tuple[SolarBurst, ...]


def observing_slots(rng: np.random.Generator, station: Station, count: int) -> range:
    """Quarter hours of the UTC day at which a station records: around its noon, or its midnight.

    Parameters
    ----------
    rng : generator
    station : Station
    count : how many; a whole day has 96, or 95 at a station whose clock starts early

    Returns
    -------
    range of quarter hours after 00 UTC
    """
    noon_h = 12 - station.site.longitude_deg / 15 + (12 if station.at_night else 0)
    shift_h = rng.uniform(-2, 2) if not station.at_night else 0.0
    first = round(((noon_h + shift_h) % 24) * 4) - count // 2
    # Never before 00 UTC, for then the file would belong to the day before.
    earliest = 1 if station.offset_s < 0 else 0
    first = int(np.clip(first, earliest, max(SLOTS_PER_DAY - 1 - count, earliest)))
    return range(first, min(first + count, SLOTS_PER_DAY))


def _files(rng: np.random.Generator, night: date, stations: int, files_per_station: int) -> list[PlannedFile]:
    midnight = datetime.combine(night, time(), UTC)
    planned = []
    for station in NETWORK[:stations]:
        slots = observing_slots(rng, station, -(-files_per_station // len(station.bands)))
        starts = [midnight + timedelta(seconds=slot * SLOT_S + station.offset_s) for slot in slots]
        # Each file starts some milliseconds after the scheduled second.
        starts = [start + timedelta(milliseconds=int(rng.integers(0, 200))) for start in starts]
        both = [PlannedFile(station, band, start) for start in starts for band in range(len(station.bands))]
        planned += both[:files_per_station]
    return planned


class _Coverage:
    """Who can see what at which time, for the planning of bursts."""

    def __init__(self, files: list[PlannedFile], midnight: datetime) -> None:
        self._begin_s = np.array([(file.t_start - midnight).total_seconds() for file in files])
        self._low, self._high = np.array([file.station.bands[file.band][1:] for file in files]).T
        self._sun = np.array([file.sees_sun for file in files])

    def seeing(self, kind: BurstType, begin_s: float) -> set[int]:
        """Indices of the files that show a burst of a type beginning then, in half an octave at least."""
        low, high, duration_s = REACH[kind]
        octaves = np.log2(np.minimum(high, self._high) / np.maximum(low, self._low))
        into = begin_s - self._begin_s
        return {int(i) for i in np.flatnonzero((octaves > 0.5) & (into > -duration_s) & (into < SLOT_S - 20) & self._sun)}


def _wishes(rng: np.random.Generator, files: int) -> list[tuple[tuple[BurstType, float], ...]]:
    """Groups of bursts in the order of their importance; the first three hold every type."""
    flare: list[tuple[BurstType, float]] = [(kind, delay * rng.uniform(0.8, 1.2)) for kind, delay in FLARE]
    shock: tuple[tuple[BurstType, float], ...] = (("III", 0.0), ("II", float(rng.uniform(60, 150))))
    singles: list[tuple[tuple[BurstType, float], ...]] = [((kind, 0.0),) for kind in rng.permutation(["III"] * 5 + ["IIIg"] * 3)]
    if files < 100:
        return [shock, (("IIIg", 0.0),), (("III", 0.0),), (("I", 0.0),), tuple(flare), *singles]
    return [tuple(flare), (("I", 0.0),), shock, *singles * 3]


def _bursts(rng: np.random.Generator, night: date, files: list[PlannedFile]) -> tuple[list[SolarBurst], set[int]]:
    midnight = datetime.combine(night, time(), UTC)
    budget = max(1, round(ACTIVE_SHARE * len(files)))
    taken: set[int] = set()
    wishes_of = Counter[int]()
    coverage = _Coverage(files, midnight)
    bursts: list[SolarBurst] = []
    for rank, wish in enumerate(_wishes(rng, len(files))):
        required = rank < (3 if len(files) >= 100 else 1)
        options = []
        for slot in range(SLOTS_PER_DAY):
            onset_s = slot * SLOT_S + float(rng.uniform(90, 700))
            seen = [coverage.seeing(kind, onset_s + delay) for kind, delay in wish]
            everyone = set().union(*seen)
            least = min(len({files[i].station.site.name for i in group}) for group in seen)
            cost = len(everyone - taken)
            crowded = max((wishes_of[i] for i in everyone), default=0) >= WISHES_PER_FILE
            if least and (required or (len(taken) + cost <= budget and not crowded)):
                # Two stations are enough for a coincidence; a third of the night's active files for one wish is too many.
                enough = -min(least, 2 if len(files) >= 100 else 1)
                options.append((enough, cost > budget // 3, rng.random(), midnight + timedelta(seconds=onset_s), everyone))
        if not options:
            continue
        onset, seen_by = min(options)[3:]
        taken |= seen_by
        wishes_of.update(seen_by)
        for kind, delay in wish:
            epoch = onset + timedelta(seconds=delay)
            # Required bursts are bright enough to be found: at least twice the quiet system's own noise.
            bursts.append(_visible(rng, kind, epoch) if required else draw_burst(rng, kind, epoch))
    return sorted(bursts, key=lambda burst: burst.epoch), taken


def _visible(rng: np.random.Generator, kind: BurstType, epoch: datetime) -> SolarBurst:
    burst = draw_burst(rng, kind, epoch)
    return replace(burst, peak_sfu=max(burst.peak_sfu, 400.0))


def _flaws(rng: np.random.Generator, files: list[PlannedFile], active: set[int], faults: Collection[Fault]) -> list[PlannedFile]:
    """Give faults and oddities to files, quiet ones first so that the truth of bursts stays in good files."""
    quiet = [int(i) for i in rng.permutation([i for i in range(len(files)) if i not in active])]
    order = quiet + sorted(active)
    if len(faults) >= len(files):
        raise ConfigurationError(f"a simulated night of {len(files)} files cannot hold {len(faults)} faults and one good file")
    flawed = list(files)
    for fault in sorted(faults):
        index = order.pop(0)
        flawed[index] = replace(flawed[index], fault=fault)
    # One file in four at most, so that small nights stay mostly ordinary.
    for oddity in list(Oddity)[: len(files) // 4]:
        # Products are of BLEN7M and of others with one receiver, whose names would otherwise collide.
        single = [i for i in order if len(files[i].station.bands) == 1]
        if single:
            order.remove(single[0])
            flawed[single[0]] = replace(flawed[single[0]], oddity=oddity)
    return flawed


def plan_night(night: date, *, stations: int, files_per_station: int, seed: int | None, faults: Collection[Fault]) -> NightPlan:
    """Plan a night; the same arguments make the same plan, whatever the clock.

    Parameters
    ----------
    night : date
    stations : how many of `NETWORK`
    files_per_station : files of each, shared by its receivers; a receiver writes 96 at most
    seed : of all randomness, from the date where None
    faults : each goes into one file

    Returns
    -------
    NightPlan

    Raises
    ------
    ConfigurationError
        If there are not as many stations, or fewer files than faults.
    """
    if not 1 <= stations <= len(NETWORK):
        raise ConfigurationError(f"stations must be 1 to {len(NETWORK)}, not {stations}")
    if not 1 <= files_per_station <= MOST_FILES:
        raise ConfigurationError(f"files per station must be 1 to {MOST_FILES}, not {files_per_station}")
    root = night.toordinal() if seed is None else seed
    rng = np.random.default_rng([root, 1])
    files = _files(rng, night, stations, files_per_station)
    bursts, active = _bursts(rng, night, files)
    flawed = _flaws(rng, files, active, faults)
    return NightPlan(night, root, tuple(sorted(flawed, key=lambda file: file.name)), tuple(bursts))
