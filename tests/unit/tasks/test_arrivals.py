"""New frames are found once, in the order of their times, with the moment of their arrival."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.errors import SourceUnavailable
from tasks.archives.catalogue import archive
from tasks.live.arrivals import FolderArrivals, RemoteArrivals, Unfinished, arrivals_of, nights_now

NIGHT = date(2024, 5, 14)
CAMERA = archive("sky-camera")
PRODUCT = CAMERA.product("frame")


@pytest.fixture(params=["folder", "remote"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> FolderArrivals | RemoteArrivals:
    """Both ways to watch, of the same tree."""
    (tmp_path / f"{NIGHT}").mkdir()
    root = tmp_path.as_uri() + "/"
    return FolderArrivals(root, PRODUCT) if request.param == "folder" else RemoteArrivals(CAMERA, root, PRODUCT)


def write(folder: Path, second: int, old_s: float = 0) -> str:
    path = folder / f"{NIGHT}" / f"20240514_2200{second:02d}.fits"
    path.write_bytes(b"x" * 10)
    os.utime(path, (time.time() - old_s + second / 1000,) * 2)
    return path.name


def test_each_file_comes_once_and_others_never(watched: FolderArrivals | RemoteArrivals, tmp_path: Path) -> None:
    assert watched.new(NIGHT) == []
    names = [write(tmp_path, second) for second in (1, 2, 3)]
    (tmp_path / f"{NIGHT}" / "notes.txt").write_text("no frame")
    (tmp_path / f"{NIGHT}" / "dark.fits").mkdir()
    (tmp_path / f"{NIGHT}" / ".draft.fits").write_bytes(b"half")
    found = watched.new(NIGHT)
    assert [file.name for file, _ in found] == names
    assert found[0][0].start == datetime(2024, 5, 14, 22, 0, 1, tzinfo=UTC)
    assert watched.read(found[0][0]) == b"x" * 10
    assert watched.new(NIGHT) == []
    write(tmp_path, 4)
    assert len(watched.new(NIGHT)) == 1


def test_a_night_without_a_folder_is_a_night_without_frames(watched: FolderArrivals | RemoteArrivals) -> None:
    assert watched.new(NIGHT + timedelta(days=1)) == []


def test_a_file_that_has_gone_is_said(watched: FolderArrivals | RemoteArrivals, tmp_path: Path) -> None:
    name = write(tmp_path, 1)
    ((file, _),) = watched.new(NIGHT)
    (tmp_path / f"{NIGHT}" / name).unlink()
    with pytest.raises(SourceUnavailable, match=name):
        watched.read(file)


def test_a_file_arrives_when_it_is_written_but_not_before_the_last_look(tmp_path: Path) -> None:
    watched = FolderArrivals(tmp_path.as_uri() + "/", PRODUCT)
    (tmp_path / f"{NIGHT}").mkdir()
    watched.new(NIGHT)
    write(tmp_path, 1)
    before = datetime.now(UTC)
    time.sleep(0.1)
    ((_, arrived),) = watched.new(NIGHT)
    assert arrived <= before + timedelta(seconds=0.05)
    write(tmp_path, 2, old_s=3600)  # copied with its old time: it came just now all the same
    ((_, arrived),) = watched.new(NIGHT)
    assert datetime.now(UTC) - arrived < timedelta(seconds=5)


def test_older_frames_are_left_to_the_night(tmp_path: Path) -> None:
    watched = FolderArrivals(tmp_path.as_uri() + "/", PRODUCT)
    (tmp_path / f"{NIGHT}").mkdir()
    for second in (1, 2):
        write(tmp_path, second, old_s=600)
    young = write(tmp_path, 3)
    assert watched.skip(NIGHT, timedelta(seconds=300)) == 2
    assert [file.name for file, _ in watched.new(NIGHT)] == [young]


def test_an_unreadable_file_is_tried_again_only_while_it_changes() -> None:
    waiting = Unfinished(patience_s=0.2)
    assert waiting.waits("a", b"1") and waiting.waits("a", b"12") and waiting.waits("a", b"12")
    time.sleep(0.25)
    assert not waiting.waits("a", b"12")
    assert waiting.waits("b", b"")
    waiting.done("b")


def test_frames_of_the_night_before_may_come_for_ten_minutes() -> None:
    noon = datetime(2024, 5, 15, 12, tzinfo=UTC)
    assert nights_now(CAMERA, noon - timedelta(seconds=1)) == [date(2024, 5, 14)]
    assert nights_now(CAMERA, noon) == [date(2024, 5, 14), date(2024, 5, 15)]
    assert nights_now(CAMERA, noon + timedelta(minutes=10)) == [date(2024, 5, 15)]


def test_a_folder_is_looked_at_and_an_address_is_listed(tmp_path: Path) -> None:
    assert isinstance(arrivals_of(CAMERA, tmp_path.as_uri() + "/", PRODUCT), FolderArrivals)
    assert isinstance(arrivals_of(CAMERA, "https://camera.example/", PRODUCT), RemoteArrivals)
