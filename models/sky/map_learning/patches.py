"""Visible-light patches with masks drawn by people (SWIMSEG): another camera and band, but masks that owe nothing to a rule."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.sky.augmentation import augment
from models.sky.clear import Sight
from models.sky.frame import PreparedFrame, SkyFrame, prepare
from models.sky.map_learning.agreement import agreement
from models.sky.map_learning.scenes import Progress
from models.sky.map_planes import map_facts, map_planes
from models.sky.origin_mask import otsu_threshold
from models.sky.unet import CLOUD, SkyUnet

# Grey of 0 to 1 is read as so many ADU over so many: a cloud stands out as in the infrared.
BASE_ADU, SPAN_ADU = 600.0, 400.0
FOLDS, STEPS, BATCH = 5, 25, 4


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Grey (128, 160) float32; the mask that people drew, and the map of the origin's network, each (128, 160) bool."""

    grey: np.ndarray
    mask: np.ndarray
    network: np.ndarray


def patch_rows(patches: Sequence[Patch], unet: SkyUnet, progress: Progress) -> dict[str, dict[str, float]]:
    """Agreement with the masks: of `sky-unet` as it is, and learning on from the patches of other folds."""
    frames = [prepare(SkyFrame((BASE_ADU + SPAN_ADU * patch.grey).astype(np.float32), None)) for patch in patches]
    seen = [(frame, unet.gate.see(frame)) for frame in frames]
    drawn = unet.maps(seen)
    trained = list(drawn)
    for number in range(FOLDS):
        rest = [index for index in range(len(patches)) if index % FOLDS != number]
        model = _learnt([seen[index] for index in rest], [patches[index] for index in rest], unet)
        for index in range(number, len(patches), FOLDS):
            trained[index] = model.maps([seen[index]])[0]
        progress("patches", number + 1, FOLDS)
    found = {
        "sky-unet, zero-shot": [held >= CLOUD for held in drawn],
        "sky-unet, trained on the other patches": [held >= CLOUD for held in trained],
        "everything cloud": [np.ones_like(patch.mask) for patch in patches],
        "Otsu": [patch.grey > otsu_threshold(patch.grey) for patch in patches],
        "the origin's U-Net": [patch.network for patch in patches],
    }
    return {name: agreement((held, patch.mask) for held, patch in zip(maps, patches, strict=True)) for name, maps in found.items()}


def _learnt(seen: Sequence[tuple[PreparedFrame, Sight | None]], patches: Sequence[Patch], unet: SkyUnet) -> SkyUnet:
    """A copy of the model that has learnt from patches."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    from models.training import Plan, train_network

    pairs = [(map_planes(frame, sight), map_facts(sight)) for frame, sight in seen if sight is not None]

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        chosen = rng.integers(0, len(pairs), BATCH)
        views = [augment(pairs[index][0], patches[index].mask.astype(np.int8), rng) for index in chosen]
        planes, truth = (np.stack(parts) for parts in zip(*views, strict=True))
        return planes, np.stack([pairs[index][1] for index in chosen]), truth.astype(np.float32)

    model = copy.copy(unet)
    model.network = copy.deepcopy(unet.network)
    train_network(model.network, draw, binary_cross_entropy_with_logits, Plan(STEPS, rate=1e-3), device=unet.device)
    return model
