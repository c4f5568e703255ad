"""A copy of a file with a burst in it."""

from dataclasses import replace

import numpy as np

from models.radio.injection import Background, Injection
from models.radio.prepare import prepare, unit_db
from models.radio.spectrogram import PreparedSpectrogram, Spectrogram


def prepared_copy(
    observation: Spectrogram | PreparedSpectrogram, background: Background, injection: Injection
) -> PreparedSpectrogram:
    """Copy a file, with the burst in it, as classifiers take it: what the cleaning takes of a burst is lost in a copy as in a file.

    Parameters
    ----------
    observation : as read, which is then prepared, or as prepared without the burst
    background, injection : of it

    Returns
    -------
    PreparedSpectrogram
    """
    if isinstance(observation, Spectrogram):
        return prepare(inject_raw(observation, background, injection))
    return inject_prepared(observation, background, injection)


def inject_raw(spectrogram: Spectrogram, background: Background, injection: Injection) -> Spectrogram:
    """Copy a file as read, with the burst in it: added in linear power, then rounded and clipped as the receiver does it.

    Parameters
    ----------
    spectrogram : Spectrogram
    background, injection : of it

    Returns
    -------
    Spectrogram
    """
    unit, level = unit_db(spectrogram), background.level_db[:, None]
    # The step and the largest value of the 8 bits that nearly every file stores; files of other formats may go beyond it.
    step, zero = (float(spectrogram.header.get(card, usual)) for card, usual in (("BSCALE", 1), ("BZERO", 0)))
    most = max(zero + 255 * step, float(spectrogram.intensity.max()))
    intensity = spectrogram.intensity.copy()
    place = np.ix_(background.rows, np.arange(injection.first, injection.first + injection.ratio.shape[1]))
    louder = (_add_power(intensity[place] * np.float32(unit) - level, injection.ratio) + level) / np.float32(unit)
    stored = np.minimum(np.rint((louder - zero) / step) * step + zero, most).astype(intensity.dtype)
    # What the burst does not reach stays as it was, bit by bit.
    intensity[place] = np.where(injection.ratio > 0, stored, intensity[place])
    return replace(spectrogram, intensity=intensity)


def inject_prepared(prepared: PreparedSpectrogram, background: Background, injection: Injection) -> PreparedSpectrogram:
    """Copy a prepared file, with the burst in it; what was masked stays so.

    Parameters
    ----------
    prepared : PreparedSpectrogram
    background, injection : of it

    Returns
    -------
    PreparedSpectrogram
    """
    mean = prepared.mean_db.copy()
    place = np.ix_(background.rows, np.arange(injection.first, injection.first + injection.ratio.shape[1]))
    mean[place] = np.where(prepared.covered[place], _add_power(mean[place], injection.ratio), 0)
    return replace(prepared, mean_db=mean)


def _add_power(above_db: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """dB above quiet, with ``ratio`` times the quiet power added."""
    return np.asarray(10 * np.log10(10 ** (above_db / np.float32(10)) + ratio))
