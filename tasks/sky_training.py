"""Training and evaluation of the sky's models on published frames and a simulated camera. Imports no Prefect."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits

from models.errors import ConfigurationError
from models.registry import choose_device
from models.sky.baseline_learning import cnn, linear
from models.sky.baseline_learning.card import Real
from models.sky.baseline_learning.frames import labelled_frames
from models.sky.clear import SkyClear
from models.sky.clear_learning import training
from models.sky.frame import PreparedFrame, SkyFrame, prepare
from models.sky.map_learning import evaluation, origin
from models.sky.map_learning.card import Figures, write_unet_card
from models.sky.map_learning.evaluation import Published
from models.sky.map_learning.patches import Patch, patch_rows
from models.sky.map_learning.training import train_weights
from models.sky.unet import SkyUnet
from tasks.readers.sky_frame import read_sky_frame

PUBLISHED = "stardice_lwir_train200.npz"
RAW = "stardice_raw"
STARDICE = "StarDICE published (no licence stated; not part of this repository)"
DATA = f"simulated frames (models/simulate/camera); the camera's pattern from 178 frames that {STARDICE}"
UNET_DATA = "simulated frames (models/simulate/camera) alone; the gate's camera pattern as in sky-clear.md"
ORIGIN_DATA = f"178 frames that {STARDICE}, and the origin's rule"

Progress = Callable[[str, int, int], None]


def train_clear(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Train `sky-clear`.

    Raises
    ------
    ConfigurationError
        The published frames are missing; so say the others, too.
    """
    return training.train(published_frames(data), weights, "nightshift train sky-clear DATA", DATA, progress)


def train_linear(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Train `sky-linear`."""
    material = labelled_frames(SkyClear(folder=weights).pattern, progress)
    return linear.train(material, weights, "nightshift train sky-linear DATA", DATA, real_frames(data))


def train_cnn(
    data: Path, weights: Path, work: Path, progress: Progress, *_: object, architecture: str = "small"
) -> dict[str, float]:
    """Train `sky-cnn`: the small network, or a ResNet-18, which takes an hour and more without a GPU, and 45 MB."""
    material = labelled_frames(SkyClear(folder=weights).pattern, progress)
    command = "nightshift train " + ("sky-cnn DATA" if architecture == "small" else f"sky-cnn-{architecture} DATA")
    real, device = real_frames(data), choose_device()
    return cnn.train(material, weights, command, DATA, real, work, progress, device, architecture=architecture)


def train_unet(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:
    """Train `sky-unet`, and evaluate it as `evaluate_unet` does."""
    train_weights(weights, work, progress, choose_device())
    return evaluate_unet(data, weights, work, progress)


def train_unet_origin(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:
    """Train `sky-unet-origin`."""
    command = "nightshift train sky-unet-origin DATA"
    return origin.train(published_frames(data), weights, command, ORIGIN_DATA, work, progress, choose_device())


def evaluate_unet(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Judge injected, simulated, published and visible-light frames with `sky-unet`, and write its card."""
    unet = SkyUnet(choose_device(), weights)
    real, named, pattern = real_frames(data), evaluation.mappers(unet.gate, unet), unet.gate.pattern
    figures = Figures(
        injected=evaluation.injection_rows(real.clear, named, progress),
        clear=evaluation.clear_rows(real.clear, pattern, named),
        simulated=evaluation.simulated_rows(pattern, named),
        published=evaluation.published_rows(published_maps(data), named),
        patches=patch_rows(visible_patches(data), unet, progress),
        single=evaluation.calibration(unet, pattern) | evaluation.frames_a_second(unet, real.cloudy),
    )
    write_unet_card(weights, unet.threshold, "nightshift train sky-unet DATA", UNET_DATA, figures)
    return figures.flat()


def evaluate_clear(data: Path, weights: Path, work: Path, progress: Progress, *_: object) -> dict[str, float]:  # noqa: ARG001
    """Judge clouds injected into the real clear frame with `sky-clear`; its card, which its training writes, stays."""
    model, real = SkyClear(folder=weights), real_frames(data)
    named = evaluation.mappers(model, None)
    floor = {"sky-clear, surface known": evaluation.known_surface(model, real.clear)}
    rows = evaluation.injection_rows(real.clear, named | floor, progress)
    clear = evaluation.clear_rows(real.clear, model.pattern, named)
    found = {
        f"{name} {excess:g} ADU {cover} {edges} {shapes} {key}": value
        for (excess, cover, edges, shapes), row in zip(evaluation.INJECTED, rows, strict=True)
        for name, held in row.items()
        for key, value in held.items()
    }
    pixel, surface = evaluation.THREE_SIGMA_ADU
    for span, limits in {
        f"from {pixel:g} ADU on": (pixel,),
        f"from {surface:g} ADU on": (surface,),
        f"from {surface:g} to {pixel:g} ADU": (surface, pixel),
    }.items():
        for name, held in evaluation.pooled(rows, *limits).items():
            found |= {f"{name} all {span} {key}": value for key, value in held.items()}
    return found | {f"{name} clear {key}": value for name, row in clear.items() for key, value in row.items()}


def published_maps(data: Path) -> list[Published]:
    """Prepare the published frames with the origin's masks and its network's maps."""
    with np.load(_present(data / "sky" / PUBLISHED)) as held:
        kept = held["mask_was_binary"]
        columns = held["adu16"][kept] / np.float32(16), held["mask"][kept], held["seed_prob_u8"][kept] >= 128
    return [Published(prepare(SkyFrame(adu, None)), mask, network) for adu, mask, network in zip(*columns, strict=True)]


def visible_patches(data: Path) -> list[Patch]:
    """Read the SWIMSEG patches with the masks that people drew and the origin's maps."""
    paths = sorted((data / "sky" / "swimseg_gray_fits").glob("*.fits"))
    if not paths:
        raise ConfigurationError(f"{data / 'sky' / 'swimseg_gray_fits'} holds no patches")
    patches = []
    for path in paths:
        with fits.open(path) as units:
            grey, mask, network = (np.asarray(unit.data[..., 0], dtype=np.float32) for unit in units[:3])
        patches.append(Patch(grey, mask > 0.5, network > 0.5))
    return patches


def published_frames(data: Path) -> list[np.ndarray]:
    """(128, 160) float32 ndarrays, ADU, of the published frames that are neither turned nor mirrored.

    Raises
    ------
    ConfigurationError
        They are missing.
    """
    with np.load(_present(data / "sky" / PUBLISHED)) as held:
        # Those whose mask was interpolated were turned, shifted or mirrored: the camera's pattern with them.
        return list(held["adu16"][held["mask_was_binary"]] / np.float32(16))


def real_frames(data: Path) -> Real:
    """Prepare the two raw frames and the published ones."""
    clear, cloudy = (_raw(data, name) for name in ("clear", "cloud"))
    return Real(clear, cloudy, [prepare(SkyFrame(adu, None)) for adu in published_frames(data)])


def _raw(data: Path, name: str) -> PreparedFrame:
    path = _present(data / "sky" / RAW / f"{name}_sky_sample.fits")
    return prepare(read_sky_frame(path.read_bytes(), path.name))


def _present(path: Path) -> Path:
    if not path.is_file():
        raise ConfigurationError(f"{path} is missing: DATA holds sky/{PUBLISHED} and sky/{RAW}")
    return path
