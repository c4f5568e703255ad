"""Training of `sky-cnn`."""

from pathlib import Path

import numpy as np

from models.sky.baseline_learning.card import Real, real_figures, write_baseline_card
from models.sky.baseline_learning.frames import LabelledFrames, Progress, figures, platt
from models.sky.cnn import FILE, NETWORK, SkyCnn
from models.sky.frame import PREPROCESSING_VERSION
from models.sky.normalisation import Normalisation
from models.weights_file import save_arrays

STEPS, BATCH = 250, 32
WHAT = {
    "small": """A baseline to be beaten: three convolutions and a mean, 24 thousand weights, on the frame less the mean of
those learnt from, over their standard deviation. It knows no clear sky.""",
    "resnet18": "A baseline to be beaten: ResNet-18 (timm), as the origin's, on the normalised frame.",
}


def train(
    material: LabelledFrames, folder: Path, command: str, data: str, real: Real, work: Path, progress: Progress, device: str,
    *, architecture: str = "small", steps: int = STEPS, batch: int = BATCH,
) -> dict[str, float]:  # fmt: skip
    """Make weights and card; return the figures.

    Parameters
    ----------
    material : simulated frames
    folder : for weights and card
    command, data : as the card states them
    real : real frames that are judged in the end
    work : folder that keeps the state of the training
    progress : told of what is done, how far, of how much
    device : on which it learns
    architecture : "small" or "resnet18"
    steps, batch : how much is learnt from
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from models.networks.sky_cnn import sky_cnn
    from models.training import Plan, train_network

    kept = np.flatnonzero(~material.apart)
    # Every fifth of those learnt from calibrates, and is not learnt from.
    learnt, calibrating = kept[np.arange(kept.size) % 5 > 0], kept[::5]
    normalisation = Normalisation.fit("mean_std", material.adu[learnt])

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        chosen = rng.choice(learnt, batch)
        rows, columns = rng.choice([-1, 1], 2)
        planes = normalisation.apply(material.adu[chosen])[:, None, ::rows, ::columns]
        return np.ascontiguousarray(planes), material.cloudy[chosen, None].astype(np.float32)

    torch.manual_seed(0)
    network = sky_cnn(architecture)
    train_network(
        network, draw, binary_cross_entropy_with_logits, Plan(steps, rate=3e-3, material=f"{architecture}, {len(learnt)} frames"),
        device=device, state=work / f"{architecture}.pt",
        progress=lambda step, of, mean: progress(f"network, loss {mean:.3f}", step, of),
    )  # fmt: skip
    arrays = {NETWORK + name: held.detach().cpu().numpy() for name, held in network.state_dict().items()}
    arrays |= {
        "architecture": np.frombuffer(architecture.encode(), np.uint8),
        "scale": np.array([1.0, 0.0]),
        "normalisation": normalisation.array(),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    save_arrays(FILE, arrays, folder)
    logits = SkyCnn("cpu", folder).logits(material.adu)
    arrays["scale"] = platt(logits[calibrating], material.cloudy[calibrating])
    checksum = save_arrays(FILE, arrays, folder)
    score = 1 / (1 + np.exp(-(arrays["scale"][0] * logits + arrays["scale"][1])))
    found = figures(score[material.apart], material.cloudy[material.apart])
    found |= {"frames": float(len(logits)), "held_out": float(material.apart.sum())}
    found |= real_figures(SkyCnn("cpu", folder), real)
    write_baseline_card(folder, SkyCnn, WHAT[architecture], checksum, command, data, found, {})
    return found
