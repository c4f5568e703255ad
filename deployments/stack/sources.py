"""What code a running process has imported: Dask workers keep it until they are started anew."""

import hashlib
from pathlib import Path

IMPORTED = ("db", "models", "tasks")  # all that runs on a worker


def fingerprint_sources(root: Path) -> str:
    """Return a hash of what workers import and read under ``root``: modules, templates, tables and weights."""
    said = hashlib.sha256()
    files = (path for folder in IMPORTED for path in (root / folder).rglob("*") if path.is_file())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        content = path.read_bytes()
        said.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return said.hexdigest()
