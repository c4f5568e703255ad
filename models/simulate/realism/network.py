"""A small network that looks at patches as a detector sees them: without their levels, in units of their noise."""

import numpy as np
import torch
from torch import nn

from models.networks.threads import one_thread
from models.simulate.realism.patch import above_level, white_sigma
from models.training import Batch, Plan, train_network

STEPS, BATCH = 400, 16
# Pieces of a patch that the network learns from, so that no place in it can be learnt by heart.
CROP_ROWS, CROP_SAMPLES = 128, 160
CLIP = 8.0  # median sigmas


class PatchNetwork(nn.Module):
    """Three convolutions, mean and maximum over what is left, one number."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after, size in ((1, 8, 5), (8, 16, 3), (16, 32, 3)):
            layers += [nn.Conv2d(before, after, size, stride=2, padding=size // 2), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(64, 1)

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Log odds (N,) that each of the patches (N, F, T) is simulated."""
        seen = self.body(patches[:, None])
        return torch.squeeze(self.head(torch.cat((seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))), dim=1)), 1)


def plane_of(patch: np.ndarray) -> np.ndarray:
    """A patch as the network sees it.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    (F, T) float32 ndarray, median sigmas above the channel's median, clipped
    """
    return np.asarray(np.clip(above_level(patch) / np.median(white_sigma(patch)), -CLIP, CLIP), dtype=np.float32)


def network_scores(planes: np.ndarray, simulated: np.ndarray, fold: np.ndarray, weight: np.ndarray, seed: int) -> np.ndarray:
    """Held-out scores: each fold is judged by a network trained on the others.

    Parameters
    ----------
    planes : (N, F, T) float32 ndarray, as of `plane_of`
    simulated : (N,) bool ndarray, what is to be told
    fold : (N,) int ndarray
    weight : (N,) ndarray, how often each is drawn, relatively
    seed : of weights and batches

    Returns
    -------
    (N,) float64 ndarray, log odds that each is simulated
    """
    scores = np.zeros(len(planes))
    with one_thread():
        for number in np.unique(fold):
            held = fold == number
            scores[held] = _judge(_trained(planes[~held], simulated[~held], weight[~held], seed), planes[held])
    return scores


def _trained(planes: np.ndarray, simulated: np.ndarray, weight: np.ndarray, seed: int) -> PatchNetwork:
    # As many of both, whatever their weights sum up to.
    sides = [(np.flatnonzero(simulated == side), weight[simulated == side]) for side in (False, True)]

    def draw(rng: np.random.Generator) -> Batch:
        index = np.concatenate([rng.choice(side, BATCH // 2, p=share / share.sum()) for side, share in sides])
        row, sample = (int(rng.integers(whole - part + 1)) for whole, part in zip(planes.shape[1:], crop, strict=True))
        return planes[index, row : row + crop[0], sample : sample + crop[1]], simulated[index].astype(np.float32)

    crop = (min(CROP_ROWS, planes.shape[1]), min(CROP_SAMPLES, planes.shape[2]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = PatchNetwork()
        train_network(network, draw, nn.functional.binary_cross_entropy_with_logits, Plan(STEPS, seed=seed))
    return network


def _judge(network: PatchNetwork, planes: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return np.concatenate(
            [network(torch.from_numpy(part)).numpy() for part in np.array_split(planes, -(-len(planes) // BATCH))]
        )
