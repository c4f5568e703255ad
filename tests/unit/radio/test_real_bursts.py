"""What is measured of real bursts is as the literature has it; the files are not part of the repository."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from models.radio.measurement import measure_burst
from models.radio.prepare import prepare
from tasks.readers.spectrogram import read_spectrogram

Measured = Mapping[str, float | str]


@pytest.fixture(scope="module")
def measured(real_data: Path) -> dict[str, list[Measured]]:
    """Measures of all drawn bursts, by type."""
    with (real_data / "radio" / "boxes.csv").open(encoding="utf-8") as table:
        boxes = list(csv.DictReader(table))
    by_type: dict[str, list[Measured]] = defaultdict(list)
    for name in sorted({box["file"] for box in boxes}):
        prepared = prepare(read_spectrogram((real_data / "radio" / "fits" / name).read_bytes(), name))
        frequency = prepared.frequency_mhz[np.isfinite(prepared.frequency_mhz)]
        for box in (box for box in boxes if box["file"] == name):
            x0, x1 = ((datetime.fromisoformat(box[key]) - prepared.t_start).total_seconds() for key in ("t_start", "t_end"))
            y0, y1 = np.searchsorted(frequency, [float(box["f_low_mhz"]), float(box["f_high_mhz"])]).tolist()
            where = (x0 / prepared.bin_s, y0, x1 / prepared.bin_s, y1 + 1)
            by_type[box["type"]].append(measure_burst(prepared, where, box["type"]))
    return by_type


def values(measured: list[Measured], key: str) -> np.ndarray:
    return np.array([float(one[key]) for one in measured if key in one])


def test_nearly_every_drawn_burst_has_an_extent(measured: dict[str, list[Measured]]) -> None:
    every = [one for kind in measured.values() for one in kind]
    assert len(every) > 300
    assert len(values(every, "duration_s")) > 0.95 * len(every)


def test_real_strokes_drift_as_they_do_in_the_literature(measured: dict[str, list[Measured]]) -> None:
    strokes = measured["III"] + measured["IIIg"]
    drift, at = values(strokes, "drift_mhz_s"), values(strokes, "drift_at_mhz")
    assert drift.size > 0.6 * len(strokes)
    # 29 clean real ridges are 1.5 times as slow as Alvarez & Haddock's law in the median (0.66 to 2.23).
    assert 1.1 < np.median(0.01 * at**1.84 / -drift) < 1.9
    assert 0.15 < np.median(values(strokes, "exciter_speed_newkirk_x1_c")) < 0.4


def test_real_lanes_are_split_and_doubled_as_they_are_in_the_literature(measured: dict[str, list[Measured]]) -> None:
    shocks = measured["II"]
    assert 1.15 < np.median(values(shocks, "band_split")) < 1.25
    assert 1.8 < np.median(values(shocks, "harmonic_ratio")) < 2.0
    assert 400 < np.median(values(shocks, "shock_speed_newkirk_x1_km_s")) < 1000
