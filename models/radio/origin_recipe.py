"""The recipe of the project this one grew from, as the baseline to beat."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from models.classifier import Classifier
from models.radio.gate import burst_or_quiet, check_spectrogram, logistic
from models.radio.spectrogram import PreparedSpectrogram
from models.verdict import Verdict
from models.weights_file import WEIGHTS, load_arrays

ARRAYS = ("scale", "threshold")


class OriginRecipe(Classifier):
    """Min-max of the whole array, blur, adaptive threshold, closing; the share of unset pixels is its evidence.

    The origin gave that binary picture to CLIP without a head. Here a calibrated logistic of the one number that the picture holds
    stands in for it, so that the preparation is judged, not the text prompts.
    """

    name: ClassVar[str] = "radio-origin"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "radio"
    rank: ClassVar[int] = -1
    weights: ClassVar[str | None] = "radio-origin.safetensors"

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = load_arrays("radio-origin.safetensors", ARRAYS, folder)
        self.scale, self.threshold = arrays["scale"], float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what the gate declines, so that both are judged on the same files."""
        check_spectrogram(observation)

    def score(self, observations: Sequence[PreparedSpectrogram]) -> list[Verdict]:
        """One verdict per spectrogram, without detections: the recipe has none."""
        return [self._verdict(observation) for observation in observations]

    def _verdict(self, prepared: PreparedSpectrogram) -> Verdict:
        unset = unset_percent(prepared)
        score = float(logistic(np.array([unset]), self.scale)[0])
        return burst_or_quiet(self, score, {"unset_percent": round(unset, 4), **prepared.band})


def unset_percent(prepared: PreparedSpectrogram) -> float:
    """Percentage of pixels left unset by min-max, Gaussian 5x5, adaptive threshold (Gaussian, 11, 2) and closing 3x3 twice.

    The threshold sets what is not darker than its surroundings, nearly everything; edges of bright things leave holes.
    """
    picture = prepared.mean_db[prepared.good, : prepared.n_bins]
    low, high = float(picture.min()), float(picture.max())
    grey = ((picture - low) * (255 / max(high - low, 1e-6))).astype(np.uint8)
    blurred = cv2.GaussianBlur(grey, (5, 5), 0)
    binary = cv2.adaptiveThreshold(blurred, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 11, 2)
    closed = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8), iterations=2)
    return float(100 * (closed == 0).mean())
