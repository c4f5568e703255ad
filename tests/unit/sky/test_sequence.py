"""What frames tell together: stillness, the rate of clouds, and clearness that lasted."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.sky.hours import Sample, by_hour, longest_clear, spans, whole
from models.sky.sequence import measure_sequence

BEGIN = datetime(2024, 5, 14, 21, tzinfo=UTC)


def test_a_drift_is_no_variance_and_noise_is() -> None:
    seconds = np.arange(0, 3600.0, 10)
    noise = np.random.default_rng(1).normal(0, 3, seconds.size)
    nothing = np.zeros_like(seconds)
    still = measure_sequence(seconds, 440 + 0.02 * seconds, nothing, [None] * seconds.size)
    moving = measure_sequence(seconds, 440 + noise, nothing, [None] * seconds.size)
    assert np.nanmax(still.variance_15min_adu2) < 1e-6
    window = slice(200, 231)  # of 5 minutes, its two ends included
    line = np.polyval(np.polyfit(seconds[window], noise[window], 1), seconds[window])
    assert moving.variance_5min_adu2[230] == pytest.approx(np.sum((noise[window] - line) ** 2) / 29)
    assert np.nanmean(moving.variance_15min_adu2[90:]) == pytest.approx(9, rel=0.15)
    assert np.isnan(moving.variance_5min_adu2[:3]).all() and np.isfinite(moving.variance_5min_adu2[3:]).all()


def test_the_rate_is_that_at_which_clouds_come_and_frames_not_judged_say_nothing() -> None:
    seconds = np.arange(0, 600.0, 30)
    fraction = np.clip(seconds / 60 * 0.05, 0, 1)
    fraction[4] = np.nan
    found = measure_sequence(seconds, fraction, fraction, [None] * seconds.size).cloud_rate_per_min
    assert np.isnan(found[4]) and found[12:] == pytest.approx(0.05)


@pytest.mark.parametrize(("minutes", "kind"), [(31, "photometric"), (29, "spectroscopic")])
def test_a_sky_is_photometric_after_half_an_hour(minutes: int, kind: str) -> None:
    seconds = np.arange(0, 60.0 * minutes + 1, 60)
    classes = ["photometric"] * seconds.size
    classes[5] = None  # type: ignore[call-overload]
    ended = measure_sequence(seconds, seconds, seconds, classes).classes  # type: ignore[arg-type]
    assert set(ended) == {kind, None}


@pytest.mark.parametrize("breaks", ["cloud", "gap"])
def test_a_cloud_or_a_gap_ends_a_run(breaks: str) -> None:
    seconds = np.arange(0, 3000.0, 60)
    classes = ["photometric"] * seconds.size
    if breaks == "cloud":
        classes[25] = "thin"
    else:
        seconds[25:] += 400
    ended = measure_sequence(seconds, seconds, seconds, classes).classes  # type: ignore[arg-type]
    assert "photometric" not in ended


def samples(*runs: tuple[int, str | None]) -> list[Sample]:
    """Frames every minute: so many of each class."""
    kinds = [kind for count, kind in runs for _ in range(count)]
    return [
        Sample(BEGIN + timedelta(minutes=number), kind, None if kind is None else 0.0)  # type: ignore[arg-type]
        for number, kind in enumerate(kinds)
    ]


def test_hours_add_up_and_what_nobody_saw_is_unknown() -> None:
    night = samples((40, "photometric"), (20, None), (30, "thin"), (15, "spectroscopic"))
    first, second = by_hour(night)
    assert (first.start, second.start) == (BEGIN, BEGIN + timedelta(hours=1))
    assert first.hours == pytest.approx({"photometric": 40 / 60, "unknown": 20 / 60})
    assert second.hours == pytest.approx({"thin": 0.5, "spectroscopic": 0.25, "unknown": 0.25})
    assert (first.frames, first.judged, first.usable_h) == (60, 40, pytest.approx(40 / 60))
    together = whole(night)
    assert together is not None and together.hours["unknown"] == pytest.approx(20 / 60) and together.judged == 85
    assert longest_clear(night) == (BEGIN, BEGIN + timedelta(minutes=40))


def test_a_clear_run_goes_on_where_its_class_changes_and_a_gap_ends_it() -> None:
    night = samples((10, "photometric"), (10, "spectroscopic"), (7, None), (15, "photometric"))
    assert longest_clear(night) == (BEGIN, BEGIN + timedelta(minutes=20))
    assert len(spans(night)) == 3 and by_hour([]) == [] and whole([]) is None and longest_clear([]) is None
