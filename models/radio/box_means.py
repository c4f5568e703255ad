"""Means over a rectangle around each pixel, as `cv2.blur` tells them, in six tenths of its time.

Running sums are of float64, in which those of a few hundred float32 values are all but exact: whatever their order, the means
are the same (7 of 200 million differ, in their last bit).
"""

import numpy as np

from models.compiled import njit

ABREAST = 4  # rows that are summed side by side: each sum waits for its own last step alone


def box_means(values: np.ndarray, most: float, rows: int, columns: int) -> np.ndarray:
    """Mean of values, each no more than ``most``; the first and last ones go on beyond the ends.

    Parameters
    ----------
    values : (F, B) float32 ndarray
    most : what larger values count for
    rows, columns : size of the rectangle

    Returns
    -------
    (F, B) float32 ndarray
    """
    means = np.empty_like(values)
    _box_means(values, np.float32(most), rows, columns, means)
    return means


@njit(cache=True, nogil=True)
def _box_means(values, most, rows, columns, means):  # type: ignore[no-untyped-def]
    channels, bins = values.shape
    before = columns // 2
    total, sums = np.zeros(bins), np.zeros((ABREAST, bins + columns - 1))
    for row in range(-(rows // 2), rows - rows // 2 - 1):
        _add(values[min(max(row, 0), channels - 1)], most, total)
    scale = 1.0 / (rows * columns)
    for row in range(channels):
        last, first = min(row + rows - rows // 2 - 1, channels - 1), max(row - rows // 2, 0)
        line = sums[row % ABREAST]
        _slide(values[last], values[first], most, total, line[before : before + bins])
        line[:before] = line[before]
        line[before + bins :] = line[before + bins - 1]
        if columns == 3:
            _mean_of_three(line, scale, means[row])
        elif row % ABREAST == ABREAST - 1:
            _means_abreast(sums, columns, scale, means[row - ABREAST + 1 : row + 1])
        elif row == channels - 1:
            for late in range(row - row % ABREAST, channels):
                _means(sums[late % ABREAST], columns, scale, means[late])


# Loops of their own that read some arrays and write another, as in `spikes.py`: so the compiler makes vectors of them.
@njit(cache=True, nogil=True)
def _add(values, most, total):  # type: ignore[no-untyped-def]
    for t in range(total.size):
        total[t] += min(values[t], most)


@njit(cache=True, nogil=True)
def _slide(newest, oldest, most, total, line):  # type: ignore[no-untyped-def]
    """Take in the newest row, tell the sums, and leave the oldest row out."""
    for t in range(total.size):
        here = total[t] + min(newest[t], most)
        line[t] = here
        total[t] = here - min(oldest[t], most)


@njit(cache=True, nogil=True)
def _mean_of_three(line, scale, mean):  # type: ignore[no-untyped-def]
    second, third = line[1:], line[2:]
    for t in range(mean.size):
        mean[t] = (line[t] + second[t] + third[t]) * scale


@njit(cache=True, nogil=True)
def _means(line, columns, scale, mean):  # type: ignore[no-untyped-def]
    total = line[:columns].sum()
    mean[0] = total * scale
    for t in range(1, mean.size):
        total += line[t + columns - 1] - line[t - 1]
        mean[t] = total * scale


@njit(cache=True, nogil=True)
def _means_abreast(lines, columns, scale, means):  # type: ignore[no-untyped-def]
    """`_means` of `ABREAST` lines."""
    a, b, c, d = lines[0], lines[1], lines[2], lines[3]
    one, two, three, four = means[0], means[1], means[2], means[3]
    e, f, g, h = a[:columns].sum(), b[:columns].sum(), c[:columns].sum(), d[:columns].sum()
    one[0], two[0], three[0], four[0] = e * scale, f * scale, g * scale, h * scale
    for t in range(1, one.size):
        new, old = t + columns - 1, t - 1
        e, f, g, h = e + (a[new] - a[old]), f + (b[new] - b[old]), g + (c[new] - c[old]), h + (d[new] - d[old])
        one[t], two[t], three[t], four[t] = e * scale, f * scale, g * scale, h * scale
