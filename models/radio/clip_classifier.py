"""What both CLIP models do: compare a picture with prompts in one space of features."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from models.classifier import Classifier
from models.networks.threads import one_thread
from models.radio.clip_prompts import read_prompts
from models.radio.gate import burst_or_quiet, check_spectrogram, logistic
from models.radio.quick_look import QuickLook
from models.radio.spectrogram import PreparedSpectrogram
from models.verdict import Verdict

BATCH = 64

Picture = PreparedSpectrogram | QuickLook


class ClipClassifier(Classifier):
    """Burst or quiet by the prompts that a picture's features are nearer to; the types' shares likewise. Its features are kept.

    A subclass loads ``network`` (open_clip's) and says how a picture and a text are put before it.

    Attributes
    ----------
    scale : (2,) float64 ndarray, Platt's scale of the difference of the two logits
    """

    instrument: ClassVar[str] = "radio"
    needs_torch: ClassVar[bool] = True

    def __init__(self, device: str, network: Any, scale: np.ndarray, threshold: float) -> None:
        super().__init__(device)
        self.network = network.to(device).eval()
        self.scale, self.threshold = scale, threshold
        self._logit_scale = float(self.network.logit_scale.detach().exp())
        prompts = read_prompts()
        self.types = tuple(prompts.types)
        ensembles = [prompts.burst, prompts.quiet, *prompts.types.values()]
        self._words = np.stack([_unit(self.text_features(texts).mean(axis=0)) for texts in ensembles])

    @abstractmethod
    def planes(self, picture: Picture) -> np.ndarray:
        """(3, H, W) float32 ndarray, as the network takes it."""

    @abstractmethod
    def tokens(self, texts: Sequence[str]) -> np.ndarray:
        """(N, words) int64 ndarray, as the network takes it."""

    def check(self, observation: object) -> None:
        """Decline what the gate declines, but not pictures."""
        if not isinstance(observation, QuickLook):
            check_spectrogram(observation)

    def score(self, observations: Sequence[Picture]) -> list[Verdict]:
        """One verdict per picture, with its features."""
        features = self.picture_features(observations)
        return [self._verdict(picture, feature) for picture, feature in zip(observations, features, strict=True)]

    def picture_features(self, pictures: Sequence[Picture]) -> np.ndarray:
        """(N, D) float32 ndarray of length 1: what can be compared with texts and other pictures."""
        import torch

        parts = []
        with torch.inference_mode(), one_thread():
            for first in range(0, len(pictures), BATCH):
                stack = np.stack([self.planes(picture) for picture in pictures[first : first + BATCH]])
                # On the CPU one by one, so that a verdict does not depend on what else is judged.
                batches = np.split(stack, len(stack)) if self.device == "cpu" else [stack]
                parts += [self._encoded(self.network.encode_image, torch.from_numpy(batch)) for batch in batches]
        return np.concatenate(parts)

    def text_features(self, texts: Sequence[str]) -> np.ndarray:
        """(N, D) float32 ndarray of length 1."""
        import torch

        with torch.inference_mode(), one_thread():
            return self._encoded(self.network.encode_text, torch.from_numpy(self.tokens(texts)))

    def evidence(self, features: np.ndarray) -> np.ndarray:
        """(N,) float64 ndarray: logit of "burst" less that of "quiet", before calibration."""
        logits = self._logits(features)
        return np.asarray(logits[:, 0] - logits[:, 1])

    def type_shares(self, features: np.ndarray) -> np.ndarray:
        """(N, types) float64 ndarray: softmax of the types' logits."""
        logits = self._logits(features)[:, 2:]
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(share / share.sum(axis=1, keepdims=True))

    def _verdict(self, picture: Picture, feature: np.ndarray) -> Verdict:
        score = float(logistic(self.evidence(feature[None]), self.scale)[0])
        shares = self.type_shares(feature[None])[0]
        verdict = burst_or_quiet(self, score, {} if isinstance(picture, QuickLook) else picture.band)
        return replace(verdict, scores={**verdict.scores, **dict(zip(self.types, shares.tolist(), strict=True))}, embedding=feature)

    def _logits(self, features: np.ndarray) -> np.ndarray:
        return np.asarray(self._logit_scale * (features.astype(np.float64) @ self._words.T))

    def _encoded(self, encode: Any, batch: Any) -> np.ndarray:
        import torch

        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            features = encode(batch.to(self.device))
        return _unit(features.float().cpu().numpy())


def _unit(features: np.ndarray) -> np.ndarray:
    return np.asarray(features / np.linalg.norm(features, axis=-1, keepdims=True))
