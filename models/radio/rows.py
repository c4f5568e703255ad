"""Which rows of an e-CALLISTO picture hold sky data."""

import numpy as np

# Share of unit steps that makes a row the receiver's test ramp 0, 1, 2, ...; sky rows reach 0.3, ramps 0.99 (201 real files).
RAMP_SHARE = 0.9
RAMP_SAMPLES = 513  # two ramps


def good_rows(picture: np.ndarray, frequency_mhz: np.ndarray) -> np.ndarray:
    """Rows that hold sky data, judged by their values rather than by where they stand.

    Parameters
    ----------
    picture : (F, T) float32 ndarray, digits, rows in the order of the file
    frequency_mhz : (F,) float64 ndarray, MHz, in the order of the file

    Returns
    -------
    (F,) bool ndarray: False for constant rows, test ramps and dummy rows that share one frequency

    Notes
    -----
    In 47 of 201 real files a few of the lowest rows echo far channels during bursts. They stay: their noise is their own (its
    correlation with the echoed channel is below 0.5 in all but one file), so that nothing but a burst tells them from sky rows.
    """
    return np.asarray(~(constant_rows(picture) | ramp_rows(picture) | repeated_frequencies(frequency_mhz)))


def constant_rows(picture: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True where a row never changes: no receiver behind it."""
    return np.asarray(picture.min(axis=1) == picture.max(axis=1))


def ramp_rows(picture: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True for the test sawtooth 0, 1, 2, ... 254, scaled or not."""
    step = np.diff(picture[:, :RAMP_SAMPLES], axis=1)
    if step.shape[1] < 8:
        return np.zeros(picture.shape[0], dtype=bool)
    usual = np.median(step, axis=1, keepdims=True)
    # Scaled files carry the ramp in steps of BSCALE; a step of 0 is a constant row, which has its own name.
    return np.asarray((np.abs(step - usual) < 1e-3).mean(axis=1) > RAMP_SHARE) & (usual[:, 0] > 0)


def repeated_frequencies(frequency_mhz: np.ndarray) -> np.ndarray:
    """(F,) bool ndarray, True for dummy rows.

    Receivers fill their 200 rows by repeating one frequency, mostly 8 or 9 times; all rows of such a group are doubtful. Of a mere
    pair, the first is taken as the sky.
    """
    _, group, count = np.unique(frequency_mhz, return_inverse=True, return_counts=True)
    first = np.zeros(frequency_mhz.size, dtype=bool)
    first[np.unique(frequency_mhz, return_index=True)[1]] = True
    return np.asarray((count[group] > 2) | ((count[group] == 2) & ~first))
