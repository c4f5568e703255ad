"""What `radio-burst` is worth on simulated files of bands and coronae that it has never met."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from models.metrics import average_precision
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_list import MEASURED_FROM
from models.radio.burst_planes import TYPES
from models.radio.labelled import BurstBox
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.type_evaluation import shared_share
from models.verdict import Detection, Verdict

SEED = 9
# From this score on a detection is measured, so that its type is one that is said.
SURE = MEASURED_FROM


def simulated_figures(
    judge: Callable[[PreparedSpectrogram], Verdict], files: int, progress: Callable[[str, int, int], None]
) -> dict[str, float]:
    """Judge simulated files that nothing was learnt from.

    Files with a burst of which no cell is clear are left out. A type is right where the detection that shares most with the burst
    has it, wrong where it has another, and missing where none touches it. By a stricter count every other detection of a score from
    `SURE` on that no burst of its type touches is one of its type too many, so that naming all types everywhere gains nothing.

    Parameters
    ----------
    judge : of one spectrogram
    files : how many are drawn
    progress : told of what is done, how far, of how much

    Returns
    -------
    dict: files, burst_share, file_ap, f1 of each type and their mean, macro_f1; the mean by the stricter count, macro_f1_strict
    """
    score, truth = [], []
    right, drawn, named, false = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for number in range(files):
        scene = draw_scene(SEED, number, unseen=True)
        verdict = judge(scene.prepared)
        if scene.bursts or not scene.truth.any():
            score.append(float(verdict.score or 0))
            truth.append(bool(scene.bursts))
        pairs, others = matched(scene.boxes, verdict.detections)
        for kind, label in pairs:
            drawn[kind] += 1
            named[label] += 1
            right[kind] += kind == label
        false.update(others)
        progress("simulated test", number + 1, files)
    found = {f"f1_{kind}": f1(right[kind], drawn[kind], named[kind]) for kind in TYPES if drawn[kind]}
    strict = [f1(right[kind], drawn[kind], named[kind] + false[kind]) for kind in TYPES if drawn[kind]]
    return {
        "files": float(len(score)),
        "burst_share": float(np.mean(truth)),
        "file_ap": average_precision(np.array(score), np.array(truth)),
        "macro_f1": float(np.mean(list(found.values()))) if found else float("nan"),
        "macro_f1_strict": float(np.mean(strict)) if strict else float("nan"),
        **found,
    }


def f1(right: int, drawn: int, named: int) -> float:
    """Harmonic mean of recall and precision."""
    return 2 * right / max(drawn + named, 1)


def matched(boxes: Sequence[BurstBox], detections: Sequence[Detection]) -> tuple[list[tuple[str, str]], list[str]]:
    """Type of each box and of the detection that shares most with it ("" where none does), and the types of false detections.

    False are detections of a score from `SURE` on that share most with no box and touch none of their type.
    """
    pairs, best = [], set()
    for box in boxes:
        shares = [shared_share(box, found) for found in detections]
        place = int(np.argmax(shares)) if any(shares) else None
        pairs.append((_plain(box.type), "" if place is None else _plain(detections[place].label)))
        best.add(place)
    false = [
        _plain(found.label)
        for place, found in enumerate(detections)
        if place not in best and found.score >= SURE
        if not any(_plain(box.type) == _plain(found.label) and shared_share(box, found) > 0 for box in boxes)
    ]
    return pairs, false


def _plain(name: str) -> str:
    return name.removesuffix("g")
