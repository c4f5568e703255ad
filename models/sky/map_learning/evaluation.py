"""What `sky-clear` and `sky-unet` are worth, pixel by pixel, and what is worth as much without them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.metrics import auc, calibration_error
from models.sky.clear import SkyClear, measure_above
from models.sky.clear_learning.faint import faint
from models.sky.clear_learning.training import examples
from models.sky.frame import PreparedFrame
from models.sky.map_learning.agreement import agreement
from models.sky.map_learning.injected import COVERS, Edges, Injected, Mapper, Shapes, injections, recovered
from models.sky.map_learning.other_physics import other_frames
from models.sky.map_learning.scenes import Progress
from models.sky.origin_mask import origin_mask, otsu_threshold
from models.sky.unet import SkyUnet, cloud_mask

# Excess of the clouds that are injected into the real clear frame, their cover, edges and shapes.
INJECTED: tuple[tuple[float, str, Edges, Shapes], ...] = (
    *((excess, "5-50 %", "hard", "turbulence") for excess in (7.0, 10.0, 15.0, 30.0, 100.0)),
    *((excess, "5-50 %", "soft", "turbulence") for excess in (7.0, 10.0, 30.0)),
    *((excess, "50-80 %", "hard", "turbulence") for excess in (10.0, 15.0, 30.0, 100.0)),
    *((excess, "5-50 %", "hard", shapes) for shapes in ("discs", "rolls") for excess in (10.0, 30.0)),
)
FRAMES = 16
TEST_SEED, TEST_SCENES = 99, 100

# Three sigma, ADU: of one pixel's noise in the real clear frame, and of the scatter about the surface, above which the mask begins.
THREE_SIGMA_ADU = (13.2, 6.2)

Row = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A published frame with the origin's mask and its network's map, each (128, 160) bool."""

    frame: PreparedFrame
    mask: np.ndarray
    network: np.ndarray


def mappers(clear: SkyClear, unet: SkyUnet | None) -> dict[str, Mapper]:
    """Whoever maps a frame, by name; `sky-unet` where it is given."""
    found: dict[str, Mapper] = {"sky-clear": lambda frame: clear_map(clear, frame)}
    if unet is not None:
        found["sky-unet"] = lambda frame: unet_map(unet, frame)
    return found | {
        "everything cloud": lambda frame: np.ones(frame.adu.shape, bool),
        "Otsu": lambda frame: frame.adu > otsu_threshold(frame.adu),
        "the origin's rule": lambda frame: origin_mask(frame.adu),
    }


def clear_map(model: SkyClear, frame: PreparedFrame) -> np.ndarray:
    """(128, 160) bool ndarray: what exceeds the surface; everywhere where the surface is a layer of cloud."""
    sight = model.see(frame)
    verdict = model.say(frame, sight)
    if sight is None:
        return np.zeros(frame.adu.shape, bool)
    return np.ones_like(sight.mask) if verdict.metrics["cloud_fraction"] == 1.0 else sight.mask


def known_surface(model: SkyClear, clear: PreparedFrame) -> Mapper:
    """Whoever knows the surface of the frame without its clouds: what the mask above it leaves is its own."""
    sight = model.see(clear)
    assert sight is not None
    reference = sight.reference
    return lambda frame: measure_above(reference, frame)[1]


def unet_map(model: SkyUnet, frame: PreparedFrame) -> np.ndarray:
    """(128, 160) bool ndarray: the map where the gate says cloud, else nothing."""
    held, sight = probability_map(model, frame), model.gate.see(frame)
    return np.zeros(frame.adu.shape, bool) if held is None or sight is None else cloud_mask(held, frame, sight)


def probability_map(model: SkyUnet, frame: PreparedFrame) -> np.ndarray | None:
    """(128, 160) float32 ndarray, None where the gate does not say cloud."""
    sight = model.gate.see(frame)
    return model.maps([(frame, sight)])[0] if model.gate.say(frame, sight).positive else None


