"""Training of `sun-flare-origin`: cut-outs of regions, labelled by what came of their disk."""

from pathlib import Path

import numpy as np

from models.metrics import auc, bootstrap_interval
from models.sun.active_learning.disk import LabelledDisk, truth
from models.sun.active_learning.folds import rolling_folds
from models.sun.active_learning.training import Progress
from models.sun.found_regions import find_regions
from models.sun.origin_learning.network import fit_origin
from models.sun.origin_recipe import origin_scores
from models.sun.prepare import PREPROCESSING_VERSION
from models.sun.region_origin_recipe import SunFlareOrigin, cut_out
from models.weights_file import save_arrays, sha256, write_card


def train(disks: list[LabelledDisk], weights: Path, command: str, data: str, progress: Progress) -> dict[str, float]:
    """Fit on the largest region of every disk, forecast the last year by what was known before it, write weights and card.

    One year alone is forecast, because the network is a baseline and takes minutes.

    Parameters
    ----------
    disks : in order of time
    weights : folder for ``sun-flare-origin.safetensors`` and its card
    command, data : as the card states them
    progress : told of what is done, how far, of how much
    """
    kept = [disk for disk in disks if find_regions(disk.sun)]
    pictures = np.stack([cut_out(disk.sun, find_regions(disk.sun)[0]) for disk in kept])
    event = truth(kept)[:, 1]
    fold = rolling_folds(kept)[-1]
    progress(SunFlareOrigin.name, 1, 3)
    score = origin_scores(fit_origin(pictures[fold.train], event[fold.train]), pictures[fold.test], "cpu")
    progress(SunFlareOrigin.name, 2, 3)
    network = fit_origin(pictures, event)
    progress(SunFlareOrigin.name, 3, 3)
    save_arrays(SunFlareOrigin.weights or "", {name: part.numpy() for name, part in network.state_dict().items()}, weights)
    days = [kept[index].day for index in fold.test]
    low, high = bootstrap_interval(auc, score, event[fold.test], days)
    figures = {"M_auc": auc(score, event[fold.test]), "M_auc_low": low, "M_auc_high": high, "forecasts": float(len(days))}
    front = {
        "name": SunFlareOrigin.name,
        "version": SunFlareOrigin.version,
        "threshold": SunFlareOrigin.threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(SunFlareOrigin.weights or "", weights),
        "command": command,
        "data": data,
    }
    text = f"""# sun-flare-origin {SunFlareOrigin.version}

A baseline to be beaten: the second network of SunML (two convolutions to three planes, one weight a pixel, 11,278 in all), trained
as it was there (Adam, 15 epochs of batches of ten, threshold 0.5). There it told thumbnails of regions from those of flares, which
one does as well by their colours (149 of 151). Here it sees the largest region of each disk of AIA 211, and its label is whether
the disk had a flare of M1 or more within 24 h: weak labels, as which region flared is not known. {figures["forecasts"]:.0f} disks
of {fold.name} forecast by what was known 30 days before that year: AUC {figures["M_auc"]:.3f} ({low:.3f} to {high:.3f}, 90 % of
bootstrap draws of days). The shipped network learnt from all disks. Its score is not calibrated.
"""
    write_card(SunFlareOrigin.name, front, text, weights)
    return figures
