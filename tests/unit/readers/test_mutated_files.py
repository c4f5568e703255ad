"""Damaged files: no more than `CorruptInput`, and no more memory than a set amount.

NIGHTSHIFT_MUTATIONS sets how many damaged files each test reads.
"""

import os
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from callisto_bytes import callisto_bytes, noise_digits
from mutations import mutated
from sound import spectrogram_or_sentence

from tasks.readers.inflate import inflate_fits
from tasks.readers.spectrogram import read_spectrogram

MUTATIONS = int(os.environ.get("NIGHTSHIFT_MUTATIONS", "120"))
NAME = "BIR_20240514_120000_01.fit.gz"
# A picture of 760 kB as uint8 takes 3 MB as float32, twice where it is sorted; astropy takes some copies. tracemalloc counts what
# Python, numpy and isal allocate.
MOST_MEMORY = 32 * 2**20


def survivors(files: Sequence[tuple[bytes, str]], count: int) -> int:
    """How many of ``count`` damaged files are read; fails where one takes more than `MOST_MEMORY`."""
    read = 0
    tracemalloc.start()
    try:
        for seed in range(count):
            plain, name = files[seed % len(files)]
            data = mutated(plain, seed)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            read += spectrogram_or_sentence(data, name)
            assert tracemalloc.get_traced_memory()[1] - before < MOST_MEMORY, f"seed {seed} of {name}"
    finally:
        tracemalloc.stop()
    return read


def test_mutated_simulated_files_are_read_or_refused_within_the_memory() -> None:
    pictures = [noise_digits(40, 300), noise_digits(200, 400).astype(np.int16), noise_digits(24, 250).astype(np.float32)]
    files = [(callisto_bytes(picture, zipped=False), NAME) for picture in pictures]
    files.append((callisto_bytes(noise_digits(40, 300), zipped=False, BSCALE=0.3, BZERO=97.0, OBJECT="it's / the Sun"), NAME))
    for plain, name in files:
        read_spectrogram(plain, name)
    assert 0 < survivors(files, MUTATIONS) < MUTATIONS


def test_mutated_real_files_are_read_or_refused_within_the_memory(real_data: Path) -> None:
    paths = sorted((real_data / "radio" / "fits").iterdir())[:: 1 if MUTATIONS > 1000 else 20]
    files = [(inflate_fits(path.read_bytes(), path.name), path.name) for path in paths]
    for plain, name in files:
        read_spectrogram(plain, name)
    assert 0 < survivors(files, MUTATIONS) < MUTATIONS
