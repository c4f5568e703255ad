"""What the README and the cookbook say is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from db.session import transaction
from tests.e2e.conftest import ROOT, SimulatedNight

RECURSIVE = ("make night", "make test")


def commands(document: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line and line not in RECURSIVE]


def statements() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", (ROOT / "db/cookbook.md").read_text(), re.DOTALL)


def type_it(command: str, night: SimulatedNight, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command line as a shell does, with our `nightshift` on the path."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    script = ["-c", f'PATH="{path}:$PATH"; {command}']
    return subprocess.run(
        ["bash", *script], cwd=folder, env=night.environment, capture_output=True, text=True, timeout=250, check=False
    )


def test_every_command_of_the_readme_works(night: SimulatedNight, sky: SimulatedNight, tmp_path: Path) -> None:
    listed = commands("README.md")
    assert len(listed) >= 10
    for command in listed:
        done = type_it(command, night, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        assert done.stdout.strip(), f"{command} says nothing"


def test_every_question_of_the_cookbook_has_a_command_and_sql() -> None:
    assert len(commands("db/cookbook.md")) == len(statements()) >= 10


@pytest.mark.parametrize("command", commands("db/cookbook.md"))
def test_every_command_of_the_cookbook_works(night: SimulatedNight, sky: SimulatedNight, tmp_path: Path, command: str) -> None:
    done = type_it(command, night, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("number", range(len(statements())))
def test_every_statement_of_the_cookbook_answers(night: SimulatedNight, sky: SimulatedNight, number: int) -> None:
    with transaction() as connection:
        rows = connection.execute(text(statements()[number].replace(":", r"\:"))).all()
    # Whether models differ, stations saw the same, a receiver stayed away or anybody has a list depends on the night; no Sun here.
    assert rows or number in (2, 6, 8, 10, 11, 16, 17)
