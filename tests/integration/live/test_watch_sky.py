"""The live loop judges what arrives, keeps what it cannot write down, and tells the truth meanwhile."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest
from rows import store
from sky_frames import drop, frame, name_of
from sqlalchemy import delete, select

from db.ledger import Ledger
from db.remote_file import RemoteFile
from db.schema import SkyMetric, SourceFile
from db.session import transaction
from db.sky_readings import sky_readings
from db.verdicts import unjudged
from deployments.stack import status, up
from models.sky.safety import Limits, Reading, replay
from tasks.archives.archive import Archive
from tasks.archives.catalogue import archive
from tasks.live.arrivals import FolderArrivals, nights_now
from tasks.live.now import Judged, SkyNow
from tasks.live.outbox import Outbox
from tasks.live.watch import Watch, begin, warm_up
from tasks.sky_sequence import describe_sequence

LIMITS = Limits(latch_s=1.0, stale_s=60.0, unknown_s=60.0)


@dataclass
class Watched:
    """A loop in a thread of its own, and what it said."""

    camera: Archive
    folder: Path
    sky: SkyNow
    outbox: Outbox
    said: list[Judged] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        arrivals = FolderArrivals(self.folder.parent.as_uri() + "/", self.camera.product("frame"))
        begin(arrivals, self.camera, self.sky, self.outbox)
        self.outbox.start()
        loop = Watch(self.camera, self.camera.product("frame"), arrivals, self.sky, self.outbox, self._say)
        self.thread = threading.Thread(target=loop.run, args=(self.ending,))
        self.thread.start()

    def end(self) -> int:
        self.ending.set()
        self.thread.join(30)
        return self.outbox.end()

    def _say(self, judged: Judged | None) -> None:
        if judged is not None:
            self.said.append(judged)


@pytest.fixture
def camera(request: pytest.FixtureRequest) -> Archive:
    """The declared camera under a name of the test's own."""
    return replace(archive("sky-camera"), name=f"watched-{request.node.name}"[:60])


@pytest.fixture
def folder(tmp_path: Path, camera: Archive) -> Path:
    """Tonight's folder."""
    (night,) = nights_now(camera, datetime.now(UTC))[-1:]
    made = tmp_path / "camera" / f"{night:%Y-%m-%d}"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def watching(stores: Path, camera: Archive, folder: Path) -> Iterator[Callable[[], Watched]]:
    """Begin to watch; what was begun is ended."""
    warm_up()
    begun: list[Watched] = []

    def begin_to_watch() -> Watched:
        sky = SkyNow(LIMITS)
        begun.append(Watched(camera, folder, sky, Outbox(camera.name, sky)))
        return begun[-1]

    yield begin_to_watch
    for watched in begun:
        if watched.thread.is_alive():
            watched.end()
    forget(camera.name)


def forget(archive_name: str) -> None:
    """Leave the suite's database without frames of this test."""
    with transaction() as connection:
        connection.execute(delete(SourceFile).where(SourceFile.archive == archive_name))


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < last, "waited in vain"
        time.sleep(0.05)


def kill_postgres(home: Path) -> None:
    (pid,) = [part.pid for part in status(home) if part.name == "postgres" and part.pid]
    process = psutil.Process(pid)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def night_of(folder: Path) -> date:
    return date.fromisoformat(folder.name)


def judged_names(camera: Archive) -> list[str]:
    """Names of the frames with a verdict, each as often as it has one."""
    with transaction() as connection:
        joined = select(SourceFile.name).join(SkyMetric, SkyMetric.source_file_id == SourceFile.id)
        return sorted(connection.scalars(joined.where(SourceFile.archive == camera.name)))


