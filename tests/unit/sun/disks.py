"""Simple disks with known activity, and what came of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from models.sun.active_learning.disk import LabelledDisk
from models.sun.image import Disk, Origin, PreparedSun
from models.sun.prepare import RADIUS, SIZE

START = datetime(2011, 3, 1, tzinfo=UTC)
ROWS, COLUMNS = np.indices((SIZE, SIZE)) - (SIZE - 1) / 2
DISTANCE = np.hypot(ROWS, COLUMNS) / RADIUS


def disk(cores: list[tuple[float, float, float]] | None = None, seed: int = 0, when: datetime = START) -> PreparedSun:
    """A quiet disk with a bright limb, and cores of (x, y, radius) in solar radii."""
    rng = np.random.default_rng(seed)
    picture = np.where(DISTANCE < 1, 0.25, 0.3 * np.exp(-np.maximum(DISTANCE - 1, 0) / 0.08))
    picture += 0.2 * np.exp(-(((DISTANCE - 1) / 0.03) ** 2)) + rng.normal(0, 0.02, picture.shape)
    for x, y, radius in cores or []:
        apart = np.hypot(COLUMNS / RADIUS - x, ROWS / RADIUS - y)
        picture += 0.7 * np.exp(-((apart / radius) ** 4)) * (1 + 0.1 * np.sin(COLUMNS))
    return PreparedSun(
        picture=np.clip(picture, 0, 1).astype(np.float32),
        present=np.ones((SIZE, SIZE), bool),
        channel="211",
        t_start=when,
        t_end=when,
        unit="display",
        source="picture",
        disk=Disk((SIZE - 1) / 2, (SIZE - 1) / 2, RADIUS),
        native=Disk(255.5, 255.5, 200.0),
        origin=Origin("SDO", "AIA"),
        unfit="",
    )


def labelled(count: int, first: datetime = datetime(2010, 6, 1, tzinfo=UTC), step_days: float = 12.0) -> list[LabelledDisk]:
    """Disks whose cores bring flares: the larger their area, the larger the flare, with luck."""
    rng = np.random.default_rng(3)
    made = []
    for number in range(count):
        when = first + timedelta(days=step_days * number)
        radius = rng.uniform(0.02, 0.2)
        flux = 1e-6 * (radius / 0.08) ** 2 * 10 ** rng.normal(0.2, 0.5)
        sun = disk([(rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.5), radius)], seed=number, when=when)
        made.append(LabelledDisk(f"{number}.jpg", sun, when, flux, 1e-6 * 10 ** rng.normal(0, 0.5)))
    return made


def changed(disks: list[LabelledDisk], which: Callable[[LabelledDisk], bool]) -> list[LabelledDisk]:
    """The same disks, but with other flares after those that ``which`` names."""
    return [replace(item, flux_w_m2=1e-9 if item.flux_w_m2 > 2e-6 else 1e-3) if which(item) else item for item in disks]


def unheard(*_: object) -> None:
    """Progress that nobody listens to."""
