"""The first look at a spectrogram: is there a burst, and where. No network, no GPU, some milliseconds a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from models.classifier import Classifier
from models.errors import Declined, ModelUnavailable
from models.radio.blobs import Blob
from models.radio.candidates import MEASURES, Candidate, candidates, measure_table
from models.radio.prepare import PREPROCESSING_VERSION
from models.radio.spectrogram import PreparedSpectrogram
from models.trees import Trees
from models.verdict import Detection, Verdict
from models.weights_file import WEIGHTS, load_arrays

MIN_DURATION_S = 60.0
MIN_CHANNELS = 20
# A weaker spot is a stronger one seen again (in the other map) where this share of it lies within, or the boxes share this much of
# their union.
WITHIN = 0.85
ALIKE = 0.6
HALO_BINS = 30  # the smoothing of lasting things spreads a brief one by 31 s
# Cross-validated minute AUC is 0.907 with the best 30 from 0.01, 0.05 or 0.1 on, 0.898 with the best 20. A quiet file has 27 spots
# that reach 0.01, and 2 that reach 0.1.
MOST_DETECTIONS = 30
LEAST_SCORE = 0.1
ARRAYS = ("feature", "limit", "leaf", "start", "blob_scale", "file_scale", "threshold", "preprocessing")


class RadioGate(Classifier):
    """Robust sigma, connected spots at the scales of the burst types, a calibrated probability for each spot and for the file."""

    name: ClassVar[str] = "radio-gate"
    version: ClassVar[str] = "2"
    instrument: ClassVar[str] = "radio"
    rank: ClassVar[int] = 1
    weights: ClassVar[str | None] = "radio-gate.safetensors"

    def __init__(self, device: str = "cpu", folder: Path = WEIGHTS) -> None:
        super().__init__(device)
        arrays = load_arrays("radio-gate.safetensors", ARRAYS, folder)
        made_for = arrays["preprocessing"].tobytes().decode()
        if made_for != PREPROCESSING_VERSION or int(arrays["feature"].max(initial=0)) >= len(MEASURES):
            raise ModelUnavailable(f"weights of radio-gate are for data prepared as {made_for}, ours is {PREPROCESSING_VERSION}")
        self.trees = Trees.from_arrays(arrays)
        self.blob_scale = arrays["blob_scale"]
        self.file_scale = arrays["file_scale"]
        self.threshold = float(arrays["threshold"][0])

    def check(self, observation: object) -> None:
        """Decline what is no intensity spectrogram of at least a minute and twenty channels."""
        check_spectrogram(observation)

    def score(self, observations: Sequence[PreparedSpectrogram]) -> list[Verdict]:
        """One verdict per spectrogram."""
        return [self._verdict(observation) for observation in observations]

    def _verdict(self, prepared: PreparedSpectrogram) -> Verdict:
        found = candidates(prepared)
        odds = self.trees.log_odds(measure_table(found))
        scores = logistic(odds, self.blob_scale)
        score = float(logistic(file_evidence(odds), self.file_scale)[0])
        shown = tuple(detection_of(prepared, found[index], float(scores[index])) for index in distinct(found, scores))
        return judged(self, prepared, score, shown, len(found))


def check_spectrogram(observation: object) -> None:
    """Raise `Declined` unless ``observation`` is an intensity spectrogram of at least a minute and twenty sky channels."""
    if not isinstance(observation, PreparedSpectrogram):
        raise Declined("a picture without axes, not a spectrogram")
    if observation.product != "intensity":
        raise Declined(f"a {observation.product} product: bursts are judged on intensity")
    duration = observation.n_bins * observation.bin_s
    if duration < MIN_DURATION_S:
        raise Declined(f"too short: {duration:.0f} s, at least {MIN_DURATION_S:.0f} s are needed to know the quiet level")
    good = int(observation.good.sum())
    if good < MIN_CHANNELS:
        raise Declined(f"too few channels with sky data: {good}, at least {MIN_CHANNELS} are needed")


def file_evidence(log_odds: np.ndarray) -> np.ndarray:
    """(1,) float64 ndarray: log odds of the best spot; -6 (as a hopeless one) where there is none."""
    return np.array([float(log_odds.max(initial=-6.0))])


def logistic(evidence: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Platt's calibration: 1 / (1 + exp(-(a x + b))) with ``scale`` = (a, b)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scale[0] * evidence + scale[1], -30, 30))))


def distinct(found: list[Candidate], scores: np.ndarray) -> list[int]:
    """Indices, best first, without hopeless spots and without those that show what a better one shows."""
    hopeful = [index for index in np.argsort(-scores, kind="stable").tolist() if scores[index] >= LEAST_SCORE]
    again = seen_again([found[index].blob for index in hopeful])
    kept: list[int] = []
    for place in range(len(hopeful)):
        if len(kept) < MOST_DETECTIONS and not again[place, kept].any():
            kept.append(place)
    return [hopeful[place] for place in kept]


def seen_again(spots: Sequence[Blob]) -> np.ndarray:
    """(N, N) bool ndarray: the row's spot shows what the column's, a better one, shows.

    Its box lies mostly within the other's, is about as large, or is its halo: all around it, but not much longer.
    """
    x0, y0, x1, y1 = np.array([spot.box for spot in spots], dtype=np.int64).reshape(-1, 4).T
    width = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
    height = np.minimum.outer(y1, y1) - np.maximum.outer(y0, y0)
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    area = (x1 - x0) * (y1 - y0)
    halo = (shared >= WITHIN * area) & (np.subtract.outer(x1 - x0, x1 - x0) <= HALO_BINS)
    return np.asarray(halo | (shared >= WITHIN * area[:, None]) | (shared >= ALIKE * (np.add.outer(area, area) - shared)))


def judged(
    model: Classifier, prepared: PreparedSpectrogram, score: float, detections: tuple[Detection, ...], spots: int
) -> Verdict:
    """Verdict of a model that judges the spots of a file.

    Parameters
    ----------
    model : whose verdict it is, with its threshold
    prepared : PreparedSpectrogram
    score : probability that the file holds a burst
    detections : those shown, best first
    spots : how many there were
    """
    covered, sigma = prepared.covered[prepared.good, : prepared.n_bins], prepared.sigma_db
    metrics = {
        "candidates": spots,
        "good_channels": int(prepared.good.sum()),
        **prepared.band,
        "covered_fraction": round(float(np.count_nonzero(covered) / covered.size), 4),
        "median_sigma_db": round(float(np.median(sigma[np.isfinite(sigma)])), 4),
    }
    return replace(burst_or_quiet(model, score, metrics), detections=detections)


def burst_or_quiet(model: Classifier, score: float, metrics: Mapping[str, Any]) -> Verdict:
    """Verdict of any model of bursts.

    Parameters
    ----------
    model : whose verdict it is, with its threshold
    score : probability that the file holds a burst
    metrics : measures of the file
    """
    label = "burst" if score >= model.threshold else "quiet"
    scores = {"burst": score, "quiet": 1 - score}
    return Verdict(
        model.name, model.version, "judged", label=label, score=score, threshold=model.threshold, scores=scores, metrics=metrics
    )


def detection_of(prepared: PreparedSpectrogram, candidate: Candidate, score: float) -> Detection:
    """A spot as a detection without a type, with the measures that a reader understands."""
    blob, measures = candidate.blob, candidate.measures
    rows = np.flatnonzero(prepared.good)
    low, high = int(rows[blob.y0]), int(rows[blob.y1 - 1])

    def moment(bins: float) -> datetime:
        return min(prepared.t_start + timedelta(seconds=bins * prepared.bin_s), prepared.t_end)

    return Detection(
        label="unclassified",
        score=score,
        t_start=moment(blob.x0),
        t_peak=moment(measures["peak_bin"] + 0.5),
        t_end=moment(blob.x1),
        frequency_low_mhz=float(prepared.frequency_mhz[low]),
        frequency_high_mhz=float(prepared.frequency_mhz[high]),
        box=(float(blob.x0), float(low), float(blob.x1), float(high + 1)),
        attributes={
            "peak_db": round(10 ** measures["log_peak_db"] - 1, 2),
            "mean_sigma": round(measures["mean_sigma"], 2),
            "band_fraction": round(measures["band_fraction"], 3),
            "filled_fraction": round(measures["fill"], 3),
            "lasting": bool(measures["lasting"]),
        },
    )
