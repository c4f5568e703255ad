"""All that is measured on a patch of background, each by its name."""

import numpy as np

from models.simulate.realism.levels import level_features
from models.simulate.realism.neighbours import neighbour_features
from models.simulate.realism.noise import noise_features
from models.simulate.realism.outliers import outlier_features
from models.simulate.realism.tones import tone_features


def patch_features(patch: np.ndarray) -> dict[str, float]:
    """Features of one patch.

    Parameters
    ----------
    patch : (F, T) ndarray, whole digits, rows ascending in frequency, 0.25 s a sample

    Returns
    -------
    dict of float by name, finite
    """
    return (
        level_features(patch) | noise_features(patch) | neighbour_features(patch) | outlier_features(patch) | tone_features(patch)
    )
