"""Many frames of the thermal camera, from files to one array of means, as fast as the page cache gives them."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from models.errors import CorruptInput
from models.sky.frame import NATIVE_SHAPE
from models.sky.rebin import SHAPE, rebin, rebin_words
from tasks.readers.sky_frame import read_sky_frame

BLOCK = 2880
COUNTS = NATIVE_SHAPE[0] * NATIVE_SHAPE[1]
# One header block, the counts, zeros to the next block: all 659,520 bytes of the camera's own files.
PLAIN_BYTES = BLOCK + -(-2 * COUNTS // BLOCK) * BLOCK
FIRST_CARDS = (("SIMPLE", b"T"), ("BITPIX", b"16"), ("NAXIS", b"2"), ("NAXIS1", b"640"), ("NAXIS2", b"512"))
SCALED = (b"BZERO   =", b"BSCALE  =", b"BLANK   =")
CHUNK = 32  # files that a thread takes at a time, with one buffer


def read_binned(paths: Sequence[Path], threads: int = 2) -> np.ndarray:
    """Read frames and rebin them 4 x 4, all into one array.

    The camera's own files are read into a buffer that each thread keeps, and rebinned by a kernel that lets other threads run;
    gzipped ones, and any other FITS layout, go through `read_sky_frame`.

    Parameters
    ----------
    paths : of N frames of 512 x 640 or, rebinned already, 128 x 160
    threads : that read and rebin at a time

    Returns
    -------
    (N, 128, 160) float32 ndarray, ADU

    Raises
    ------
    CorruptInput
        A file is no frame of the camera in ADU.
    """
    means = np.empty((len(paths), *SHAPE), dtype=np.float32)

    def fill(first: int) -> None:
        buffer = bytearray(PLAIN_BYTES + 1)  # one more: a longer file is not plain
        words = np.frombuffer(buffer, np.uint16, COUNTS, BLOCK).reshape(NATIVE_SHAPE)
        for number in range(first, min(first + CHUNK, len(paths))):
            if _read_plain(paths[number], buffer):
                rebin_words(words, np.little_endian, True, means[number])
            else:
                means[number] = _read_any(paths[number])

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(fill, range(0, len(paths), CHUNK)):
            pass
    return means


def _read_plain(path: Path, buffer: bytearray) -> bool:
    """Read a file into ``buffer``; False where it is not laid out as the camera's own."""
    file = os.open(path, os.O_RDONLY)
    try:
        if os.readv(file, [buffer]) != PLAIN_BYTES:
            return False
    finally:
        os.close(file)
    header = bytes(buffer[:BLOCK])
    for number, (key, value) in enumerate(FIRST_CARDS):
        card = header[80 * number : 80 * number + 80]
        if card[:9] != key.ljust(8).encode() + b"=" or card[10:].split(b"/")[0].strip() != value:
            return False
    return not any(key in header for key in SCALED) and header.rstrip().endswith(b"END")


def _read_any(path: Path) -> np.ndarray:
    frame = read_sky_frame(path.read_bytes(), path.name)
    if frame.foreign or frame.unit != "ADU":
        raise CorruptInput(f"{path.name}: {frame.foreign or f'is in {frame.unit}, not in ADU'}")
    return rebin(frame.adu)