def injection_rows(clear: PreparedFrame, named: Mapping[str, Mapper], progress: Progress) -> list[Row]:
    """Figures of every mapper for each kind of clouds of `INJECTED`."""
    rows = []
    for number, (excess, cover, edges, shapes) in enumerate(INJECTED):
        rows.append(recovered(named, list(injections(clear, excess, COVERS[cover], edges, shapes, FRAMES))))
        progress("injected clouds", number + 1, len(INJECTED))
    return rows


def pooled(rows: Sequence[Row], least_adu: float, less_than_adu: float = np.inf) -> Row:
    """Figures over all frames with clouds of an excess within limits; ``rows`` as `injection_rows` gives them."""
    counted = [row for (excess, *_), row in zip(INJECTED, rows, strict=True) if least_adu <= excess < less_than_adu]
    return {
        name: {key: float(np.mean([row[name][key] for row in counted])) for key in figures} for name, figures in counted[0].items()
    }


def clear_rows(clear: PreparedFrame, pattern: np.ndarray, named: Mapping[str, Mapper]) -> Row:
    """Share of the real clear frame, and of simulated clear ones, that each mapper calls cloud."""
    simulated = [example.frame for example in examples(TEST_SCENES, pattern, TEST_SEED) if not example.kind]
    return {
        name: {"real": float(mapper(clear).mean()), "simulated": float(np.mean([mapper(frame).mean() for frame in simulated]))}
        for name, mapper in named.items()
    }


def same_physics(pattern: np.ndarray) -> list[Injected]:
    """Simulated scenes that nobody has learnt from, as the camera sees them and with faint clouds."""
    found = []
    for number, example in enumerate(examples(TEST_SCENES, pattern, TEST_SEED)):
        if example.kind:
            less = faint(example.frame, example.excess_adu, np.random.default_rng([TEST_SEED, number]))
            for frame, excess in ((example.frame, example.excess_adu), *([less] if less else [])):
                found.append(Injected(frame, excess))
    return found


def simulated_rows(pattern: np.ndarray, named: Mapping[str, Mapper]) -> dict[str, Row]:
    """Agreement of each mapper with the truth of simulated frames, of the physics learnt from and of another."""
    sets = {"the simulator that trained it": same_physics(pattern), "other physics": list(other_frames(60, pattern, TEST_SEED))}
    return {
        title: {name: agreement((mapper(item.frame), item.truth) for item in material) for name, mapper in named.items()}
        for title, material in sets.items()
    }


def calibration(unet: SkyUnet, pattern: np.ndarray) -> dict[str, float]:
    """AUC and calibration error of the pixels' probabilities under other physics, where a map is drawn."""
    pairs = [(probability_map(unet, item.frame), item.truth) for item in other_frames(60, pattern, TEST_SEED)]
    drawn = [(held.ravel()[::7], truth.ravel()[::7]) for held, truth in pairs if held is not None]
    score, truth = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return {"pixel_auc": auc(score, truth), "pixel_calibration_error": calibration_error(score, truth, bins=15)}


def published_rows(published: Sequence[Published], named: Mapping[str, Mapper]) -> Row:
    """Agreement with the origin's masks: what it is, no truth."""
    found = {name: agreement((mapper(item.frame), item.mask) for item in published) for name, mapper in named.items()}
    return found | {"the origin's U-Net": agreement((item.network, item.mask) for item in published)}


def frames_a_second(unet: SkyUnet, frame: PreparedFrame, repeats: int = 40) -> dict[str, float]:
    """Cloudy frames judged in a second of one thread's time, by the gate alone and with the map."""
    figures = {}
    for name, model in (("gate", unet.gate), ("unet", unet)):
        batch = [replace(frame) for _ in range(8)]
        model.judge(batch)
        begun = time.thread_time()
        for _ in range(repeats // len(batch)):
            model.judge(batch)
        figures[f"{name}_frames_s"] = repeats / (time.thread_time() - begun)
    return figures
