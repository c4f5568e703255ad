"""A prepared spectrogram without the receiver's own gain steps and fringes."""

from dataclasses import replace

import numpy as np

from models.radio.background import quiet_level
from models.radio.fringes import fringes
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.steps import find_steps, level_steps


def without_steps(prepared: PreparedSpectrogram) -> PreparedSpectrogram:
    """Level the gain steps.

    Parameters
    ----------
    prepared : PreparedSpectrogram

    Returns
    -------
    `PreparedSpectrogram`, the same one where there are no steps
    """
    mean, maximum = _planes(prepared, prepared.good)
    steps = find_steps(mean)
    return _levelled(prepared, *level_steps(mean, maximum, steps)) if steps else prepared


def without_fringes(prepared: PreparedSpectrogram) -> PreparedSpectrogram:
    """Subtract fringes.

    Parameters
    ----------
    prepared : PreparedSpectrogram

    Returns
    -------
    `PreparedSpectrogram`, the same one where there are no fringes
    """
    scanned = np.isfinite(prepared.frequency_mhz)
    waves = fringes(_planes(prepared, scanned)[0], prepared.sigma_db[scanned], prepared.bin_s)
    if waves is None:
        return prepared
    mean, maximum = _planes(prepared, prepared.good)
    waves = waves[prepared.good[scanned]]
    return _levelled(prepared, mean - waves, maximum - waves)


def _planes(prepared: PreparedSpectrogram, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and maximum of some rows, without padding, NaN where masked."""
    covered = prepared.covered[rows, : prepared.n_bins]
    planes = (prepared.mean_db[rows, : prepared.n_bins], prepared.max_db[rows, : prepared.n_bins])
    mean, maximum = (np.where(covered, plane, np.float32(np.nan)) for plane in planes)
    return mean, maximum


def _levelled(prepared: PreparedSpectrogram, mean: np.ndarray, maximum: np.ndarray) -> PreparedSpectrogram:
    """``prepared`` with other planes in its good rows, above their quiet level."""
    quiet, sigma = quiet_level(mean)
    known = np.isfinite(mean)
    planes = []
    for old, new in ((prepared.mean_db, mean), (prepared.max_db, maximum)):
        plane = old.copy()
        plane[prepared.good, : prepared.n_bins] = np.where(known, new - quiet[:, None], np.float32(0))
        planes.append(plane)
    sigma_db = prepared.sigma_db.copy()
    sigma_db[prepared.good] = sigma
    return replace(prepared, mean_db=planes[0], max_db=planes[1], sigma_db=sigma_db)
