"""Finer than the grid: the highest point of the parabola through a maximum and its neighbours."""

import numpy as np


def vertex(values: np.ndarray, place: int) -> float:
    """Return where (N,) values are highest, near their maximum at ``place``; at the ends, and where they are flat, that itself."""
    if not 0 < place < values.size - 1:
        return float(place)
    left, here, right = (float(value) for value in values[place - 1 : place + 2])
    bend = left - 2 * here + right
    return place + (0.5 * (left - right) / bend if bend < 0 else 0.0)