def test_nothing_is_lost_and_nothing_twice_while_postgres_is_away(
    stores: Path, camera: Archive, folder: Path, watching: Callable[[], Watched]
) -> None:
    watched = watching()
    names = []

    def camera_runs(cloudy: list[bool]) -> None:
        for cover in cloudy:
            names.append(drop(folder, cloudy=cover))
            time.sleep(0.3)

    while not watched.sky.answer().safe:
        camera_runs([False])
        assert len(names) < 200
    before = len(names)
    wait_for(lambda: judged_names(camera) == sorted(names))
    kill_postgres(stores)
    runs = threading.Thread(target=camera_runs, args=([False] * 3 + [True] * 4,))
    runs.start()
    wait_for(lambda: not watched.sky.answer().safe)
    assert "the database" in watched.sky.answer().reasons[0]
    runs.join()
    wait_for(lambda: len(watched.said) == before + 7)  # judged all the same
    up(stores, only={"postgres"})
    wait_for(lambda: not any("database" in reason for reason in watched.sky.answer().reasons))
    camera_runs([True] * 2)
    wait_for(lambda: len(watched.said) == len(names) == before + 9)
    assert watched.end() == 0
    assert judged_names(camera) == sorted(names)
    assert watched.outbox.written == len(names)

    # The table tells the same story as the loop lived through.
    with transaction() as connection:
        held = sky_readings(connection, camera.name, datetime.now(UTC) - timedelta(hours=1))
    readings = [Reading(row.start_time, row.cloud_fraction) for row in held]
    lived, replayed = watched.sky.answer().state, replay(readings, LIMITS)[-1]
    assert len(readings) == len(names) and not lived.open
    assert (lived.open, lived.since, lived.recent, lived.cause, lived.latched_from) == (
        replayed.open, replayed.since, replayed.recent, replayed.cause, replayed.latched_from,
    )  # fmt: skip

    # What frames tell together stands there as the night would write it: settled, nothing of it changes.
    with transaction() as connection:
        ledger = Ledger(connection, camera.name, night_of(folder))
        store(ledger, ledger.register([item.file for item in watched.said]))
        assert describe_sequence(connection, camera.name, night_of(folder)) == 0
        told = select(SkyMetric.variance_5min_adu2).join(SourceFile, SourceFile.id == SkyMetric.source_file_id)
        known = list(connection.scalars(told.where(SourceFile.archive == camera.name, SkyMetric.variance_5min_adu2.is_not(None))))
        assert len(known) == len(names) - 3  # a line through fewer than four says nothing
        connection.rollback()


def test_the_night_finds_live_frames_listed_and_judged(camera: Archive, folder: Path, watching: Callable[[], Watched]) -> None:
    watched = watching()
    name = drop(folder, cloudy=True)
    wait_for(lambda: judged_names(camera) == [name])
    assert watched.end() == 0
    night = night_of(folder)
    held = (folder / name).stat()
    modified = datetime.fromtimestamp(int(held.st_mtime), UTC)
    listed = camera.product("frame").remote_file(name, (folder / name).as_uri(), str(held.st_size), modified)
    with transaction() as connection:
        ledger = Ledger(connection, camera.name, night)
        assert ledger.states() == {"listed": 1}
        store(ledger, ledger.register([listed]))
        assert ledger.states() == {"stored": 1}
        # Other models have not spoken yet; the headline has.
        assert not [item for item in unjudged(connection, camera.name, night, "sky") if "sky-clear" in item.models]
        connection.rollback()


