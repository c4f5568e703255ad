"""The disk under Postgres, S3 and Dask fills up in the middle of a night."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from db.settings import load_settings
from tests.e2e.conftest import SimulatedNight
from tests.faults.disturbed import Disturbed, differences
from tests.faults.other_home import given, repair

pytestmark = pytest.mark.faults

SIZE = "600M"  # the binaries, the cluster and a night take 300 MB


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, which others may enter."""
    folder = Path(tempfile.mkdtemp(prefix="nightshift-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=711", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("a file system that can fill up needs the right to mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def cramped(sound_night: SimulatedNight, small_disk: Path) -> Iterator[SimulatedNight]:
    """The night on a machine with that disk; only Prefect's server is elsewhere."""
    home, database = small_disk / "home", small_disk / "postgres"
    for folder in (home, database):
        folder.mkdir()
        folder.chmod(0o711)
    (home / "postgres").symlink_to(database)
    prefect = {name: value for name, value in given(load_settings(), "").items() if "PREFECT" in name}
    night = replace(sound_night, home=home, given={**sound_night.given, **prefect, "NIGHTSHIFT_SIMULATED_URL": sound_night.url})
    try:
        repair(night)
        yield night
    finally:
        night.run("down")


def fill(path: Path) -> None:
    """Write until not one byte more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


def test_the_disk_fills_up(disturbed: Disturbed, cramped: SimulatedNight) -> None:
    filler = cramped.home.parent / "filler"
    bucket = cramped.home / "s3"
    with disturbed.run(night=cramped) as night:
        while not list(bucket.rglob("*.fit.gz")):
            assert night.poll() is None
            time.sleep(0.01)
        time.sleep(disturbed.random.uniform(0, 0.5))
        fill(filler)
    assert night.returncode == 1, disturbed.said
    disturbed.explained("database|S3")
    told = cramped.run("doctor")
    assert told.returncode == 1 and "make room" in told.stdout
    filler.unlink()
    disturbed.strike()
    begin = time.monotonic()
    repair(cramped)
    disturbed.repair_s += time.monotonic() - begin
    with disturbed.run(night=cramped) as again:
        pass
    assert again.returncode == 0, disturbed.said
    whole_s = time.monotonic() - disturbed.struck
    found = differences(cramped.export(), disturbed.undisturbed)
    assert not found, "\n".join(found)
    books = cramped.run("fsck")
    assert books.returncode == 0, books.stdout
    disturbed.tell("the disk full under Postgres, S3 and Dask, until room is made", whole_s)
