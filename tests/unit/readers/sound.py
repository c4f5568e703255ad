"""The promise of the reader: any bytes give a sound spectrogram or one sentence."""

import numpy as np

from models.errors import CorruptInput
from tasks.readers.spectrogram import read_spectrogram


def spectrogram_or_sentence(data: bytes, name: str) -> bool:
    """Whether ``data`` were read; what was read is consistent, and a reason begins with the name. Warnings are errors in tests."""
    try:
        seen = read_spectrogram(data, name)
    except CorruptInput as error:
        assert str(error).startswith(f"{name}: ") and "\n" not in str(error)
        return False
    assert seen.intensity.shape == (seen.frequency_mhz.size, seen.time_s.size) == (seen.good.size, seen.time_s.size)
    assert seen.intensity.dtype in (np.uint8, np.float32)
    assert np.isfinite(seen.intensity).all() and np.all(np.diff(seen.frequency_mhz) >= 0) and np.all(np.diff(seen.time_s) > 0)
    assert seen.t_start < seen.t_end
    return True
