"""Exact means of equal blocks, in one pass over the counts."""

import numpy as np

from models.compiled import njit

SHAPE = (128, 160)  # of every frame that is judged: 4 x 4 means of the FLIR Tau2's 512 x 640
# Four counts of 14 bits sum to 65,532 at most, which 16 bits hold: four rows are summed in 16-bit lanes, twice as many at a time.
MAX_14_BIT = 16383


def rebin(counts: np.ndarray, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Mean of equal blocks, exact: sums are whole numbers, and a mean of 16 of them is a float32 without rounding.

    Parameters
    ----------
    counts : (H, W) ndarray of 16-bit whole numbers, of either byte order, or of float32, ADU
    shape : (h, w), each dividing H and W

    Returns
    -------
    (h, w) float32 ndarray, ADU

    Raises
    ------
    ValueError
        If ``shape`` does not divide ``counts.shape``, or sums of blocks could exceed what float32 holds exactly (512 counts).
    """
    rows, columns = block(counts.shape, shape)
    if counts.dtype.kind == "f":
        blocks = counts.astype(np.float64, copy=False).reshape(shape[0], rows, shape[1], columns)
        return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)
    if counts.dtype.kind not in "iu" or counts.dtype.itemsize != 2:
        raise ValueError(f"counts of the type {counts.dtype}; 16-bit whole numbers or float32 can be rebinned")
    if rows * columns > 512:
        raise ValueError(f"blocks of {rows} x {columns} counts: their sums may not be exact; at most 512 counts a block")
    out = np.empty(shape, dtype=np.float32)
    rebin_words(*_words(counts), counts.dtype.kind == "i", out)
    return out


def extremes(counts: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest number of a frame, ADU; of what is no number nothing is told.

    Parameters
    ----------
    counts : (H, W) ndarray as `rebin` takes it, or of any other numbers
    """
    if counts.dtype.kind == "i" and counts.dtype.itemsize == 2 and counts.size:
        low, high = _extremes(*_words(counts))
        return float(low), float(high)
    known = counts[np.isfinite(counts)] if counts.dtype.kind == "f" else counts
    return (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)


def _words(counts: np.ndarray) -> tuple[np.ndarray, bool]:
    """The bits of 16-bit counts, and whether their bytes stand the other way round."""
    return np.ascontiguousarray(counts).view(np.uint16), not counts.dtype.isnative


def block(counts: tuple[int, ...], shape: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of one block.

    Parameters
    ----------
    counts : shape of the counts
    shape : shape wanted

    Raises
    ------
    ValueError
        If the blocks would not be equal.
    """
    if len(counts) != 2 or min(shape) < 1 or counts[0] % shape[0] or counts[1] % shape[1] or 0 in counts:
        asked, held = " x ".join(map(str, shape)), " x ".join(map(str, counts))
        raise ValueError(f"{held} counts cannot be rebinned to {asked}: the blocks would not be equal")
    return counts[0] // shape[0], counts[1] // shape[1]


@njit(cache=True, nogil=True)
def rebin_words(words: np.ndarray, swapped: bool, signed: bool, out: np.ndarray) -> None:
    """Fill ``out`` with the means of the blocks of ``words``; other threads run meanwhile.

    Parameters
    ----------
    words : (H, W) uint16 ndarray, the counts' bits
    swapped : whether their bytes stand the other way round
    signed : whether they are two's complements
    out : (h, w) float32 ndarray, its shape dividing that of ``words``
    """
    height, width = words.shape
    rows, columns = height // out.shape[0], width // out.shape[1]
    if rows == 4 and columns == 4 and _rebin_14_bit(words, swapped, out):
        return
    scale = np.float32(rows * columns)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            total = np.int64(0)
            for row in range(y * rows, (y + 1) * rows):
                for column in range(x * columns, (x + 1) * columns):
                    word = np.int64(words[row, column])
                    if swapped:
                        word = (word >> 8) | ((word & 255) << 8)
                    if signed and word > 32767:
                        word -= 65536
                    total += word
            out[y, x] = np.float32(total) / scale


@njit(cache=True, nogil=True)
def _rebin_14_bit(words: np.ndarray, swapped: bool, out: np.ndarray) -> bool:
    """4 x 4 means in 16-bit lanes; False, and ``out`` is unfinished, where a count exceeds `MAX_14_BIT`."""
    width = words.shape[1]
    sums = np.empty(width, dtype=np.uint16)
    above = np.uint16(0xFFFF - MAX_14_BIT)
    for y in range(out.shape[0]):
        first, second, third, fourth = words[4 * y], words[4 * y + 1], words[4 * y + 2], words[4 * y + 3]
        seen = np.uint16(0)
        for x in range(width):
            a, b, c, d = first[x], second[x], third[x], fourth[x]
            if swapped:
                a = np.uint16((a >> np.uint16(8)) | (a << np.uint16(8)))
                b = np.uint16((b >> np.uint16(8)) | (b << np.uint16(8)))
                c = np.uint16((c >> np.uint16(8)) | (c << np.uint16(8)))
                d = np.uint16((d >> np.uint16(8)) | (d << np.uint16(8)))
            seen = np.uint16(seen | a | b | c | d)
            sums[x] = np.uint16(np.uint16(a + b) + np.uint16(c + d))
        if seen & above:
            return False
        for x in range(out.shape[1]):
            total = np.uint32(sums[4 * x]) + np.uint32(sums[4 * x + 1]) + np.uint32(sums[4 * x + 2]) + np.uint32(sums[4 * x + 3])
            out[y, x] = np.float32(total) * np.float32(0.0625)
    return True


@njit(cache=True, nogil=True)
def _extremes(words: np.ndarray, swapped: bool) -> tuple[int, int]:
    """Lowest and highest two's complement; numpy, which swaps the bytes first, takes three times as long."""
    low, high = np.int16(32767), np.int16(-32768)
    for y in range(words.shape[0]):
        line = words[y]
        for x in range(line.size):
            word = line[x]
            if swapped:
                word = np.uint16((word >> np.uint16(8)) | (word << np.uint16(8)))
            value = np.int16(word)
            low, high = min(low, value), max(high, value)
    return int(low), int(high)