def test_a_half_written_file_is_waited_for_and_a_broken_one_is_told(
    folder: Path, camera: Archive, watching: Callable[[], Watched]
) -> None:
    watched = watching()
    moment = datetime.now(UTC)
    data = frame(moment, cloudy=True)
    with (folder / name_of(moment)).open("wb") as stream:
        for share in (0.1, 0.5, 0.9):
            stream.write(data[stream.tell() : int(len(data) * share)])
            stream.flush()
            time.sleep(0.5)
        assert watched.said == []
        stream.write(data[stream.tell() :])
    wait_for(lambda: len(watched.said) == 1)
    assert watched.said[0].verdict is not None and watched.said[0].verdict.state == "judged"
    (folder / "copy.fits").write_bytes(data)
    wait_for(lambda: len(watched.said) == 2)
    assert watched.said[1].reading.reason == f"duplicate: DATE-OBS is that of {name_of(moment)}"
    (folder / "broken.fits").write_bytes(data[:5000])
    (folder / "notes.txt").write_text("no frame")
    wait_for(lambda: len(watched.said) == 3)
    broken = watched.said[2]
    assert broken.verdict is None and broken.reading.cloud_fraction is None and "broken.fits" in broken.reason
    assert watched.end() == 0
    assert judged_names(camera) == ["copy.fits", name_of(moment)]  # the night settles the other


def test_a_loop_that_begins_again_goes_on_where_the_table_stands(folder: Path, watching: Callable[[], Watched]) -> None:
    first = watching()
    begun = time.monotonic()
    while not first.sky.answer().safe:
        drop(folder, cloudy=False)
        time.sleep(0.3)
        assert time.monotonic() < begun + 60
    assert first.end() == 0
    old = drop(folder, cloudy=True, ago_s=100)
    os.utime(folder / old, (time.time() - 100,) * 2)
    again = watching()
    assert again.sky.answer().safe
    new = drop(folder, cloudy=False)
    wait_for(lambda: new in [judged.file.name for judged in again.said])
    # Young frames are judged again, to the same rows; what is older than stale is left to the night.
    assert old not in [judged.file.name for judged in again.said]


def test_the_command_answers_writes_its_file_and_ends_on_sigterm(stores: Path, tmp_path: Path) -> None:
    night = nights_now(archive("sky-camera"), datetime.now(UTC))[-1]
    folder, line = tmp_path / "camera" / f"{night:%Y-%m-%d}", tmp_path / "boltwood.txt"
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "deployments.cli", "watch", "sky", str(folder.parent), "--serve", "0", "--json"]
    environment = os.environ | {"NIGHTSHIFT_CAMERA_NAME": f"command-{tmp_path.name}".replace("_", "-")[:40]}
    with subprocess.Popen(
        [*command, "--boltwood", str(line)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout and process.stderr
        address = process.stderr.readline().split()[3].rstrip(";")
        assert not httpx.get(f"http://{address}/api/safety").json()["safe"]
        assert "Watching" in process.stderr.readline()
        name = drop(folder, cloudy=True)
        told = json.loads(process.stdout.readline())
        assert (told["file"], told["label"], told["safe"]) == (name, "cloud", False)
        safety = httpx.get(f"http://{address}/api/safety").json()
        assert safety["frames"] == 1 and safety["latency_s"]["p95"] > 0
        wait_for(lambda: line.exists() and line.read_text()[93] == "3")
        assert len(line.read_text()) == 104 + 1  # read as text, its CR LF is one
        assert [path.name for path in tmp_path.glob(".*")] == []
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert "1 frames judged, 1 written down" in said and "(median)" in said
    exported = subprocess.run(
        [sys.executable, "-m", "deployments.cli", "export", "boltwood"],
        env=environment, capture_output=True, text=True, timeout=200, check=True,
    )  # fmt: skip
    assert exported.stdout[93] == "3" and exported.stdout[101] == "1"
    forget(environment["NIGHTSHIFT_CAMERA_NAME"])


def test_listed_twice_is_entered_once(stores: Path, camera: Archive) -> None:
    file = RemoteFile("a.fits", "file:///a.fits", "frame", "", "", datetime(2024, 5, 14, 22, tzinfo=UTC), "1", None)
    with transaction() as connection:
        ledger = Ledger(connection, camera.name, datetime(2024, 5, 14, tzinfo=UTC).date())
        assert ledger.enter([file]) == ledger.enter([replace(file, listed_size="2")])
        assert ledger.states() == {"listed": 1}
        connection.rollback()
