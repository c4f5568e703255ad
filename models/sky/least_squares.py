"""Least squares by loops: no linear algebra library, whose threads would fight for the cores on which other frames are judged."""

import numpy as np

from models.compiled import njit

TERMS = 7  # 1, x, y, x^2, xy, y^2, and the camera's pattern


@njit(cache=True, nogil=True, fastmath=True)
def add(equations: np.ndarray, terms: np.ndarray, values: np.ndarray, weight: np.ndarray, count: int) -> None:
    """Add weighted values, with their terms, to the normal equations: the lower triangle, and the right side last."""
    weighted = np.empty(count)
    for row in range(TERMS):
        for index in range(count):
            weighted[index] = weight[index] * terms[row, index]
        for column in range(0, row + 1, 2):  # two at a time, as reading what is weighted costs as much as multiplying it
            other = min(column + 1, row)
            one_total, other_total = 0.0, 0.0
            for index in range(count):
                one_total += weighted[index] * terms[column, index]
                other_total += weighted[index] * terms[other, index]
            equations[row, column] += one_total
            if other > column:
                equations[row, other] += other_total
        total = 0.0
        for index in range(count):
            total += weighted[index] * values[index]
        equations[row, TERMS] += total


@njit(cache=True, nogil=True, fastmath=True)
def fill_residual(terms: np.ndarray, values: np.ndarray, coefficients: np.ndarray, residual: np.ndarray) -> None:
    """Values less the surface, all terms in one pass: a fifth of the time of seven."""
    level, x, y, xx, xy, yy, strength = coefficients
    for index in range(residual.size):
        surface = level * terms[0, index] + x * terms[1, index] + y * terms[2, index] + xx * terms[3, index]
        surface += xy * terms[4, index] + yy * terms[5, index] + strength * terms[6, index]
        residual[index] = values[index] - surface


@njit(cache=True, nogil=True)
def solve(equations: np.ndarray, hold: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Weighted least squares, some coefficients held near what is expected: by Cholesky's factors, L y = right, L' x = y."""
    factor = np.zeros((TERMS, TERMS))
    x = np.empty(TERMS)
    for row in range(TERMS):
        right = equations[row, TERMS] + held[row]
        for column in range(row):
            left = equations[row, column]
            for term in range(column):
                left -= factor[row, term] * factor[column, term]
            factor[row, column] = left / factor[column, column]
            right -= factor[row, column] * x[column]
        square = equations[row, row] + hold[row] + 1e-6
        for term in range(row):
            square -= factor[row, term] ** 2
        factor[row, row] = np.sqrt(square)
        x[row] = right / factor[row, row]
    for row in range(TERMS - 1, -1, -1):
        for below in range(row + 1, TERMS):
            x[row] -= factor[below, row] * x[below]
        x[row] /= factor[row, row]
    return x
