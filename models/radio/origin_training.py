"""Calibration of `radio-origin`: two numbers, and what the baseline is worth."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from models.radio.evaluation import Judged, figures
from models.radio.gate import logistic
from models.radio.gate_training import accepted, fold_of_day, platt, quiet_quantile
from models.radio.labelled import LabelledSpectrogram
from models.radio.origin_recipe import OriginRecipe, unset_percent
from models.radio.prepare import PREPROCESSING_VERSION
from models.weights_file import save_arrays, write_card


def train(examples: Iterable[LabelledSpectrogram], weights: Path, command: str, data: str) -> dict[str, float]:
    """Calibrate, leaving out whole days in turn; write the two numbers and the card; return the cross-validated figures."""
    files = [(example, unset_percent(example.prepared)) for example in examples if accepted(example)]
    group = fold_of_day([example.day for example, _ in files])
    judged = []
    for example, unset in files:
        scale = _scale([pair for pair in files if group[pair[0].day] != group[example.day]])
        judged.append(Judged(example, float(logistic(np.array([unset]), scale)[0]), ()))
    threshold = quiet_quantile(judged)
    checksum = save_arrays("radio-origin.safetensors", {"scale": _scale(files), "threshold": np.array([threshold])}, weights)
    crossed = figures(judged, threshold)
    front = {
        "name": OriginRecipe.name, "version": OriginRecipe.version, "threshold": threshold, "preprocessing": PREPROCESSING_VERSION,
        "sha256": checksum, "command": command, "data": data,
    }  # fmt: skip
    text = f"""# radio-origin {OriginRecipe.version}

A baseline to be beaten: min-max of the whole array, Gaussian 5x5, adaptive threshold (11, 2), closing 3x3 twice, then a logistic of
the share of pixels left unset. On {crossed["files"]:.0f} real files ({crossed["burst_share"]:.0%} with a burst), cross-validated by
day: file AUC {crossed["file_auc"]:.3f} ({crossed["file_auc_low"]:.3f} to {crossed["file_auc_high"]:.3f}), average precision
{crossed["file_ap"]:.3f}, Brier score {crossed["file_brier"]:.3f} (bare prevalence
{crossed["file_brier_of_prevalence"]:.3f}), recall {crossed["recall"]:.2f} at {crossed["false_alarms"]:.2f} false alarms.
It finds no places, so its minutes all score 0.
"""
    write_card(OriginRecipe.name, front, text, weights)
    return crossed


def _scale(files: list[tuple[LabelledSpectrogram, float]]) -> np.ndarray:
    scored = [(unset, example.label == "burst") for example, unset in files if example.scored]
    return platt(np.array([pair[0] for pair in scored]), np.array([pair[1] for pair in scored], dtype=int))
