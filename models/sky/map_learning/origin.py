"""Training of `sky-unet-origin` on published frames and what the origin's rule makes of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.sky.augmentation import augment, mirror
from models.sky.frame import PREPROCESSING_VERSION
from models.sky.map_learning.scenes import Progress
from models.sky.origin_mask import FULL_SCALE, origin_mask
from models.sky.unet_origin import FILE, WIDTHS, SkyUnetOrigin
from models.weights_file import save_arrays, write_card

STEPS, BATCH = 2000, 16


def train(
    published: Sequence[np.ndarray], folder: Path, command: str, data: str, work: Path, progress: Progress, device: str,
    *, steps: int = STEPS, batch: int = BATCH,
) -> dict[str, float]:  # fmt: skip
    """Make weights and card; return the accuracy and the IoU of cloud against the rule, on every fifth frame, which was held out.

    Parameters
    ----------
    published : (128, 160) ndarrays, ADU
    folder : for weights and card
    command, data : as the card states them
    work : folder that keeps the state of the training
    progress : told of what is done, how far, of how much
    device : on which it learns; hours on a CPU, a minute on a GPU
    steps, batch : how much is learnt from
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from models.networks.unet import UNet
    from models.training import Plan, train_network

    frames = np.stack(published)[:, None].astype(np.float32) / np.float32(FULL_SCALE)
    masks = np.stack([origin_mask(frame).astype(np.int8) for frame in published])
    learnt, held = np.flatnonzero(np.arange(len(frames)) % 5 > 0), np.arange(0, len(frames), 5)

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        views = [
            (augment if rng.random() < 0.2 else mirror)(frames[index], masks[index], rng) for index in rng.choice(learnt, batch)
        ]
        planes, truth = (np.stack([np.ascontiguousarray(part) for part in parts]) for parts in zip(*views, strict=True))
        return planes, truth.astype(np.float32)

    torch.manual_seed(0)
    network = UNet(1, WIDTHS, norm=False)
    train_network(
        network, draw, binary_cross_entropy_with_logits, Plan(steps, rate=1e-3, save_every=50, material=f"{len(learnt)} frames"),
        device=device, state=work / "unet.pt", progress=lambda step, of, mean: progress(f"network, loss {mean:.3f}", step, of),
    )  # fmt: skip
    arrays = {name: weights.detach().cpu().numpy() for name, weights in network.state_dict().items()}
    checksum = save_arrays(FILE, arrays | {"preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8)}, folder)
    with torch.inference_mode():
        said = np.stack([network(torch.from_numpy(frames[index][None]).to(device))[0].cpu().numpy() >= 0 for index in held])
    truth = masks[held] > 0
    found = {"accuracy": float((said == truth).mean()), "iou_cloud": float((said & truth).sum() / max((said | truth).sum(), 1))}
    front = {
        "name": SkyUnetOrigin.name, "version": SkyUnetOrigin.version, "threshold": 0.5, "preprocessing": PREPROCESSING_VERSION,
        "sha256": checksum, "command": command, "data": data,
    }  # fmt: skip
    text = f"""# sky-unet-origin {SkyUnetOrigin.version}

The origin's U-Net ([128, 64, 32, 16], no normalisation, counts over 2^14), which learns to imitate the origin's mask rule. On
{held.size} published frames that it did not learn from it agrees with that rule on {found["accuracy"]:.3f} of the pixels (IoU of
cloud {found["iou_cloud"]:.3f}); everything called cloud agrees on {truth.mean():.3f}. Frames of one night follow each other by
seconds, so that this flatters it; and the rule is no truth.
"""
    write_card(SkyUnetOrigin.name, front, text, folder)
    return found
