"""Training of `sky-unet` on the simulated camera."""

from functools import partial
from pathlib import Path

import numpy as np

from models.sky.augmentation import augment, mirror
from models.sky.clear import SkyClear
from models.sky.frame import PREPROCESSING_VERSION
from models.sky.map_learning.scenes import MapSet, Progress, simulated_set
from models.sky.map_planes import FACTS, PLANES
from models.sky.unet import FILE, FOLD, RULE, WIDTHS
from models.weights_file import save_arrays

SCENES, STEPS, BATCH = 400, 240, 8  # some minutes of one core
TURNED_SHARE = 0.3  # interpolation smooths the noise: most frames are only mirrored


def draw_batch(material: MapSet, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Planes, facts and truth of one batch, each frame seen anew."""
    chosen = rng.integers(0, len(material.truth), BATCH)
    views = [
        (augment if rng.random() < TURNED_SHARE else mirror)(material.planes[index].astype(np.float32), material.truth[index], rng)
        for index in chosen
    ]
    planes, truth = (np.stack([np.ascontiguousarray(part) for part in parts]) for parts in zip(*views, strict=True))
    return planes, material.facts[chosen], truth.astype(np.float32)


def train_weights(
    folder: Path, work: Path, progress: Progress, device: str = "cpu", *, scenes: int = SCENES, steps: int = STEPS
) -> str:
    """Train the network and write its weights, as half-precision numbers; return their sha256.

    Parameters
    ----------
    folder : holds the weights of `sky-clear`, the gate, and takes those of the network
    work : folder that keeps the simulated set and the state of the training, so that a run goes on where it was cut off
    progress : told of what is done, how far, of how much
    device : on which it learns, on a GPU in bfloat16
    scenes, steps : simulated frames, and batches
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from models.networks.unet import UNet
    from models.training import Plan, train_network

    gate = SkyClear(folder=folder)
    material = simulated_set(work, scenes, gate, progress)
    torch.manual_seed(0)
    network = UNet(len(PLANES), WIDTHS, fold=FOLD, facts=len(FACTS), rule=RULE).to(memory_format=torch.channels_last)
    train_network(
        network, partial(draw_batch, material), binary_cross_entropy_with_logits,
        Plan(steps, rate=4e-3, save_every=20, material=f"{scenes} simulated frames, {gate.name} {gate.version}"),
        device=device, state=work / "unet.pt", progress=lambda step, of, mean: progress(f"network, loss {mean:.3f}", step, of),
    )  # fmt: skip
    arrays = {name: held.detach().cpu().numpy() for name, held in network.state_dict().items()}
    arrays = {name: held.astype(np.float16) if held.dtype == np.float32 else held for name, held in arrays.items()}
    return save_arrays(FILE, arrays | {"preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8)}, folder)
