"""The site's clear sky is fitted to the clear frames of a night, kept with it, and given to the next night alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import objects
from db.ledger import Ledger, Settlement
from db.nights import NightRecord, night_artifacts, write_night
from db.remote_file import RemoteFile
from db.settings import load_settings
from db.sky import record_sky
from db.verdicts import register_models, unjudged
from models import registry
from models.sky.frame import PreparedFrame
from tasks import shard
from tasks.site_sky import SITE_SKY, fit_site_sky, site_sky_before, with_site_sky
from tests.unit.sky.frames import MOMENT
from tests.unit.sky.test_site_reference import observed

NIGHT = date(2023, 1, 24)


@pytest.fixture
def mount(stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A mount has a log."""
    monkeypatch.setenv("NIGHTSHIFT_CAMERA_MOUNT", str(tmp_path / "mount.csv"))
    load_settings.cache_clear()
    yield
    monkeypatch.undo()
    load_settings.cache_clear()


def frame(seed: int) -> PreparedFrame:
    """A clear frame of the site that knows where it points, and in what air."""
    (made, told), _ = observed(seed)
    state = replace(made.state, zenith_deg=told.zenith_deg, position_deg=told.position_deg, humidity=told.humidity)
    return replace(made, t_start=MOMENT + timedelta(seconds=seed), state=state)


def observe(connection: Connection, archive: str, frames: list[PreparedFrame]) -> None:
    """Store frames in one shard, let `sky-clear` judge them, and write the night."""
    names = [f"{number}.fits" for number in range(len(frames))]
    stored = objects.put("shard", shard.pack(list(zip(names, frames, strict=True))), ".npz", "application/x-npz")
    ledger = Ledger(connection, archive, NIGHT)
    work = ledger.register([RemoteFile(name, f"file:///{name}", "frame", "", "", None, "1", None) for name in names])
    places = {name: number for number, name in enumerate(names)}
    ended = [
        Settlement(
            item.file, item.part, "stored", bytes=1, sha256="0" * 64, shard_key=stored.key, shard_index=places[item.file.name]
        )
        for item in work
    ]
    ledger.settle(ended, [stored])
    ids = register_models(connection, "sky", registry.describe("sky"), "test")
    said = registry.load("sky-clear").judge(frames)
    files = {item.shard_index: item.file_id for item in unjudged(connection, archive, NIGHT, "sky")}
    record_sky(connection, [(files[number], verdict) for number, verdict in enumerate(said)], ids)
    bounds = (MOMENT, MOMENT + timedelta(days=1))
    write_night(connection, NightRecord(archive, NIGHT, *bounds, "failed", "a test", 0, 0, 0, 0, 0, 0, 0, 0, 0))


def test_a_night_leaves_the_sky_by_which_the_next_is_judged(fleeting: Connection, archive: str, mount: None) -> None:
    observe(fleeting, archive, [frame(seed) for seed in range(70)])
    assert fit_site_sky(fleeting, archive, NIGHT)
    key = night_artifacts(fleeting, archive, NIGHT)[SITE_SKY]["key"]
    assert not fit_site_sky(fleeting, archive, NIGHT), "the same frames give the same sky"
    assert site_sky_before(fleeting, archive, NIGHT) is None
    assert site_sky_before(fleeting, archive, NIGHT + timedelta(days=1)) == key
    assert site_sky_before(fleeting, archive, NIGHT + timedelta(days=30)) is None
    (verdict,) = registry.load("sky-clear").judge([with_site_sky(frame(500), key)])
    assert verdict.metrics["reference"] == "site"


def test_without_a_mount_or_with_too_few_clear_frames_there_is_none(fleeting: Connection, archive: str, mount: None) -> None:
    observe(fleeting, archive, [frame(seed) for seed in range(5)])
    assert not fit_site_sky(fleeting, archive, NIGHT)
    assert SITE_SKY not in night_artifacts(fleeting, archive, NIGHT)
