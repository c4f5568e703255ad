"""How `sky-clear` comes by its numbers: the camera's pattern from published frames, the two logistics from a simulated camera."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.metrics import auc, brier, calibration_error
from models.simulate.camera import draw_camera, draw_scene
from models.simulate.camera.clouds import KINDS
from models.sky.clear import NAME, SkyClear, measure_above, probability
from models.sky.clear_learning.card import write_clear_card
from models.sky.clear_learning.faint import faint
from models.sky.clear_sky import in_frame_reference
from models.sky.evidence import EVIDENCE, OF_CLOUD, evidence
from models.sky.frame import PREPROCESSING_VERSION, CameraState, PreparedFrame, SkyFrame, prepare
from models.sky.rebin import SHAPE
from models.weights_file import save_arrays

SCENES = 2000
HELD_OUT = 3  # every third scene is kept apart
CLEAR_SHARE = 0.4
# A frame holds cloud where it covers a twentieth of the field; what adds less than 3 sigma of a known camera is not counted.
LEAST_EXCESS_ADU, LEAST_COVER = 7.0, 0.05
LAYER_ADU = 10.0
FLATTEST = 100
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One simulated frame, and what is true of it.

    Attributes
    ----------
    frame : PreparedFrame
    cover : share of the field under cloud
    excess_adu : (128, 160) float32 ndarray
    kind : of the lowest cloud, "" under a clear sky
    """

    frame: PreparedFrame
    cover: float
    excess_adu: np.ndarray
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is seen of a simulated frame, and what is true of it.

    Attributes
    ----------
    evidence : (11,) float64 ndarray in the order of `EVIDENCE`
    fraction : of cloud above the surface
    cover : share of the field under cloud
    layered : whether the surface is itself cloud
    """

    evidence: np.ndarray
    fraction: float
    cover: float
    layered: bool


def examples(count: int, pattern: np.ndarray, seed: int) -> Iterator[Example]:
    """Draw frames, two fifths clear; half of them by a camera whose pattern is known, half with its temperatures."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        camera = draw_camera(rng, SHAPE, pattern if rng.random() < 0.5 else None)
        kind = "" if rng.random() < CLEAR_SHARE else str(rng.choice(list(KINDS)))
        scene = draw_scene(rng, (kind,) if kind else (), shape=SHAPE, camera=camera)
        made = scene.frame(rng, since_correction_s=float(rng.uniform(2, 30)))
        sensors = CameraState(ambient_c=scene.air_c + rng.normal(0, 0.5), shutter_c=scene.shutter_c + rng.normal(0, 0.3))
        state = sensors if rng.random() < 0.5 else CameraState()
        frame = prepare(SkyFrame(made.adu.astype(np.float32), None, state=state))
        if frame.quality.state == "ok":
            yield Example(frame, cover_of(made.excess_adu), made.excess_adu, kind)


def camera_pattern(frames: Sequence[np.ndarray]) -> np.ndarray:
    """(128, 160) float32 ndarray, ADU: the median of what a quadratic leaves on the flattest frames; clouds move, the camera stays.

    Parameters
    ----------
    frames : (128, 160) ndarrays, ADU, of one camera, neither turned nor mirrored
    """
    y, x = np.meshgrid(*((np.arange(size) + 0.5) / size * 2 - 1 for size in SHAPE), indexing="ij")
    terms = np.stack([term.ravel() for term in (np.ones_like(x), x, y, x * x, x * y, y * y)], axis=1)
    left, scatter = [], []
    for frame in frames:
        values, weight = frame.ravel().astype(np.float64), np.ones(frame.size)
        for _ in range(12):
            root = np.sqrt(weight)
            residual = values - terms @ np.linalg.lstsq(terms * root[:, None], values * root, rcond=None)[0]
            # 1.4826 turns a median absolute deviation into a standard deviation (Gaussian); Cauchy's weights.
            scale = 1.4826 * np.median(np.abs(residual))
            weight = 1 / (1 + (residual / (1.5 * scale)) ** 2)
        left.append(residual.reshape(frame.shape))
        scatter.append(scale)
    return np.asarray(np.median(np.stack([left[index] for index in np.argsort(scatter)[:FLATTEST]]), axis=0), dtype=np.float32)


