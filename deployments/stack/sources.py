"""What code a running process has imported: it keeps that until it is started anew."""

import hashlib
from collections.abc import Collection
from pathlib import Path

ON_WORKERS = ("db", "models", "tasks")
IN_SIMULATED_ARCHIVES = ("deployments/simulated", "models/simulate", "models/sky")


def fingerprint_sources(root: Path, folders: Collection[str]) -> str:
    """Return a hash of what a process imports and reads in ``folders`` of ``root``: modules, templates, tables and weights."""
    said = hashlib.sha256()
    files = (path for folder in folders for path in (root / folder).rglob("*") if path.is_file())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        content = path.read_bytes()
        said.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return said.hexdigest()
