"""Training and evaluation of `sun-flare-crops` on the simulated Sun."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import torch

from models.networks.region_flare import RegionFlare, poisson_loss
from models.sun.active_learning.disk import EVENTS
from models.sun.crop_learning.card import write_crops_card
from models.sun.crop_learning.crops import Crops, simulated_crops
from models.sun.crop_learning.examined import Figures, by_area, by_sun_flare, worth
from models.sun.crop_learning.physics import OTHER, USUAL
from models.sun.flare_crops import FILE, NETWORK, SunFlareCrops, log_rates
from models.sun.prepare import PREPROCESSING_VERSION
from models.sun.region_crop import PLANES
from models.training import Batch, Plan, train_network
from models.weights_file import save_arrays

Progress = Callable[[str, int, int], None]
BATCH = 64
# A corona twice as bright has 0.1 more of the stretched light (2.8 decades); gauss of instruments differ by tens of per cent.
LIGHT_SHIFT, FIELD_SPREAD, NOISE = 0.05, 0.2, 0.02


def nights_of(first: date, count: int, every_days: int) -> list[date]:
    """Nights at equal distances; a region lives for a month at most, so that these are of several hundred regions."""
    return [first + timedelta(days=every_days * number) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Course:
    """From what, and for how long.

    Attributes
    ----------
    taught, validated, examined : nights, a month apart at least: no region of one part is in another
    steps : of the training
    """

    taught: list[date]
    validated: list[date]
    examined: list[date]
    steps: int


FULL = Course(
    nights_of(date(2001, 1, 1), 400, 9), nights_of(date(2012, 1, 1), 100, 14), nights_of(date(2017, 1, 1), 150, 14), steps=800
)


def train(weights: Path, work: Path, command: str, progress: Progress, course: Course = FULL) -> dict[str, float]:
    """Learn from simulated days, calibrate on others, write the weights; then as `evaluate`.

    Parameters
    ----------
    weights : folder for ``sun-flare-crops.safetensors`` and its card
    work : where a cut training is taken up again
    command : as the card states it
    progress : told of what is done, how far, of how much
    course : from what, and for how long
    """
    taught = simulated_crops(USUAL, course.taught, partial(progress, "simulate"))
    torch.manual_seed(0)
    network = RegionFlare(len(PLANES))
    plan = Plan(course.steps, rate=3e-3, material=f"{course.taught[0]} to {course.taught[-1]}, {len(course.taught)} nights")
    told = lambda step, steps, _mean: progress("train", step, steps)  # noqa: E731
    train_network(network, partial(draw, taught), poisson_loss, plan, state=work / "network.pt", progress=told)
    validated = simulated_crops(USUAL, course.validated, partial(progress, "calibrate"))
    rates = np.concatenate([log_rates(network, crops.planes.astype(np.float32), "cpu") for crops in validated.values()])
    event = np.concatenate([crops.event for crops in validated.values()])
    arrays = {f"{NETWORK}{name}": part.numpy() for name, part in network.state_dict().items()} | {
        "scale": np.stack([calibration(rates[:, column], event[:, column]) for column in range(len(EVENTS))]),
        # Where TSS is highest for calibrated probabilities: at the share of events.
        "threshold": np.array([event[:, 0].mean()]),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    save_arrays(FILE, arrays, weights)
    return evaluate(weights, command, progress, course, taught)


def draw(crops: Mapping[str, Crops], rng: np.random.Generator) -> Batch:
    """One batch: crops of all sets of channels alike, turned and shifted as another Sun or instrument might show them."""
    names = list(crops)
    chosen = [crops[names[index]] for index in rng.integers(len(names), size=BATCH)]
    places = [int(rng.integers(len(one.day))) for one in chosen]
    planes = np.stack([one.planes[place] for one, place in zip(chosen, places, strict=True)]).astype(np.float32)
    event = np.stack([one.event[place] for one, place in zip(chosen, places, strict=True)]).astype(np.float32)
    for axis in (2, 3):
        # Mirrored east and west, or north and south, a region keeps Hale's law only with its polarities changed.
        flipped = rng.random(BATCH) < 0.5
        planes[flipped] = np.flip(planes[flipped], axis)
        planes[flipped, 0] *= -1
    shape = planes[:, :1].shape
    field = planes[:, :1] * rng.lognormal(0, FIELD_SPREAD, (BATCH, 1, 1, 1)) + rng.normal(0, NOISE, shape)
    light = planes[:, 1:2] + rng.normal(0, LIGHT_SHIFT, (BATCH, 1, 1, 1)) + rng.normal(0, NOISE, shape)
    planes[:, :1], planes[:, 1:2] = field * planes[:, 3:4], light * planes[:, 4:].sum(axis=1, keepdims=True)
    return planes, event


def calibration(log_rate: np.ndarray, event: np.ndarray) -> np.ndarray:
    """(2,) float64 ndarray: slope and offset in the logarithm of the rate under which the events are likeliest."""
    from scipy.optimize import minimize

    def cost(line: np.ndarray) -> float:
        rate = np.exp(np.clip(line[0] * log_rate + line[1], -14, 5))
        return float(np.where(event, -np.log(-np.expm1(-rate)), rate).mean())

    return np.asarray(minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x)


def evaluate(
    weights: Path, command: str, progress: Progress, course: Course = FULL, taught: Mapping[str, Crops] | None = None
) -> dict[str, float]:
    """Examine the weights on simulated days that they never saw, of this Sun and of another, and write the card; as `train`.

    ``taught`` are the crops of ``course.taught``, which the baseline learns from; None makes them.
    """
    taught = taught or simulated_crops(USUAL, course.taught, partial(progress, "simulate"))
    model = SunFlareCrops("cpu", weights)
    rows: dict[tuple[str, str, str], Figures] = {}
    for sun, physics in {"this Sun": USUAL, "another Sun": OTHER}.items():
        examined = simulated_crops(physics, course.examined, partial(progress, sun))
        area = by_area(taught, examined)
        for name, crops in examined.items():
            said = model.probabilities(crops.planes.astype(np.float32))
            rows[sun, name, SunFlareCrops.name] = worth(said, crops.event, crops.day)
            rows[sun, name, "area + logistic"] = worth(area[name], crops.event, crops.day)
        rows[sun, "211", "sun-flare"] = worth(*by_sun_flare(physics, course.examined))
    write_crops_card(weights, command, model.threshold, rows, (course.taught, course.validated, course.examined))
    return flat(rows)


def flat(rows: Mapping[tuple[str, str, str], Figures]) -> dict[str, float]:
    """All figures under one name each."""
    return {f"{' '.join(key)} {name}": value for key, figures in rows.items() for name, value in figures.items()}
