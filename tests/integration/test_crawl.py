"""A crawl over folders: what is listed is registered, and a second crawl of the same night adds nothing."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from db.ledger import Ledger
from db.session import transaction
from tasks.archives.ecallisto import ECALLISTO
from tasks.archives.fetcher import root_url
from tasks.crawl import Crawl, batches, crawl
from tasks.source import Source

DAY = "data/2002-20yy_Callisto/2024/05/14/"
NIGHT = date(2024, 5, 14)
NAMES = ["BIR_20240514_120000_01.fit.gz", "BIR_20240514_121500_01.fit.gz", "GLASGOW_20240514_120000_59.fit.gz"]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of tests stand for the e-CALLISTO archive."""
    monkeypatch.setattr("tasks.crawl.archive", lambda _: ECALLISTO)


@pytest.fixture
def source(tmp_path: Path, archive: str, stores: Path) -> Source:
    (tmp_path / DAY).mkdir(parents=True)
    for name in NAMES:
        (tmp_path / DAY / name).write_bytes(name.encode())
    return Source(archive, root_url(str(tmp_path)), ("spectrogram",), NIGHT)


def names(found: Crawl) -> list[str]:
    return [work.file.name for batch in found.batches for work in batch]


def test_a_night_is_listed_registered_and_cut_into_batches(source: Source) -> None:
    found = crawl.fn(source)
    assert (found.listed, found.state, found.troubles) == (3, "whole", ())
    assert names(found) == NAMES
    assert crawl.fn(source) == found


def test_a_file_that_vanishes_stays_in_the_account(source: Source, tmp_path: Path) -> None:
    crawl.fn(source)
    (tmp_path / DAY / NAMES[0]).unlink()
    found = crawl.fn(source)
    assert (found.listed, names(found)) == (3, NAMES[1:])
    with transaction() as connection:
        assert Ledger(connection, source.archive, NIGHT).states() == {"absent": 1, "listed": 2}


def test_a_night_that_vanishes_is_not_empty(source: Source, tmp_path: Path) -> None:
    crawl.fn(source)
    shutil.rmtree(tmp_path / DAY)
    found = crawl.fn(source)
    assert (found.listed, found.state, found.batches) == (3, "whole", ())
    with transaction() as connection:
        assert Ledger(connection, source.archive, NIGHT).states() == {"absent": 3}


def test_an_archive_that_is_down_leaves_nothing_pending(source: Source, tmp_path: Path) -> None:
    crawl.fn(source)
    shutil.rmtree(tmp_path / "data")
    tmp_path.rename(tmp_path.with_name("away"))
    found = crawl.fn(source)
    assert (found.listed, found.state, len(found.troubles)) == (3, "broken", 1)
    with transaction() as connection:
        assert Ledger(connection, source.archive, NIGHT).states() == {"unreachable": 3}


def test_a_name_of_another_night_is_left_there(source: Source, tmp_path: Path, archive: str) -> None:
    crawl.fn(source)
    (tmp_path / DAY.replace("14", "15")).mkdir()
    (tmp_path / DAY.replace("14", "15") / NAMES[0]).touch()
    found = crawl.fn(Source(archive, source.root, ("spectrogram",), date(2024, 5, 15)))
    assert (found.listed, found.batches, found.ignored) == (0, (), (NAMES[0],))


def test_batches_hold_whole_parts_and_stay_few(source: Source) -> None:
    work = [item for batch in crawl.fn(source).batches for item in batch]
    assert [len(batch) for batch in batches(work, 1)] == [2, 1]
    assert batches(work, 16) == (tuple(work),)
    assert batches([], 16) == ()
