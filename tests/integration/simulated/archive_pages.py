"""What the tests of the simulated archive share."""

import hashlib
import re
from datetime import date
from pathlib import Path

from deployments.simulated.night import DATA, day_folder

NIGHT = date(2024, 5, 14)
ROOT = "/solarradio/data/2002-20yy_Callisto/"
DAY = f"{ROOT}2024/05/14/"
SMALL = {"stations": 6, "files_per_station": 4}
NAME = re.compile(r"^(.+)_(\d{8})_(\d{6})(?:_([A-Za-z0-9]+)|([ip]))?\.fit\.gz$")


def tree(root: Path) -> dict[str, tuple[str, float]]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime) for path in files}


def links(page: str) -> list[str]:
    return [href for href in re.findall(r'<a href="([^"?]+)"', page) if not href.startswith("/")]


def body(home: Path, name: str) -> bytes:
    return (home / DATA / day_folder(NIGHT) / name).read_bytes()
