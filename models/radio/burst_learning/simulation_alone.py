"""What the map is worth on real files when it has learnt from simulated ones alone: the figure that judges the simulator."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.metrics import auc, average_precision
from models.radio.burst import run_networks
from models.radio.burst_evidence import evidence_of
from models.radio.burst_planes import CELL_SECONDS, planes_of
from models.radio.labelled import LabelledSpectrogram, minute_truth
from models.radio.spectrogram import PreparedSpectrogram

# A burst fills several rows of cells and lasts longer than one: the mean of the three surest rows, over three cells of time.
SUREST_ROWS, SMOOTHED = 3, 3


def simulation_alone(networks: Sequence[Any], files: Sequence[LabelledSpectrogram]) -> dict[str, float]:
    """Judge real files by the map alone, without the trees, which learn from real files.

    Parameters
    ----------
    networks : as `load_networks` gives them for the CPU, that saw no real file
    files : labelled spectrograms

    Returns
    -------
    dict: file_auc, file_ap and minute_auc, each with ``alone_`` before it
    """
    score, truth, minute, burst = [], [], [], []
    for file in files:
        if not file.scored:
            continue
        evidence = surest(networks, file.prepared)
        step = CELL_SECONDS * file.prepared.bin_s
        score.append(float(evidence.max()))
        truth.append(file.label == "burst")
        for first, last, in_burst in minute_truth(file):
            minute.append(float(evidence[int(first / step) : max(int(last / step), int(first / step) + 1)].max(initial=-30.0)))
            burst.append(in_burst)
    files_score, files_truth = np.array(score), np.array(truth, dtype=bool)
    return {
        "alone_file_auc": auc(files_score, files_truth),
        "alone_file_ap": average_precision(files_score, files_truth),
        "alone_minute_auc": auc(np.array(minute), np.array(burst, dtype=bool)),
    }


def surest(networks: Sequence[Any], prepared: PreparedSpectrogram) -> np.ndarray:
    """(cells,) float64 ndarray: log odds of a burst in each column of the map."""
    (logits,) = run_networks(networks, [planes_of(prepared)], "cpu")
    cells = max(prepared.n_bins // CELL_SECONDS, 1)
    rows = np.sort(evidence_of(logits, prepared).log_odds[:, :cells], axis=0)[-SUREST_ROWS:]
    return np.convolve(rows.mean(axis=0), np.full(SMOOTHED, 1 / SMOOTHED), "same")
