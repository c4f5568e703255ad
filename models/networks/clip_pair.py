"""The network of `radio-clip-nightshift`: a small CLIP by open_clip, pictures on one side and captions on the other."""

from functools import cache
from typing import Any

import numpy as np
import torch
from open_clip import CLIP
from open_clip.tokenizer import SimpleTokenizer
from torch import nn
from torch.nn import functional

# open_clip's form of a model. EdgeNeXt costs 10 ms a picture on one core; the words take two thirds of the weights.
WORDS = 40
MODEL: dict[str, Any] = {
    "embed_dim": 128,
    "vision_cfg": {
        "timm_model_name": "edgenext_xx_small",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "linear",
        "image_size": [64, 224],
    },
    "text_cfg": {"context_length": WORDS, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 3},
}


class ClipPair(nn.Module):
    """Logits of every caption for every picture: a scaled cosine with a bias, so that each answers for itself (sigmoid loss)."""

    def __init__(self) -> None:
        super().__init__()
        self.clip = CLIP(**MODEL, init_logit_scale=float(np.log(10)), init_logit_bias=-2.0)

    def forward(self, pictures: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """(N, 3, 64, 224) float32 and (M, WORDS) int64 to (N, M)."""
        seen = functional.normalize(self.clip.encode_image(pictures), dim=-1)
        said = functional.normalize(self.clip.encode_text(tokens), dim=-1)
        logits: torch.Tensor = self.clip.logit_scale.exp() * seen @ said.T + self.clip.logit_bias
        return logits


def tokens_of(texts: list[str]) -> np.ndarray:
    """(N, WORDS) int64 ndarray: the tokens of texts, by CLIP's own vocabulary; what is longer is cut."""
    return np.asarray(_tokenizer()(texts).numpy())


@cache
def _tokenizer() -> SimpleTokenizer:
    return SimpleTokenizer(context_length=WORDS)


def caption_loss(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Mean binary cross-entropy over the pairs of which the truth is known; ``truth`` holds 1, 0, or -1 where nobody knows."""
    known = truth >= 0
    losses = functional.binary_cross_entropy_with_logits(logits, truth.clamp(min=0).to(logits.dtype), reduction="none")
    # True and false captions weigh the same: of four pairs three are false.
    true = known & (truth > 0)
    false = known & (truth == 0)
    parts = [(losses * part).sum() / part.sum().clamp(min=1) for part in (true, false)]
    return parts[0] + parts[1]
