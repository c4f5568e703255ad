"""A new archive is one file, a new classifier is one file: a toy of each is added, and a night is run with it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.e2e.conftest import ROOT, SimulatedNight

ARCHIVE = '''
"""A toy archive: a number in each file."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from models.errors import CorruptInput
from models.radio.quick_look import QuickLook
from tasks.archives.archive import Archive, Product
from tasks.readers.callisto_name import CallistoName


def read_number(data: bytes, name: str) -> QuickLook:
    if not data.isdigit():
        raise CorruptInput(f"{name}: holds no number")
    pixels = np.full((2, 2, 3), int(data), np.uint8)
    return QuickLook(pixels, datetime(2024, 5, 14, tzinfo=UTC), "TOY", "")


TOY = Archive(
    name="toy", instrument="radio", root="http://127.0.0.1:9/",
    products=(Product("number", "{night:%Y%m%d}/", (".num",), lambda name: CallistoName("TOY"), read_number, "toy-1"),),
    timezone=ZoneInfo("UTC"), revisit=timedelta(days=1), max_bytes=1000,
)
'''

CLASSIFIER = '''
"""A toy classifier: bright pictures are bursts."""

from models.classifier import Classifier
from models.errors import Declined
from models.radio.quick_look import QuickLook
from models.verdict import Verdict


class Toy(Classifier):
    name, version, instrument, rank, threshold = "radio-toy", "1", "radio", -5, 0.5

    def check(self, observation):
        if not isinstance(observation, QuickLook):
            raise Declined("is no picture")

    def score(self, observations):
        return [self.verdict(float(item.pixels.mean()) / 255) for item in observations]

    def verdict(self, score):
        return Verdict(self.name, self.version, "judged", label="burst" if score >= 0.5 else "quiet", score=score, threshold=0.5)
'''


TOYS = {"tasks/archives": ARCHIVE, "models/radio": CLASSIFIER}


def link(source: Path, place: Path) -> None:
    """Make a folder of links to what another holds; what is there already stays."""
    place.mkdir(parents=True, exist_ok=True)
    for item in source.iterdir():
        if not (place / item.name).exists():
            (place / item.name).symlink_to(item)


@pytest.fixture
def toys(stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The two files in their places, in a tree of links to ours (others run nights on it meanwhile), and workers that know of them.

    Yields the environment of a command that finds both.
    """
    tree = tmp_path / "tree"
    for folder, text in TOYS.items():
        link(ROOT / folder, tree / folder)
        (tree / folder / "toy_of_the_tests.py").write_text(text)
        link(ROOT / Path(folder).parent, (tree / folder).parent)
    monkeypatch.syspath_prepend(tree)  # workers look where their parent does
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        yield {"NIGHTSHIFT_DASK_ADDRESS": cluster.scheduler_address, "PYTHONPATH": str(tree)}


def test_a_night_runs_with_a_new_archive_and_a_new_classifier_of_one_file_each(
    small_archive: SimulatedNight, toys: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "20240514"
    folder.mkdir()
    for name, content in {"dark.num": "10", "bright.num": "250", "broken.num": "what?"}.items():
        (folder / name).write_text(content)
    observed = small_archive.run("night", "--night", "2024-05-14", "--archive", f"toy={tmp_path}", env=toys)
    assert observed.returncode == 0, observed.stdout + observed.stderr
    asked = small_archive.run("query", "scores", "--archive", "toy", "--format", "json")
    scores = {(row["name"], row["model"]): row for row in json.loads(asked.stdout)}
    assert scores["bright.num", "radio-toy"]["label"] == "burst"
    assert scores["dark.num", "radio-toy"]["label"] == "quiet"
    assert scores["bright.num", "radio-gate"]["state"] == "declined"
    (row,) = json.loads(small_archive.run("query", "nights", "--archive", "toy", "--format", "json").stdout)
    assert (row["outcome"], row["listed"], row["stored"], row["quarantined"], row["models"]) == ("complete", 3, 2, 1, 5)
