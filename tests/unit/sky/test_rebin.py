"""Means of equal blocks are exact, whatever the counts, and refused where blocks would differ."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sky.rebin import SHAPE, rebin


def plain(counts: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    rows, columns = counts.shape[0] // shape[0], counts.shape[1] // shape[1]
    return np.asarray(counts.astype(np.float64).reshape(shape[0], rows, shape[1], columns).mean(axis=(1, 3)))


@settings(deadline=None, max_examples=40)
@given(
    kind=st.sampled_from([">i2", "<i2", ">u2", "<u2"]),
    top=st.sampled_from([255, 16383, 16384, 32767]),
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_means_are_exact_for_any_byte_order_and_block(kind: str, top: int, rows: int, columns: int, seed: int) -> None:
    shape = (8, 10)
    counts = np.random.default_rng(seed).integers(0, top, (8 * rows, 10 * columns), endpoint=True).astype(kind)
    assert np.array_equal(rebin(counts, shape), plain(counts, shape).astype(np.float32))


def test_counts_beyond_14_bits_and_below_zero_are_summed_as_they_are() -> None:
    counts = np.full((512, 640), 16383, np.int16)
    counts[0, 0], counts[5, 5], counts[-1, -1] = 32767, -32768, -1
    assert np.array_equal(rebin(counts), plain(counts, SHAPE))
    assert np.array_equal(rebin(np.full((512, 640), 65535, np.uint16)), np.full(SHAPE, 65535))


@pytest.mark.parametrize("held", [(480, 640), (512, 641), (0, 640), (512,)])
def test_a_shape_that_does_not_divide_is_named(held: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=" x ".join(map(str, held)) + " counts cannot be rebinned to 128 x 160"):
        rebin(np.zeros(held, np.int16))


def test_other_numbers_are_refused_by_their_type() -> None:
    with pytest.raises(ValueError, match="int32"):
        rebin(np.zeros((512, 640), np.int32))
    with pytest.raises(ValueError, match="32 x 32"):
        rebin(np.zeros((64, 64), np.int16), (2, 2))


def test_real_frames_rebin_as_the_origin_does(real_data: Path) -> None:
    from astropy.io import fits

    for path in (real_data / "sky/stardice_raw").glob("*.fits"):
        counts = fits.getdata(path)
        origin = counts.reshape(128, 4, 160, 4).mean(-1).mean(1)
        assert np.array_equal(rebin(counts), origin)
