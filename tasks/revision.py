"""Which code speaks: the revision that stands on every run and model version."""

import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path


@cache
def code_revision() -> str:
    """Return the version and, in a checkout, git's name for the commit, with "+dirty" where files differ from it."""
    root = Path(__file__).resolve().parent.parent
    command = ["git", "-C", str(root), "describe", "--always", "--dirty=+dirty", "--abbrev=12", "--exclude=*"]
    try:
        described = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return version("nightshift")
    return f"{version('nightshift')} ({described})"
