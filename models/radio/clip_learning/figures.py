"""What the CLIP models are worth: on real files, and at finding simulated pictures by captions in words they never read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics import average_precision, bootstrap_interval
from models.radio.burst_learning.scenes import draw_scene
from models.radio.burst_learning.sets import Progress
from models.radio.clip_classifier import ClipClassifier
from models.radio.clip_learning.captions import draw_caption, truth_table
from models.radio.clip_learning.facts import PictureFacts
from models.radio.evaluation import Judged, figures
from models.radio.gate import logistic
from models.radio.gate_training import platt, quiet_quantile
from models.radio.labelled import UNSURE, LabelledSpectrogram

SEED = 29
RANKS = (1, 5, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Real files as models judge them that saw no file of their day.

    Attributes
    ----------
    judged : calibrated on the files of other days
    types : the types, in the order of ``shares``
    shares : (N, types) float64 ndarray
    scale, threshold : calibration by all files, and the score that one in ten quiet files reaches
    """

    judged: list[Judged]
    types: tuple[str, ...]
    shares: np.ndarray
    scale: np.ndarray
    threshold: float


def judged_by_day(files: Sequence[LabelledSpectrogram], fold: np.ndarray, models: Sequence[ClipClassifier]) -> Crossed:
    """Judge files of each fold by its model; ``fold`` holds (N,) integers, ``models`` one a fold."""
    evidence, shares = np.zeros(len(files)), np.zeros((len(files), len(models[0].types)))
    for index, file in enumerate(files):
        model = models[fold[index]]
        features = model.picture_features([file.prepared])
        evidence[index], shares[index] = model.evidence(features)[0], model.type_shares(features)[0]
    scored = np.array([file.scored for file in files])
    burst = np.array([file.label == "burst" for file in files], dtype=int)
    judged = []
    for index, file in enumerate(files):
        others = scored & (fold != fold[index])
        score = float(logistic(evidence[index : index + 1], platt(evidence[others], burst[others]))[0])
        judged.append(Judged(file, score, ()))
    return Crossed(judged, models[0].types, shares, platt(evidence[scored], burst[scored]), quiet_quantile(judged))


def cross_figures(crossed: Crossed) -> dict[str, float]:
    """Figures of files as in `figures`, without those of minutes; and of types, over files whose sure boxes are of one type."""
    found = {key: value for key, value in figures(crossed.judged, crossed.threshold).items() if "minute" not in key}
    rows = []
    for item, share in zip(crossed.judged, crossed.shares, strict=True):
        kinds = {box.type.removesuffix("g") for box in item.example.boxes if box.confidence != UNSURE}
        if item.example.scored and len(kinds) == 1 and (kind := kinds.pop()) in crossed.types:
            rows.append((kind, crossed.types[int(share.argmax())], item.example.day))
    right = np.array([kind == named for kind, named, _ in rows], dtype=float)
    low, high = bootstrap_interval(lambda score, _: float(score.mean()), right, right > 0, [day for _, _, day in rows])
    commonest = max((sum(kind == other for kind, _, _ in rows) for other in crossed.types), default=0)
    found |= {"type_files": len(rows), "types": float(right.mean()), "types_low": low, "types_high": high}
    found["types_always_the_commonest"] = commonest / max(len(rows), 1)
    return found


def simulated_figures(model: ClipClassifier, files: int, progress: Progress) -> dict[str, float]:
    """Find simulated pictures of unseen bands and coronae by captions in words kept from training.

    ``own_at_K``: the picture of which a caption was drawn is among the first K; ``true_at_1``: the caption is true of the first
    picture (``true_by_chance``: of a picture on average); ``precision``: average precision of all pictures, by caption.
    """
    pictures, facts = [], []
    for number in range(files):
        scene = draw_scene(SEED, number, unseen=True)
        known = PictureFacts.of_simulated(scene.bursts, not scene.bursts and bool(scene.truth.any()))
        if known.sure:
            pictures.append(model.picture_features([scene.prepared])[0])
            facts.append(known)
        progress("simulated test", number + 1, files)
    rng = np.random.default_rng(SEED)
    captions = [draw_caption(known, rng, held_out=True) for known in facts]
    truth = truth_table(facts, captions) == 1
    likeness = np.stack(pictures) @ model.text_features([caption.text for caption in captions]).T
    order = np.argsort(-likeness, axis=0, kind="stable")
    burst = np.array([bool(known.bursts) for known in facts])
    own = np.array([int(np.flatnonzero(order[:, index] == index)[0]) for index in range(len(facts))])[burst]
    return {
        "captions": float(burst.sum()),
        "pictures": float(len(facts)),
        **{f"own_at_{rank}": float((own < rank).mean()) for rank in RANKS},
        "true_at_1": float(truth[order[0], np.arange(len(facts))].mean()),
        "true_by_chance": float(truth.mean()),
        "precision": float(np.mean([average_precision(likeness[:, index], truth[:, index]) for index in range(len(facts))])),
    }
