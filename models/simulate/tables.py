"""Measured receivers and interference: the tables that the simulator draws from.

Both were measured on 190 CALLISTO files of 38 stations, 2005-2020: ``gain_profiles.csv`` holds 32 points of baseline and
noise per station and band in digits, ``rfi_by_frequency.csv`` the share of channels with interference per band.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class GainProfile:
    """Baseline and noise of one real receiver, coarse in frequency.

    Attributes
    ----------
    station : where it was measured
    low_mhz, high_mhz : MHz, its band
    position : (P,) float64 ndarray, share of the band from its low edge
    baseline_digit, sigma_digit : (P,) float64 ndarrays, digits
    """

    station: str
    low_mhz: float
    high_mhz: float
    position: np.ndarray
    baseline_digit: np.ndarray
    sigma_digit: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class InterferenceShares:
    """Share of channels with interference against frequency.

    Attributes
    ----------
    edges_mhz : (N + 1,) float64 ndarray, MHz, ascending
    line, duty_1, duty_10, noisy : (N,) float64 ndarrays: persistent lines, disturbed more than 1 % and 10 % of the time, noisy
    sigma : (N,) float64 ndarray, noise relative to the file's median channel
    """

    edges_mhz: np.ndarray
    line: np.ndarray
    duty_1: np.ndarray
    duty_10: np.ndarray
    noisy: np.ndarray
    sigma: np.ndarray

    def bins(self, frequency_mhz: np.ndarray) -> np.ndarray:
        """Index of each frequency's band; beyond the table the nearest one.

        Parameters
        ----------
        frequency_mhz : (F,) float64 ndarray, MHz

        Returns
        -------
        (F,) int ndarray
        """
        return np.clip(np.searchsorted(self.edges_mhz, frequency_mhz) - 1, 0, len(self.line) - 1)


def _rows(name: str) -> list[dict[str, str]]:
    with files("models.simulate.data").joinpath(name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=1)
def gain_profiles() -> tuple[GainProfile, ...]:
    """All measured receivers.

    Returns
    -------
    tuple of GainProfile
    """
    points = range(32)
    return tuple(
        GainProfile(
            row["station"],
            float(row["f_lo"]),
            float(row["f_hi"]),
            (np.arange(32) + 0.5) / 32,
            np.array([float(row[f"b{i}"]) for i in points]),
            np.array([float(row[f"s{i}"]) for i in points]),
        )
        for row in _rows("gain_profiles.csv")
    )


@lru_cache(maxsize=1)
def interference_shares() -> InterferenceShares:
    """How often each band is disturbed.

    Returns
    -------
    InterferenceShares
    """
    rows = _rows("rfi_by_frequency.csv")
    spans = [row["bin"].strip("(]").split(",") for row in rows]
    edges = np.array([float(low) for low, _ in spans] + [float(spans[-1][1])])
    columns = (np.array([float(row[key]) for row in rows]) for key in ("line", "duty1", "duty10", "noisy", "sig"))
    return InterferenceShares(edges, *columns)
