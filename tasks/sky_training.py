"""Training of the sky's models on published frames and a simulated camera. Imports no Prefect."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from models.errors import ConfigurationError
from models.sky.clear_learning import training

PUBLISHED = "stardice_lwir_train200.npz"
DATA = (
    "simulated frames (models/simulate/camera); the camera's pattern from 178 frames that StarDICE published (no licence stated;"
    " not part of this repository)"
)


def train_clear(data: Path, weights: Path, work: Path, progress: Callable[[str, int, int], None], *_: object) -> dict[str, float]:  # noqa: ARG001
    """Train `sky-clear`.

    Raises
    ------
    ConfigurationError
        The published frames are missing.
    """
    path = data / "sky" / PUBLISHED
    if not path.is_file():
        raise ConfigurationError(f"{path} is missing: DATA holds sky/{PUBLISHED}")
    with np.load(path) as held:
        # Those whose mask was interpolated were turned, shifted or mirrored: the camera's pattern with them.
        frames = held["adu16"][held["mask_was_binary"]] / np.float32(16)
    return training.train(list(frames), weights, "nightshift train sky-clear DATA", DATA, progress)
