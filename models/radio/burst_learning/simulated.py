"""What `radio-burst` is worth on simulated files of bands and coronae that it has never met."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from models.metrics import average_precision
from models.radio.burst_learning.scenes import BurstScene, draw_scene
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.type_evaluation import shared_share
from models.verdict import Detection, Verdict

SEED = 9
TYPES = ("I", "II", "III", "IV", "V")


def simulated_figures(
    judge: Callable[[PreparedSpectrogram], Verdict], files: int, progress: Callable[[str, int, int], None]
) -> dict[str, float]:
    """Judge simulated files that nothing was learnt from.

    Files with a burst of which no cell is clear are left out. A type is right where the detection that shares most with the burst
    has it, wrong where it has another, and missing where none touches it.

    Parameters
    ----------
    judge : of one spectrogram
    files : how many are drawn
    progress : told of what is done, how far, of how much

    Returns
    -------
    dict: files, burst_share, file_ap, f1 of each type and their mean, macro_f1
    """
    score, truth = [], []
    right, drawn, named = Counter[str](), Counter[str](), Counter[str]()
    for number in range(files):
        scene = draw_scene(SEED, number, unseen=True)
        verdict = judge(scene.prepared)
        if scene.bursts or not scene.truth.any():
            score.append(float(verdict.score or 0))
            truth.append(bool(scene.bursts))
        for kind, label in _matched(scene, verdict.detections):
            drawn[kind] += 1
            named[label] += 1
            right[kind] += kind == label
        progress("simulated test", number + 1, files)
    found = {f"f1_{kind}": 2 * right[kind] / max(drawn[kind] + named[kind], 1) for kind in TYPES if drawn[kind]}
    return {
        "files": float(len(score)),
        "burst_share": float(np.mean(truth)),
        "file_ap": average_precision(np.array(score), np.array(truth)),
        "macro_f1": float(np.mean(list(found.values()))) if found else float("nan"),
        **found,
    }


def _matched(scene: BurstScene, detections: tuple[Detection, ...]) -> list[tuple[str, str]]:
    """Type of each clear burst, and of the detection that shares most with it ("" where none does)."""
    pairs = []
    for box in scene.boxes:
        best = max(detections, key=lambda found: shared_share(box, found), default=None)
        label = best.label if best is not None and shared_share(box, best) > 0 else ""
        pairs.append((box.type.removesuffix("g"), label.removesuffix("g")))
    return pairs
