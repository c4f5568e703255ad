"""The origin's training: Adam at 1e-3, binary cross-entropy, 15 epochs of batches of ten."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from models.networks.origin_sun import OriginSun

EPOCHS, BATCH, RATE = 15, 10, 1e-3


def fit_origin(pictures: np.ndarray, event: np.ndarray, seed: int = 0) -> Any:
    """A trained network.

    Parameters
    ----------
    pictures : (N, side, side) float32 ndarray, 0 to 1
    event : (N,) bool ndarray
    seed : of first weights and order
    """
    torch.manual_seed(seed)
    network = OriginSun(pictures.shape[-1])
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    inputs, targets = torch.from_numpy(pictures[:, None]), torch.from_numpy(event.astype(np.float32))
    rng = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(len(event)), -(-len(event) // BATCH)):
            loss = functional.binary_cross_entropy_with_logits(network(inputs[batch]), targets[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return network.eval()
