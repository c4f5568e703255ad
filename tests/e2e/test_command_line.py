"""Wrong parameters end in one line that names them, and exit status 2."""

import subprocess
import sys
from pathlib import Path

import pytest

WRONG = {
    "night": ["night", "--night", "yesterday"],
    "--visit": ["night", "--visit", "0"],
    "only": ["night", "--night", "2024-05-14", "--only", "gravity"],
    "archive": ["night", "--night", "2024-05-14", "--archive", "no/such/folder"],
    "since": ["query", "nights", "--since", "2024-02-30"],
    "from": ["query", "detections", "--from", "noon"],
    "state": ["query", "files", "--state", "lost"],
    "--min-score": ["query", "scores", "--min-score", "2"],
    "question": ["query", "gossip"],
    "FILE": ["classify", "no_such_file.fit.gz"],
    "nightshift up": ["picture", "no_such_file.fit.gz"],
    "--stations": ["simulate", "out", "--night", "2024-05-14", "--stations", "0"],
    "--catalogue": ["verify", "--catalogue", "no_such_list.txt", "--night", "2024-05-14"],
    "month": ["export", "burst-list", "--month", "May"],
    "no training": ["train", "no-such-model", "."],
    "No such command": ["observe"],
}


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    nightshift = str(Path(sys.executable).with_name("nightshift"))
    settings = {"NIGHTSHIFT_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(
        [nightshift, *arguments], cwd=folder, env=settings, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("parameter", WRONG)
def test_a_wrong_parameter_is_named_in_one_line(parameter: str, tmp_path: Path) -> None:
    done = run(WRONG[parameter], tmp_path)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert parameter.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path) -> None:
    done = run(["query", "nights"], tmp_path, NIGHTSHIFT_QUICK_LOOKS="many")
    assert done.returncode == 2
    assert "NIGHTSHIFT_QUICK_LOOKS" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_stack_a_question_says_what_to_do(tmp_path: Path) -> None:
    done = run(["query", "nights"], tmp_path)
    assert done.returncode == 2
    assert "nightshift up" in done.stderr


def test_without_a_database_a_question_says_what_to_do(tmp_path: Path) -> None:
    done = run(["query", "nights"], tmp_path, NIGHTSHIFT_DATABASE_URL="postgresql+psycopg://nobody:x@127.0.0.1:9/nightshift")
    assert done.returncode == 1
    assert "nightshift doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_waits_for_no_import_that_it_does_not_need(tmp_path: Path) -> None:
    done = run(["query", "nights"], tmp_path, PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "db.queries" in imported
    assert not imported & {"scipy", "boto3", "torch", "matplotlib", "astropy", "prefect"}


@pytest.mark.parametrize(
    "command",
    ["up", "down", "status", "doctor", "night", "classify", "picture", "query", "report", "verify", "export", "simulate", "train"],
)
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = run([command, "--help"], tmp_path)
    assert done.returncode == 0
    assert "Usage: nightshift" in done.stdout
