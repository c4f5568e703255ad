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
    import httpx

    seen: datetime | None = None
    now = datetime.now(UTC)
    root = settings.ecallisto_root
    if root.startswith("http"):
        try:
            started = time.monotonic()
            reply = httpx.get(root, timeout=5.0, follow_redirects=True)
            yield Finding("archive ecallisto", reply.is_success, f"{root} answers {reply.status_code}", essential=False)
            if "date" in reply.headers and time.monotonic() - started < SKEW_S:
                seen = parsedate_to_datetime(reply.headers["date"])
        except httpx.HTTPError as error:
            advice = f"{root} does not answer ({error or type(error).__name__}); live nights will be incomplete"
            yield Finding("archive ecallisto", False, advice, essential=False)
    elif not root.startswith("ftp"):
        there = Path(root).is_dir()
        yield Finding("archive ecallisto", there, f"{root} is {'a' if there else 'no'} folder", essential=False)
    skew = abs((seen - now).total_seconds()) if seen else 0.0
    sane = now > BUILT and skew <= SKEW_S
    said = f"{now:%Y-%m-%d %H:%M:%S} UTC" + (f", {skew:.0f} s from the archive's" if seen else ", compared with nothing")
    yield Finding("clock", sane, said if sane else f"{said}: set the clock")
