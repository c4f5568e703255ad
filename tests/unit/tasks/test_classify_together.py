"""Files that are classified together are judged together where a model looks at several."""

from datetime import UTC, date, datetime
from pathlib import Path

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import aia_synoptic, gong_fts
from tasks.classify import classify_file

NIGHT = date(2024, 5, 14)
MOMENT = datetime(2024, 5, 14, 2, tzinfo=UTC)


def channels(path: Path, others: list[Path]) -> str:
    """What `sun-flare-crops` looked at."""
    verdicts = {verdict["model"]: verdict for verdict in classify_file(path, others)["verdicts"]}
    told: str = verdicts["sun-flare-crops"]["metrics"]["channels"]
    return told


def test_a_magnetogram_is_judged_with_the_light_that_is_given_with_it(tmp_path: Path) -> None:
    sun = simulate_activity(NIGHT)
    field = tmp_path / "gong_magxx_fd_20240514_020000.fts.gz"
    field.write_bytes(gong_fts(sun, MOMENT))
    light, broken = (tmp_path / f"AIA20240514_0200_{channel}.fits" for channel in ("0171", "0131"))
    light.write_bytes(aia_synoptic(sun, MOMENT, "171", sensitivity=1.0, near_real_time=False))
    broken.write_bytes(light.read_bytes()[:4000])
    assert channels(field, []) == "magnetogram"
    assert channels(field, [field, broken]) == "magnetogram", "what cannot be read is quarantined in its own line"
    assert channels(field, [field, broken, light]) == "magnetogram + 171"
    assert channels(light, [field, light]) == "171"
