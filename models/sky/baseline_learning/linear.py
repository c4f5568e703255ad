"""Training of `sky-linear`."""

from pathlib import Path

import numpy as np

from models.sky.baseline_learning.card import Real, real_figures, write_baseline_card
from models.sky.baseline_learning.frames import LabelledFrames, figures, platt
from models.sky.frame import PREPROCESSING_VERSION
from models.sky.linear import FILE, SkyLinear
from models.sky.normalisation import Normalisation
from models.sky.rebin import SHAPE
from models.weights_file import save_arrays

PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10000.0)  # of which leaving out one frame at a time chooses
LOGISTIC_STRENGTH = 1e-3
WHAT = """A baseline to be beaten: ridge regression on the 20,480 pixels, brought to 0 to 1 by the least and greatest count of
the frames learnt from, as the origin's, and a logistic of the sum. It knows no clear sky: what it has learnt is how bright frames
are."""


def train(material: LabelledFrames, folder: Path, command: str, data: str, real: Real) -> dict[str, float]:
    """Make weights and card; return the figures.

    Parameters
    ----------
    material : simulated frames
    folder : for weights and card
    command, data : as the card states them
    real : real frames that are judged in the end
    """
    from sklearn.linear_model import LogisticRegression, RidgeCV

    kept = ~material.apart
    normalisation = Normalisation.fit("min_max", material.adu[kept])
    table = normalisation.apply(material.adu).reshape(len(material.adu), -1)
    ridge = RidgeCV(PENALTIES).fit(table[kept], np.where(material.cloudy[kept], 1.0, -1.0))
    sums = table @ ridge.coef_.astype(np.float32)
    scale = platt(_crossed(material, table, float(ridge.alpha_)), material.cloudy[kept])
    scale[1] += scale[0] * ridge.intercept_  # the sum of the pixels alone is stored
    logistic = LogisticRegression(C=LOGISTIC_STRENGTH, max_iter=300).fit(table[kept], material.cloudy[kept])
    found = figures(1 / (1 + np.exp(-(scale[0] * sums + scale[1])))[material.apart], material.cloudy[material.apart])
    beside = figures(logistic.predict_proba(table[material.apart])[:, 1], material.cloudy[material.apart])
    found |= {"frames": float(len(table)), "held_out": float(material.apart.sum())}
    arrays = {
        "pixels": ridge.coef_.astype(np.float32).reshape(SHAPE),
        "scale": scale,
        "normalisation": normalisation.array(),
        "preprocessing": np.frombuffer(PREPROCESSING_VERSION.encode(), np.uint8),
    }
    checksum = save_arrays(FILE, arrays, folder)
    found |= real_figures(SkyLinear("cpu", folder), real)
    write_baseline_card(folder, SkyLinear, WHAT, checksum, command, data, found, {"logistic regression on the same pixels": beside})
    return found


def _crossed(material: LabelledFrames, table: np.ndarray, penalty: float) -> np.ndarray:
    """Sums of the frames learnt from, each by a ridge that saw the other half."""
    from sklearn.linear_model import Ridge

    kept = np.flatnonzero(~material.apart)
    held = np.zeros(kept.size)
    for half in (0, 1):
        inside, outside = kept[half::2], kept[1 - half :: 2]
        held[half::2] = Ridge(penalty).fit(table[outside], np.where(material.cloudy[outside], 1.0, -1.0)).predict(table[inside])
    return held
