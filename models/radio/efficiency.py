"""How many injected bursts are found again, and from which strength on nearly all of them are."""

from dataclasses import dataclass

import numpy as np

# dB: about as many injections in each, and where steps matter a decibel wide.
DB_EDGES = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 20.0)
# 90 % of a Gaussian lie within.
Z_90 = 1.6449
# Nine of ten cannot be told from fewer.
LEAST_ABOVE = 10


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the injections of some strengths were recovered.

    Attributes
    ----------
    low_db, high_db : dB, of the strengths; ``high_db`` itself only in the last of `shares`
    injected, recovered : counts
    """

    low_db: float
    high_db: float
    injected: int
    recovered: int

    @property
    def interval(self) -> tuple[float, float]:
        """`wilson_interval` of the share."""
        return wilson_interval(self.recovered, self.injected)


def shares(strength_db: np.ndarray, recovered: np.ndarray) -> list[Share]:
    """Count injections between `DB_EDGES`.

    Parameters
    ----------
    strength_db, recovered : as in `rising_share`

    Returns
    -------
    list of Share, ascending, those without an injection left out
    """
    bins = (np.searchsorted(DB_EDGES, strength_db, side="right") - 1).clip(0, len(DB_EDGES) - 2)
    return [
        Share(DB_EDGES[index], DB_EDGES[index + 1], int((bins == index).sum()), int(recovered[bins == index].sum()))
        for index in np.unique(bins).tolist()
    ]


def wilson_interval(recovered: int, injected: int, z: float = Z_90) -> tuple[float, float]:
    """Interval of a share, that of Wilson (1927, J. Am. Stat. Assoc. 22, 209): honest at 0 and at 1, and for a few.

    Parameters
    ----------
    recovered, injected : counts
    z : half width in standard deviations; by default of 90 %

    Returns
    -------
    tuple of float, low and high end, in [0, 1]
    """
    if not injected:
        return 0.0, 1.0
    share, spread = recovered / injected, z * z / injected
    middle = (share + spread / 2) / (1 + spread)
    half = float(np.sqrt(share * (1 - share) * spread + spread * spread / 4)) / (1 + spread)
    # At none and at all the ends are 0 and 1, but for the last bit.
    return (middle - half if recovered else 0.0), (middle + half if recovered < injected else 1.0)


def rising_share(strength_db: np.ndarray, recovered: np.ndarray) -> np.ndarray:
    """Share recovered as a function of strength that nowhere falls (isotonic regression, pooling adjacent violators).

    No other form is assumed: a type of which a part is never found keeps its plateau below 1.

    Parameters
    ----------
    strength_db : (N,) float ndarray, dB
    recovered : (N,) bool ndarray

    Returns
    -------
    (N,) float64 ndarray, for each of the strengths, in their order
    """
    order = np.argsort(strength_db, kind="stable")
    blocks: list[list[float]] = []  # sum and count
    for found in recovered[order].tolist():
        blocks.append([float(found), 1.0])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    share = np.empty(order.size)
    share[order] = np.repeat([total / count for total, count in blocks], [int(count) for _, count in blocks])
    return share


def expected_share(strength_db: np.ndarray, recovered: np.ndarray, at_db: np.ndarray) -> np.ndarray:
    """Read `rising_share` off at other strengths, between two of its own in proportion.

    Parameters
    ----------
    strength_db, recovered : as in `rising_share`, at least one
    at_db : (M,) float ndarray, dB

    Returns
    -------
    (M,) float64 ndarray
    """
    order = np.argsort(strength_db, kind="stable")
    return np.asarray(np.interp(at_db, strength_db[order], rising_share(strength_db, recovered)[order]))


def complete_from(strength_db: np.ndarray, recovered: np.ndarray, share: float) -> float | None:
    """Strength from which on at least ``share`` is recovered.

    Parameters
    ----------
    strength_db, recovered : as in `rising_share`
    share : in (0, 1)

    Returns
    -------
    float, dB; None where that share is reached nowhere, or by fewer than `LEAST_ABOVE` injections
    """
    reached = strength_db[rising_share(strength_db, recovered) >= share]
    return float(reached.min()) if reached.size >= LEAST_ABOVE else None
