"""sky-rebin at its smallest: every way has a row, and all make the same means."""

from pathlib import Path

import numpy as np

from deployments.bench.sky_rebin import OURS, _mean, frame_files, sky_rebin
from tasks.readers.binned_frames import read_binned


def test_every_way_has_a_row_and_leaves_nothing_behind(tmp_path: Path) -> None:
    result = sky_rebin(tmp_path, None, frames=8, rounds=1)
    assert result.rows[0].name == result.ours == OURS
    assert {row.role for row in result.rows} == {"ours", "peer", "bound"}
    assert all(row.n == 8 and row.seconds and row.seconds > 0 for row in result.rows)
    assert [path.name for path in tmp_path.iterdir()] == ["sky-frames"]


def test_the_origin_and_we_make_the_same_means(tmp_path: Path) -> None:
    paths = frame_files(tmp_path, [], 5)
    assert np.array_equal(read_binned(paths), [_mean(path) for path in paths])
