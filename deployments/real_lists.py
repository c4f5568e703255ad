"""How real burst lists are read: ``python -m deployments.real_lists FOLDER`` writes ``tasks/catalogues/real_lists.md``."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tasks.catalogues.burst_list import parse_burst_list
from tasks.catalogues.reading import Reading

TABLE = Path(__file__).parents[1] / "tasks" / "catalogues" / "real_lists.md"
HEAD = """# How the real burst lists are read

Monthly burst lists of e-CALLISTO (C. Monstein), written by `python -m deployments.real_lists FOLDER`; a test compares.

An entry is plain, repaired where its meaning is beyond doubt (the reason follows), or refused; a refused line costs no other.
Names of stations are left as the lists spell them, `GLSAGOW` too.

| list | events | quiet days | plain | repaired | refused |
|---|---|---|---|---|---|
"""
PROBLEMS = """
## The lines that are not plain

| list | line | | what is wrong |
|---|---|---|---|
"""


def real_lists(folder: Path) -> Iterator[str]:
    """Lines of the page for the lists of ``folder``, by name."""
    readings = {path.name: _read(path) for path in sorted(folder.iterdir())}
    whole: Counter[str] = Counter()
    yield HEAD
    for name, reading in readings.items():
        counts = _counts(reading)
        whole += counts
        yield f"| {name} | {_columns(counts)} |\n"
    yield f"| **all** | {_columns(whole)} |\n"
    yield PROBLEMS
    for name, reading in readings.items():
        for problem in reading.problems:
            yield f"| {name} | {problem.line} | {problem.kind} | {problem.reason} |\n"


def _read(path: Path) -> Reading:
    return parse_burst_list(path.read_bytes().decode("utf-8", errors="replace"))


def _counts(reading: Reading) -> Counter[str]:
    kinds = Counter[str](problem.kind for problem in reading.problems)
    entries = len(reading.events) + len(reading.quiet)
    return kinds + Counter(events=len(reading.events), quiet=len(reading.quiet), plain=entries - kinds["repaired"])


def _columns(counts: Counter[str]) -> str:
    return " | ".join(f"{counts[name]:,}" for name in ("events", "quiet", "plain", "repaired", "refused"))


def main() -> None:
    """Write the page for the folder named on the command line."""
    TABLE.write_text("".join(real_lists(Path(sys.argv[1]))), encoding="utf-8")


if __name__ == "__main__":
    main()
