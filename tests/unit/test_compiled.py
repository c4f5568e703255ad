"""Machine code is used again as long as nothing that was compiled into it has changed, in whatever file."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models import compiled

CALLER = """
from models.compiled import njit
from models.callee import (
    half,
    more,
)

@njit(cache=True)
def answer(value):
    return more(half(value))
"""
CALLEE = """
from models.compiled import njit
from models import constants

STEP = constants.STEP

@njit(cache=True)
def half(value):
    return value / 2

@njit(cache=True)
def more(value):
    return value + STEP
"""
ASK = "from models.caller import answer; print(answer(4.0), sum(answer.stats.cache_hits.values()))"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout of four files."""
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(compiled.__file__, models / "compiled.py")
    for name, text in (("__init__", ""), ("caller", CALLER), ("callee", CALLEE), ("constants", "STEP = 1.0\n")):
        (models / f"{name}.py").write_text(text)
    return tmp_path


def ask(tree: Path, **variables: str) -> tuple[float, int]:
    """What a new process answers, and how much of it came from the cache."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "PYTHON"))}
    said = subprocess.run(
        [sys.executable, "-B", "-c", ASK],
        cwd=tree,
        env=environment | {"PYTHONPATH": str(tree)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    answer, hits = said.stdout.split()
    return float(answer), int(hits)


def kept(folder: Path) -> int:
    return len(list(folder.rglob("*.nbc")))


def test_a_callee_or_a_constant_of_another_file_that_changed_is_noticed(tree: Path) -> None:
    assert ask(tree) == (3.0, 0)
    assert ask(tree) == (3.0, 1)
    files = kept(tree)
    (tree / "models" / "callee.py").write_text(CALLEE.replace("value / 2", "value / 4"))
    assert ask(tree) == (2.0, 0)
    assert ask(tree) == (2.0, 1)
    (tree / "models" / "constants.py").write_text("STEP = 9.0\n")  # of the same length, two files away
    assert ask(tree) == (10.0, 0)
    assert ask(tree) == (10.0, 1)
    assert kept(tree) == files > 0


def test_a_file_that_is_not_imported_changes_nothing(tree: Path) -> None:
    ask(tree)
    (tree / "models" / "beside.py").write_text("STEP = 9.0\n")
    assert ask(tree)[1] == 1


def test_machine_code_lies_where_numba_is_told(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("code")
    assert ask(tree, NUMBA_CACHE_DIR=str(elsewhere)) == (3.0, 0)
    assert kept(tree) == 0 < kept(elsewhere)
    (tree / "models" / "constants.py").write_text("STEP = 2.0\n")
    assert ask(tree, NUMBA_CACHE_DIR=str(elsewhere)) == (4.0, 0)


def test_machine_code_of_a_tree_that_cannot_be_written_lies_with_the_user(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    user = tmp_path_factory.mktemp("user")
    (tree / "models" / "__pycache__").write_text("")  # a file in the folder's place stops root, too
    assert ask(tree, HOME=str(user), XDG_CACHE_HOME=str(user)) == (3.0, 0)
    assert ask(tree, HOME=str(user), XDG_CACHE_HOME=str(user)) == (3.0, 1)
    (tree / "models" / "constants.py").write_text("STEP = 2.0\n")
    assert ask(tree, HOME=str(user), XDG_CACHE_HOME=str(user)) == (4.0, 0)


def test_whatever_is_compiled_is_compiled_so_and_imports_by_full_names() -> None:
    files = [path for room in compiled.ROOMS for path in (compiled.ROOT / room).rglob("*.py")]
    sources = {path: path.read_text() for path in files if path != Path(compiled.__file__)}
    assert not [path for path, text in sources.items() if "from numba" in text or "import numba" in text]
    jitted = {path: text for path, text in sources.items() if "@njit" in text}
    assert len(jitted) > 30 and all("from models.compiled import njit" in text for text in jitted.values())
    assert not [path for path, text in sources.items() if "\nfrom ." in text]


def test_a_stamp_holds_the_files_of_callees_and_of_their_callees() -> None:
    models = compiled.ROOT / "models"
    found, ahead = set(), [models / "sky" / "envelope.py"]
    while ahead:
        found.add(path := ahead.pop())
        ahead += compiled._imported(path) - found
    assert {path.stem for path in found} >= {"envelope", "differences", "likely_sky", "least_squares"}
    assert compiled.stamp(models / "sky" / "envelope.py") != compiled.stamp(models / "sky" / "likely_sky.py")
