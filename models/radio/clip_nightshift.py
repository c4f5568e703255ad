"""Our own small CLIP: pictures of spectrograms and sentences about bursts in one space, for verdicts and for search."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from models.radio.clip_classifier import ClipClassifier, Picture
from models.radio.clip_planes import clip_planes, quick_look_planes
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.quick_look import QuickLook
from models.weights_file import WEIGHTS, load_arrays, unusable

ARRAYS = ("scale", "threshold", "preprocessing")
NETWORK = "network."


class ClipNightshift(ClipClassifier):
    """A CLIP of open_clip's making that learnt from simulated bursts and from captions that are known to be true of them or not."""

    name: ClassVar[str] = "radio-clip-nightshift"
    version: ClassVar[str] = "1"
    weights: ClassVar[str | None] = "radio-clip-nightshift.safetensors"
    embedding_size: ClassVar[int | None] = 128

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        import torch

        from models.networks.clip_pair import ClipPair

        file = "radio-clip-nightshift.safetensors"
        arrays = load_arrays(file, ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION:
            raise unusable(file, f"are for data prepared as {made_for}, ours is {PREPROCESSING_VERSION}", folder)
        own = {name.removeprefix(NETWORK): array for name, array in arrays.items() if name.startswith(NETWORK)}
        network = ClipPair().clip
        try:
            network.load_state_dict({name: torch.from_numpy(array).float() for name, array in own.items()})
        except RuntimeError as error:
            raise unusable(file, f"do not fit the network ({' '.join(str(error).split())[:200]})", folder) from error
        super().__init__(device, network, arrays["scale"], float(arrays["threshold"][0]))

    def planes(self, picture: Picture) -> np.ndarray:
        """(3, 64, 224) float32 ndarray."""
        return quick_look_planes(picture) if isinstance(picture, QuickLook) else clip_planes(picture)

    def tokens(self, texts: Sequence[str]) -> np.ndarray:
        """(N, 40) int64 ndarray."""
        from models.networks.clip_pair import tokens_of

        return tokens_of(list(texts))
