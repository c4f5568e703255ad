import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from tasks.npz import read_npz, write_npz

ARRAYS = {
    "planes": np.arange(24, dtype=np.int16).reshape(2, 3, 4),
    "turned": np.asfortranarray(np.random.default_rng(0).normal(size=(5, 3))),
    "nothing": np.zeros((0, 3)),
    "number": np.array(3.5),
    "words": np.array(["BIR", "ALASKA-COHOE"]),
}


def same(read: dict[str, np.ndarray]) -> bool:
    return read.keys() == ARRAYS.keys() and all(
        read[name].dtype == array.dtype and np.array_equal(read[name], array) for name, array in ARRAYS.items()
    )


def test_numpy_reads_what_we_write() -> None:
    written = write_npz(ARRAYS)
    assert zipfile.ZipFile(io.BytesIO(written)).testzip() is None
    with np.load(io.BytesIO(written)) as stored:
        assert same(dict(stored.items()))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_we_read_what_numpy_writes(save: Callable[..., None]) -> None:
    buffer = io.BytesIO()
    save(buffer, **ARRAYS)
    assert same(read_npz(buffer.getvalue()))


def test_the_same_arrays_give_the_same_bytes_in_whatever_order() -> None:
    assert same(read_npz(write_npz(ARRAYS)))
    assert write_npz(ARRAYS) == write_npz(dict(reversed(ARRAYS.items())))


def test_noise_is_stored_as_it_is_and_what_shrinks_is_packed() -> None:
    arrays = {"noise": np.random.default_rng(0).integers(0, 256, 50_000).astype(np.uint8), "zeros": np.zeros(50_000)}
    written = write_npz(arrays)
    methods = {entry.filename: entry.compress_type for entry in zipfile.ZipFile(io.BytesIO(written)).infolist()}
    assert methods == {"noise.npy": zipfile.ZIP_STORED, "zeros.npy": zipfile.ZIP_DEFLATED}
    assert all(np.array_equal(array, arrays[name]) for name, array in read_npz(written).items())


@pytest.mark.parametrize("place", range(60, 4000, 200))
def test_a_damaged_member_is_not_read(place: int) -> None:
    noise = np.random.default_rng(0).integers(0, 100, 5000, dtype=np.uint8)
    written = bytearray(write_npz({"noise": noise}))
    written[place] ^= 16
    with pytest.raises(zipfile.BadZipFile):
        read_npz(bytes(written))
