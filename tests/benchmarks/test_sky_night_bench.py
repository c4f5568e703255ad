"""sky-night at its smallest: every step has a row, and frames are judged on the way as they are in a night."""

from pathlib import Path

from deployments.bench.sky_night import NIGHT_FRAMES, ORIGIN, OURS, judge_part, sky_night
from deployments.bench.sky_rebin import frame_files
from tasks.classify import classify_file


def test_every_step_has_a_row_and_a_night_is_computed(stores: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    result = sky_night(tmp_path, frames=4, rounds=1, progress=lambda done, of: told.append((done, of)))
    assert [row.name for row in result.rows[:2]] == [OURS, ORIGIN] and result.rows[0].note == ""
    assert all(row.seconds and row.seconds > 0 for row in result.rows) and len(result.rows) == 8
    assert told[-1][0] == told[-1][1] and f"{NIGHT_FRAMES:,}" in str(result.tables)


def test_frames_are_judged_as_they_are_in_a_night(tmp_path: Path) -> None:
    (path,) = frame_files(tmp_path, [], 1)
    (verdict,) = judge_part([path])
    assert verdict.score == next(item["score"] for item in classify_file(path)["verdicts"] if item["headline"])
