"""OpenCLIP's ViT-B-32 without training of ours, as in the origin: what a model that knows the world's pictures makes of a burst."""

from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import ClassVar

import cv2
import numpy as np
from safetensors import SafetensorError

from models.errors import ModelUnavailable
from models.radio.burst_planes import CLIP_SIGMA, planes_of
from models.radio.clip_classifier import ClipClassifier, Picture
from models.radio.quick_look import QuickLook

MODEL = "ViT-B-32"
SIZE = 224
# What open_clip, torch and safetensors raise of files that are cut, or something else.
BROKEN = (OSError, RuntimeError, ValueError, LookupError, EOFError, StopIteration, UnpicklingError, SafetensorError)


class RadioClip(ClipClassifier):
    """Zero-shot by prompts, so its scores are not calibrated; its weights are open_clip's, 0.6 GB, and not shipped."""

    name: ClassVar[str] = "radio-clip"
    version: ClassVar[str] = "1"
    fetched: ClassVar[bool] = True
    embedding_size: ClassVar[int | None] = 512

    def __init__(self, device: str = "cpu", checkpoint: Path | None = None) -> None:
        if checkpoint is None:
            raise ModelUnavailable(
                "radio-clip has no weights here; set NIGHTSHIFT_CLIP_WEIGHTS to one of open_clip's names for ViT-B-32, such as"
                " laion2b_s34b_b79k, and the next night fetches them, or to a file"
            )
        import open_clip

        tags = sorted(open_clip.list_pretrained_tags_by_model(MODEL), key=len)
        tag = next((tag for tag in reversed(tags) if tag in checkpoint.stem), "")
        known = open_clip.pretrained.get_pretrained_cfg(MODEL, tag) if tag else {}
        try:
            network = open_clip.create_model(MODEL, str(checkpoint), force_quick_gelu=bool(known.get("quick_gelu")))
        except BROKEN as error:
            raise ModelUnavailable(f"radio-clip: {checkpoint} holds no {MODEL} ({' '.join(str(error).split())[:200]})") from error
        self._mean, self._std = (
            np.array(values, dtype=np.float32)[:, None, None]
            for values in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)
        )
        self._tokenize = open_clip.get_tokenizer(MODEL)
        super().__init__(device, network, scale=np.array([1.0, 0.0]), threshold=0.5)

    def planes(self, picture: Picture) -> np.ndarray:
        """(3, 224, 224) float32 ndarray: red, green and blue less CLIP's mean, in its standard deviations."""
        pixels = picture.pixels if isinstance(picture, QuickLook) else rendered(planes_of(picture)[0])
        resized = cv2.resize(pixels, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        return np.asarray((resized.transpose(2, 0, 1).astype(np.float32) / 255 - self._mean) / self._std)

    def tokens(self, texts: Sequence[str]) -> np.ndarray:
        """(N, 77) int64 ndarray."""
        return np.asarray(self._tokenize(list(texts)).numpy())


def rendered(contrast: np.ndarray) -> np.ndarray:
    """A picture as people draw spectrograms: inferno, the highest frequency at the top.

    Parameters
    ----------
    contrast : (H, W) float32 ndarray, inverse hyperbolic sine of the contrast in sigma, lowest frequency first

    Returns
    -------
    (H, W, 3) uint8 ndarray, RGB
    """
    low, high = np.arcsinh(np.array([CLIP_SIGMA[0] / 4, CLIP_SIGMA[1]]))  # noise below -1 sigma is black
    grey = np.clip((contrast[::-1] - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB))