def lesson(frame: PreparedFrame, excess_adu: np.ndarray, pattern: np.ndarray) -> Lesson:
    """See a frame of which the truth is known.

    Parameters
    ----------
    frame : of the simulated camera
    excess_adu : (128, 160) float32 ndarray, what its clouds add
    pattern : (128, 160) float32 ndarray, ADU, of the camera
    """
    reference = in_frame_reference(frame, pattern)
    assert reference is not None
    over = frame.adu - reference.adu
    metrics, _, _ = measure_above(reference, frame)
    on, cover = np.abs(over) < 2 * reference.sigma_adu, cover_of(excess_adu)
    layered = bool(np.median(excess_adu[on]) > LAYER_ADU) if on.any() else cover > LEAST_COVER
    return Lesson(evidence(reference, metrics, frame.state), metrics.cloud_fraction, cover, layered)


def cover_of(excess_adu: np.ndarray) -> float:
    """Share of the field under what counts as cloud."""
    return float((excess_adu > LEAST_EXCESS_ADU).mean())


def train(
    published: Sequence[np.ndarray],
    folder: Path,
    command: str,
    data: str,
    progress: Callable[[str, int, int], None],
    scenes: int = SCENES,
) -> dict[str, float]:
    """Make weights and card; return the figures.

    Parameters
    ----------
    published : (128, 160) ndarrays, ADU, for the camera's pattern
    folder : for weights and card
    command, data : as the card states them
    progress : told of what is done, how far, of how much
    scenes : simulated frames, of which every third is held out
    """
    from sklearn.linear_model import LogisticRegression

    pattern = camera_pattern(published)
    seen, held_out = [], []
    for number, example in enumerate(examples(scenes, pattern, seed=1)):
        kept = number % HELD_OUT == 0
        frames = [(example.frame, example.excess_adu)]
        # The simulator's clouds are seldom faint: where they alone are learnt from, those over half a frame are taken for layers.
        if not kept and (less := faint(example.frame, example.excess_adu, np.random.default_rng([1, number, 1]))):
            frames.append(less)
        for frame, excess in frames:
            seen.append(lesson(frame, excess, pattern))
            held_out.append(kept)
        progress("simulated frames", number + 1, scenes)
    table, covered = np.stack([one.evidence for one in seen]), np.array([one.cover for one in seen])
    fraction, layered = np.array([one.fraction for one in seen]), np.array([one.layered for one in seen])
    apart = np.array(held_out)
    weights, figures = {}, {"frames": float(number + 1), "held_out": float(apart.sum())}
    for name, count, truth in (("cloud", OF_CLOUD, covered >= LEAST_COVER), ("layer", len(EVIDENCE), layered)):
        model = LogisticRegression(max_iter=5000).fit(table[~apart, :count], truth[~apart])
        weights[name] = np.append(model.coef_[0], model.intercept_[0])
        score = np.array([probability(weights[name], row) for row in table[apart]])
        held = truth[apart]
        figures |= {
            f"{name}_auc": auc(score, held),
            f"{name}_brier": brier(score, held),
            f"{name}_brier_of_prevalence": float(held.mean() * (1 - held.mean())),
            f"{name}_calibration_error": calibration_error(score, held),
            f"{name}_false_alarms": float((score[~held] >= THRESHOLD).mean()),
            f"{name}_recall": float((score[held] >= THRESHOLD).mean()),
        }
    layer = np.array([probability(weights["layer"], row) for row in table])
    told = np.where(layer >= THRESHOLD, 1.0, fraction)
    gaps = ~layered & (covered > 0)
    figures |= {
        "fraction_mae": float(np.abs(told - covered)[apart].mean()),
        "fraction_mae_everything_cloud": float(np.abs(1 - covered)[apart].mean()),
        "fraction_mae_with_gaps": float(np.abs(fraction - covered)[apart & gaps].mean()),
        "clear_false_alarm_pixels": float(fraction[apart & (covered == 0)].mean()),
    }
    arrays = {key: value.astype(np.float64) for key, value in weights.items()}
    arrays |= {
        "pattern": pattern,
        "threshold": np.array([THRESHOLD]),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    checksum = save_arrays(f"{NAME}.safetensors", arrays, folder)
    write_clear_card(folder, SkyClear.version, THRESHOLD, checksum, command, data, figures)
    return figures
