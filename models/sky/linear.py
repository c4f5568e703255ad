"""A baseline: is there cloud, by a weighted sum of the pixels."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.classifier import Classifier
from models.sky.clear import check_frame, cloud_or_clear
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.normalisation import Normalisation
from models.sky.rebin import SHAPE
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays, unusable

FILE = "sky-linear.safetensors"


class SkyLinear(Classifier):
    """The origin's ridge on pixels, with a logistic of its sum; trained on the simulated camera."""

    name: ClassVar[str] = "sky-linear"
    version: ClassVar[str] = "1"
    instrument: ClassVar[str] = "sky"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = FILE
    threshold = 0.5

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = load_arrays(FILE, ("pixels", "scale", "normalisation", "preprocessing"), folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION or arrays["pixels"].shape != SHAPE:
            raise unusable(FILE, f"are for frames prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        self.pixels, self.scale = arrays["pixels"], arrays["scale"]
        self.normalisation = Normalisation.from_array(arrays["normalisation"])

    def check(self, observation: object) -> None:
        """Decline what `sky-clear` declines, so that both are judged on the same frames."""
        check_frame(observation)

    def score(self, observations: Sequence[PreparedFrame]) -> list[Verdict]:
        """One verdict per frame."""
        sums = np.array([np.vdot(self.pixels, self.normalisation.apply(frame.adu)) for frame in observations])
        scores = 1 / (1 + np.exp(-np.clip(self.scale[0] * sums + self.scale[1], -30, 30)))
        return [cloud_or_clear(self, float(score), {}) for score in scores]
