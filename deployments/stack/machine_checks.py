"""What the doctor asks the machine."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from db.settings import Settings
from deployments.stack.finding import Finding
from deployments.stack.postgres_place import PLACES, installed_version
from deployments.stack.s3 import find_rclone
from models.errors import NightshiftError
from models.weights_file import WEIGHTS, read_card, sha256

LEAST_PYTHON = (3, 11)
LEAST_FREE, LITTLE_FREE = 1e9, 10e9  # bytes; the 3,116 raw files of one e-CALLISTO night, 230 kB each, are 0.7 GB
SKEW_S = 60.0
BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # a clock before this is wrong


def check_python() -> Finding:
    """Python's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, LEAST_PYTHON))
    return Finding("python", sys.version_info >= LEAST_PYTHON, f"{version} (at least {wanted} is needed)")


def check_programs() -> Iterator[Finding]:
    """The binaries of the local parts."""
    for what, find in (("PostgreSQL binaries", installed_version), ("rclone", find_rclone)):
        try:
            yield Finding(what, True, find())
        except NightshiftError as error:
            yield Finding(what, False, str(error))


def check_home(home: Path) -> Iterator[Finding]:
    """Whether the home can be written, how much room there is, and whether other homes left their databases behind."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            yield Finding("home", True, f"{home} can be written")
    except OSError as error:
        yield Finding("home", False, f"{home}: {error.strerror}; set NIGHTSHIFT_HOME to a folder of yours")
    yield check_users_home()
    for folder in {there, (there / "postgres").resolve()}:
        if folder.exists():
            free = shutil.disk_usage(folder).free
            said = f"{free / 1e9:.1f} GB free in {folder}" + ("" if free > LITTLE_FREE else ": make room, a radio night takes 1 GB")
            yield Finding("disk", free > LITTLE_FREE, said, essential=free <= LEAST_FREE)
    for place in PLACES:
        for folder in place.glob("nightshift-*"):
            owner = folder / "home"
            whose = owner.read_text().strip() if owner.is_file() else ""
            if whose and not Path(whose).exists():
                line = f"{folder} is the database of {whose}, which is gone: remove it if you do not want it back"
                yield Finding("leftover", False, line, essential=False)


def check_users_home() -> Finding:
    """Whether the user's own home can be written: sunpy keeps folders there and cannot be imported without."""
    try:
        with tempfile.TemporaryFile(dir=Path.home()):
            return Finding("user's home", True, f"{Path.home()} can be written", essential=False)
    except OSError as error:
        line = f"{Path.home()}: {error.strerror}; sunpy keeps folders there, and reads no FITS image of the Sun without: set HOME"
        return Finding("user's home", False, line, essential=False)


def check_weights() -> Iterator[Finding]:
    """Whether the weights of every model that has a card are there, and are those the card speaks of."""
    for card in sorted(WEIGHTS.glob("*.md")):
        name, wanted = card.stem, read_card(card.stem).get("sha256")
        if wanted is not None:
            found = sha256(f"{name}.safetensors")
            wrong = f"weights {'are missing' if found is None else 'are not those of the card'}: `nightshift train {name} DATA`"
            line = "weights are those of the card" if found == wanted else wrong
            yield Finding(f"model {name}", found == wanted, line, essential=False)


def check_archives_and_clock(settings: Settings) -> Iterator[Finding]:
    """Whether the archives can be reached, and whether our clock agrees with theirs."""
    from tasks.archives.catalogue import archives

    now = datetime.now(UTC)
    skew: float | None = None
    for archive in archives().values():
        root = settings.archive_roots.get(archive.name, archive.root)
        if not root:
            continue  # a camera that nobody has named is no fault
        ok, line, date = _knock(root)
        yield Finding(f"archive {archive.name}", ok, line, essential=False)
        if date is not None:
            skew = max(skew or 0.0, abs((date - now).total_seconds()))
    sane = now > BUILT and (skew or 0.0) <= SKEW_S
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC" + (", compared with nothing" if skew is None else f", {skew:.0f} s from an archive's")
    yield Finding("clock", sane, said if sane else f"{said}: set the clock")


def _knock(root: str) -> tuple[bool, str, datetime | None]:
    """Whether an archive's root is there, a line about it, and its clock where it told it at once."""
    import httpx

    if root.startswith(("ftp", "s3")):
        return True, f"{root} is asked when it is crawled", None
    if not root.startswith("http"):
        there = Path(root).is_dir()
        return there, f"{root} is {'a' if there else 'no'} folder", None
    started = time.monotonic()
    try:
        reply = httpx.get(root, timeout=5.0, follow_redirects=True)
    except httpx.HTTPError as error:
        return False, f"{root} does not answer ({error or type(error).__name__}); live nights will be incomplete", None
    quick = "date" in reply.headers and time.monotonic() - started < SKEW_S
    return reply.is_success, f"{root} answers {reply.status_code}", parsedate_to_datetime(reply.headers["date"]) if quick else None
