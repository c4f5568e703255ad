"""All contestants of a race do the same to the same files, and nobody is left out silently."""

import os
from pathlib import Path

import pytest

from deployments.bench.peers import HOW_TO_INSTALL, cleaners, peer, readers
from deployments.bench.race import Contestant, one_core, race
from deployments.bench.result import Result, Row


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{letter}.fit.gz" for letter in "abc"]
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def test_everyone_treats_every_file_in_every_round(files: list[Path]) -> None:
    treated: list[tuple[str, str]] = []
    both = [Contestant(name, "ours", lambda path, name=name: treated.append((name, path.name))) for name in ("we", "they")]
    rows, left_out = race(both, files, rounds=2)
    assert [(row.name, row.n, row.best_of) for row in rows] == [("we", 3, 2), ("they", 3, 2)]
    assert left_out == {}
    # Once untimed, then two rounds, the second begun by the other.
    assert [name for name, _ in treated] == [*["we"] * 3, *["they"] * 3] * 2 + [*["they"] * 3, *["we"] * 3]
    assert {treated.count((name, path.name)) for name in ("we", "they") for path in files} == {3}


def test_a_file_that_one_cannot_treat_is_left_out_for_all(files: list[Path]) -> None:
    def picky(path: Path) -> None:
        if path.name.startswith("b"):
            raise ValueError("no b")

    rows, left_out = race([Contestant("we", "ours", Path.read_bytes), Contestant("picky", "peer", picky)], files, rounds=1)
    assert left_out == {"b.fit.gz": "picky: ValueError: no b"}
    assert [row.n for row in rows] == [2, 2]


def test_a_missing_peer_is_a_row_that_says_how_to_install_it(files: list[Path]) -> None:
    missing = peer("nobody", "no_such_package.reader", lambda module: module.read)
    rows, left_out = race([Contestant("we", "ours", Path.read_bytes), missing], files, rounds=1)
    assert rows[1] == Row("nobody", "peer", note=HOW_TO_INSTALL)
    assert left_out == {}


def test_the_race_is_on_one_core_and_gives_the_others_back() -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system pins no process")
    before = os.sched_getaffinity(0)
    with one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_every_peer_is_named_whether_installed_or_not() -> None:
    names = " ".join(contestant.name for contestant in (*readers(), *cleaners()))
    assert all(name in names for name in ("astropy", "radiospectra", "ecallisto_ng", "pyCallisto"))


def test_ratios_are_to_ours() -> None:
    rows = (Row("we", "ours", 0.5, 0.5, 1), Row("they", "peer", 2.0, 2.0, 1), Row("nobody", "peer"))
    compared = Result("toy", "file", "we", rows, {}).compared()
    assert [row["ratio"] for row in compared] == [1.0, 4.0, None]
