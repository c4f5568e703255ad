"""Clouds of known excess in copies of clear frames, and what of them is found again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from models.sky.frame import PreparedFrame
from models.sky.rebin import SHAPE

# ADU: from what is lost in the noise of a mean of 16 pixels (1.1 ADU) and the camera's pattern, to what nothing misses.
EXCESS_ADU = (3.0, 100.0)
# A cloud that covers more is taken for the sky's own shape (clear_sky.md): what a single frame cannot tell is not asked of it here.
COVER = (0.05, 0.5)
SLOPE = 2.7  # of the clouds' power spectrum, between cirrus and cumulus
LEAST_ADU = 3.0  # of a soft cloud's excess, where its truth begins
Kind = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True, eq=False)
class InjectedCloud:
    """One cloud and the copy of the frame that holds it.

    Attributes
    ----------
    kind : "hard" with one excess throughout, "soft" where it rises from nothing to 1.5 times the figure
    excess_adu : ADU
    truth : (128, 160) bool ndarray, True under it
    frame : the copy
    """

    kind: Kind
    excess_adu: float
    truth: np.ndarray
    frame: PreparedFrame


def inject_cloud(frame: PreparedFrame, seed: int) -> InjectedCloud:
    """Put a cloud of drawn shape, cover and excess into a copy of a frame; the same seed puts the same cloud."""
    from models.simulate.camera.clouds import turbulence  # here, so that who judges frames does not import the simulator

    rng = np.random.default_rng(seed)
    field = turbulence(rng, SHAPE, SLOPE)
    cover = rng.uniform(*COVER)
    excess = float(np.exp(rng.uniform(*np.log(EXCESS_ADU))))
    kind: Kind = "hard" if rng.random() < 0.5 else "soft"
    above = np.clip(field - np.quantile(field, 1 - cover), 0, None)
    if kind == "hard":
        added = np.where(above > 0, np.float32(excess), np.float32(0))
        truth = above > 0
    else:
        added = (1.5 * excess * above / above.max()).astype(np.float32)
        truth = added >= min(LEAST_ADU, excess)
    return InjectedCloud(kind, excess, truth & frame.good, replace(frame, adu=frame.adu + added))


def choose_frames(names: Sequence[str], night: date, count: int) -> list[tuple[str, int, int]]:
    """Choose frames for so many clouds: name, number and seed; spread over the night, the same for the same frames.

    Parameters
    ----------
    names : of the night's clear frames, by time
    night : its date
    count : how many clouds; no more are put than there are frames
    """
    if not names or not count:
        return []
    picked = np.unique(np.linspace(0, len(names) - 1, min(count, len(names))).round().astype(int))
    return [(names[place], 0, _seed(night, names[place])) for place in picked.tolist()]


def _seed(night: date, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{night} {name}".encode()).digest()[:8], "big")


def shares_of(truth: np.ndarray, mask: np.ndarray, good: np.ndarray) -> tuple[float, float]:
    """Share of the cloud's pixels that are marked, and share of the others that are.

    Parameters
    ----------
    truth, mask, good : (h, w) bool ndarray, each
    """
    others = good & ~truth
    return float((mask & truth).sum() / max(truth.sum(), 1)), float((mask & others).sum() / max(others.sum(), 1))
