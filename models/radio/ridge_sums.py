"""Sums of channels along many ridges at once, and where a map of such sums is highest."""

import numpy as np

from models.compiled import njit

# Starts of one phase, or one more, of the finer grid of `models.radio.strokes`: 33 of them in four phases.
EIGHT = 8


@njit(cache=True, nogil=True)
def stacked(level, delay, weight, block, trials, starts, phases):  # type: ignore[no-untyped-def]
    """(blocks, trials, starts) weighted sums of the channels along each ridge; ``phases`` starts make one bin."""
    rows, bins = level.shape
    # Starts of one phase lie whole bins apart: one share for all, and the sum over them is a sum of shifted rows.
    sums = np.zeros((block.max() + 1, trials.size, phases, -(-starts.size // phases)))
    bright = np.empty(bins)
    for row in range(rows):
        if weight[row] == 0:
            continue
        bright[:] = level[row]
        part = sums[block[row]]
        for k in range(trials.size):
            offset = trials[k] * delay[row]
            for phase in range(phases):
                middle = starts[phase] + offset
                base = int(np.floor(middle))
                later = weight[row] * (middle - base)
                sooner = weight[row] - later
                count = (starts.size - phase + phases - 1) // phases
                first, end = max(0, -base), min(count, bins - 1 - base)
                if end - first == EIGHT or end - first == EIGHT + 1:
                    _add_eight(bright[base + first :], sooner, later, part[k, phase, first:])
                    if end - first > EIGHT:
                        part[k, phase, end - 1] += sooner * bright[base + end - 1] + later * bright[base + end]
                elif first < end:
                    _add_between(bright[base + first : base + end + 1], sooner, later, part[k, phase, first:end])
    result = np.empty((sums.shape[0], trials.size, starts.size))
    for phase in range(phases):
        result[:, :, phase::phases] = sums[:, :, phase, : (starts.size - phase + phases - 1) // phases]
    return result


@njit(cache=True, nogil=True)
def _add_eight(bright, sooner, later, total):  # type: ignore[no-untyped-def]
    """As `_add_between`, for the first eight: a number that the compiler knows takes a third of the time."""
    following = bright[1:]
    for s in range(EIGHT):
        total[s] += sooner * bright[s] + later * following[s]


@njit(cache=True, nogil=True)
def _add_between(bright, sooner, later, total):  # type: ignore[no-untyped-def]
    following = bright[1:]
    for s in range(total.size):
        total[s] += sooner * bright[s] + later * following[s]


@njit(cache=True, nogil=True)
def summits(total, parts):  # type: ignore[no-untyped-def]
    """(N + 1, 2) where a map is highest without each of N parts, and last with all: row and column by parabolas through it."""
    places = np.empty((parts.shape[0] + 1, 2))
    rows, columns = total.shape
    here = np.empty_like(total)
    for index in range(places.shape[0]):
        for row in range(rows):
            for column in range(columns):
                here[row, column] = total[row, column] - parts[index, row, column] if index < parts.shape[0] else total[row, column]
        highest = here.argmax()
        row, column = highest // columns, highest % columns
        places[index, 0] = _vertex(here[:, column], row)
        places[index, 1] = _vertex(here[row], column)
    return places


@njit(cache=True, nogil=True)
def _vertex(values, place):  # type: ignore[no-untyped-def]
    """As `models.radio.parabola.vertex`, compiled."""
    if not 0 < place < values.size - 1:
        return float(place)
    left, right = values[place - 1], values[place + 1]
    bend = left - 2 * values[place] + right
    return place + (0.5 * (left - right) / bend if bend < 0 else 0.0)
