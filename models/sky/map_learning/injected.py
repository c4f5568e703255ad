"""Clouds of known excess laid into a clear frame, and what models make of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from models.simulate.camera.clouds import turbulence
from models.sky.clear_learning.faint import CLOUD_ADU
from models.sky.frame import PreparedFrame
from models.sky.rebin import SHAPE

Edges = Literal["hard", "soft"]
Shapes = Literal["turbulence", "discs", "rolls"]
COVERS = {"5-50 %": (0.05, 0.5), "50-80 %": (0.5, 0.8)}
SOFT_FACTOR = 1.5  # the excess of a soft cloud rises to so many times the figure given
# Whoever maps a frame: (128, 160) bool ndarray, True under cloud.
Mapper = Callable[[PreparedFrame], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class Injected:
    """A frame with a cloud in it, and what the cloud adds to every pixel, (128, 160) float32 ndarray, ADU."""

    frame: PreparedFrame
    added_adu: np.ndarray

    @property
    def truth(self) -> np.ndarray:
        """(128, 160) bool ndarray, True where it adds what counts as cloud."""
        return np.asarray(self.added_adu >= CLOUD_ADU)


def field_of(shapes: Shapes, rng: np.random.Generator) -> np.ndarray:
    """(128, 160) float32 ndarray of which the upper part is cloud.

    Turbulence is what the simulated camera's clouds are made of, though of other slopes; heaps of soft discs and waves of rolls are
    not, and no model has seen them.
    """
    if shapes == "turbulence":
        return turbulence(rng, (2 * SHAPE[0], 2 * SHAPE[1]), 3.0)[: SHAPE[0], : SHAPE[1]]
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    if shapes == "rolls":
        angle, wave = rng.uniform(0, np.pi), rng.uniform(20, 60)
        along = x * np.cos(angle) + y * np.sin(angle)
        bend = cv2.GaussianBlur(rng.standard_normal(SHAPE), (0, 0), 20)
        return np.asarray(np.sin(2 * np.pi * along / wave + bend / bend.std()), dtype=np.float32)
    field = np.zeros(SHAPE)
    for _ in range(25):
        row, column, radius = rng.uniform(0, SHAPE[0]), rng.uniform(0, SHAPE[1]), rng.gamma(3.0, 5.0)
        field = np.maximum(field, 1 - np.hypot(y - row, x - column) / radius)
    return np.asarray(field + 1e-3 * rng.standard_normal(SHAPE), dtype=np.float32)


def injections(
    clear: PreparedFrame, excess_adu: float, cover: tuple[float, float], edges: Edges, shapes: Shapes, count: int
) -> Iterator[Injected]:
    """Lay clouds into a clear frame.

    Parameters
    ----------
    clear : the frame
    excess_adu : of all of a cloud with hard edges; one with soft edges rises from nothing to 1.5 times that, and counts from 6 on
    cover : least and most share of the field under it
    edges, shapes : of the cloud
    count : of frames; the same clouds for every excess
    """
    for number in range(count):
        rng = np.random.default_rng([number, len(shapes)])
        share, field = rng.uniform(*cover), field_of(shapes, rng)
        low = np.quantile(field, 1 - share)
        added = np.where(field > low, excess_adu, 0.0)
        if edges == "soft":
            added = np.clip((field - low) / (field.max() - low), 0, 1) * SOFT_FACTOR * excess_adu
        yield Injected(replace(clear, adu=(clear.adu + added).astype(np.float32)), added)


def recovered(mappers: Mapping[str, Mapper], material: list[Injected]) -> dict[str, dict[str, float]]:
    """Recall and false alarms of pixels, and the error of the cloud fraction, of each mapper.

    Returns
    -------
    dict by mapper of recall, false_alarms and fraction_mae, each the mean over the frames; also of false_alarms_of_frame, what is
    wrongly marked as a share of the whole frame, and false_alarms_without, what is marked where a cloud adds nothing at all
    """
    keys = ("recall", "false_alarms", "fraction_mae", "false_alarms_of_frame", "false_alarms_without")
    figures = {}
    for name, mapper in mappers.items():
        rows = []
        for item in material:
            found, truth = mapper(item.frame), item.truth
            wrong, without = found & ~truth, item.added_adu == 0
            error = abs(found.mean() - truth.mean())
            rows.append((found[truth].mean(), found[~truth].mean(), error, wrong.mean(), found[without].mean()))
        figures[name] = dict(zip(keys, np.mean(rows, axis=0).tolist(), strict=True))
    return figures
