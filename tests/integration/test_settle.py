"""A night whose books do not balance is never green."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from db.ledger import Ledger
from db.remote_file import RemoteFile
from db.schema import Night
from db.session import transaction
from tasks.crawl import Crawl
from tasks.settle import settle
from tasks.source import Source

NIGHT = datetime(2019, 3, 1, tzinfo=UTC).date()


def test_a_file_without_an_end_makes_the_night_failed_and_says_so(stores: Path) -> None:
    source = Source("ecallisto-simulated", "http://127.0.0.1:9/", ("spectrogram",), NIGHT)
    file = RemoteFile("A_20190301_120000_01.fit.gz", "http://127.0.0.1:9/a", "spectrogram", "A", "01", None, "1K", None)
    with transaction() as connection:
        Ledger(connection, source.archive, NIGHT).register([file])
    record = settle.fn(source, Crawl(1, "whole", (), (), ()), [], [], {})
    assert record.outcome == "failed"
    assert "1 still pending" in record.reason
    with transaction() as connection:
        assert connection.scalar(select(Night.outcome).where(Night.night == NIGHT)) == "failed"


def test_a_batch_that_failed_for_good_makes_the_night_failed(stores: Path) -> None:
    source = Source("ecallisto-simulated", "http://127.0.0.1:9/", ("spectrogram",), NIGHT.replace(day=2))
    record = settle.fn(source, Crawl(0, "empty", (), (), ()), [], ["infer: ValueError: a bug"], {})
    assert (record.outcome, record.reason) == ("failed", "infer: ValueError: a bug")


def test_what_could_not_be_had_makes_the_night_incomplete(stores: Path) -> None:
    source = Source("ecallisto-simulated", "http://127.0.0.1:9/", ("spectrogram",), NIGHT.replace(day=3))
    record = settle.fn(source, Crawl(0, "broken", ("the listing breaks off",), (), ()), [], [], {})
    assert (record.outcome, record.reason) == ("incomplete", "the listing breaks off")


def test_a_night_that_the_archive_does_not_have_is_empty(stores: Path) -> None:
    source = Source("ecallisto-simulated", "http://127.0.0.1:9/", ("spectrogram",), NIGHT.replace(day=4))
    assert settle.fn(source, Crawl(0, "empty", (), (), ()), [], [], {}).outcome == "empty"


def test_names_that_were_left_out_are_said_even_of_a_complete_night(stores: Path) -> None:
    source = Source("ecallisto-simulated", "http://127.0.0.1:9/", ("spectrogram",), NIGHT.replace(day=5))
    record = settle.fn(source, Crawl(0, "whole", (), ("../../etc/passwd",), ()), [], [], {})
    assert record.outcome == "complete"
    assert "../../etc/passwd" in record.reason
