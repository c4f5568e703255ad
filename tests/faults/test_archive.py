"""The archive misbehaves: the night says which file or directory and is taken up when the archive is well again."""

import json
from collections.abc import Iterator

import pytest

from deployments.simulated.misbehaviour import Misbehaviour
from tests.faults.disturbed import ARCHIVE, Disturbed

IMPATIENT = {"NIGHTSHIFT_REQUEST_TIMEOUT_S": "2", "NIGHTSHIFT_LISTING_TIMEOUT_S": "2", "NIGHTSHIFT_REQUEST_RETRIES": "2"}
UNREACHABLE = {
    Misbehaviour.FILE_FORBIDDEN: "the archive answers 403",
    Misbehaviour.FILE_ALWAYS_LIMITED: "the archive answers 429",
    Misbehaviour.FILE_ERROR: "the archive answers 500",
    Misbehaviour.FILE_HANGS: "no byte within the time limit",
}
QUARANTINED = {
    Misbehaviour.FILE_CUT: "gzip stream ends early",
    Misbehaviour.FILE_WRONG_CRC: "damaged gzip stream",
    Misbehaviour.FILE_WRONG_LENGTH: "damaged gzip stream",
}
ABSENT = {Misbehaviour.FILE_GONE: "the archive answers 404"}
# What a run survives by itself.
PASSING = (Misbehaviour.FILE_RESET, Misbehaviour.FILE_LIMITED, Misbehaviour.FILE_CHANGES_MIDWAY)
LISTINGS = {
    Misbehaviour.LISTING_ERROR: "answered 500",
    Misbehaviour.LISTING_FORBIDDEN: "answered 403",
    Misbehaviour.LISTING_LIMITED: "answered 429",
    Misbehaviour.LISTING_GONE: "gone",
    Misbehaviour.LISTING_HANGS: "no byte within the time limit",
    Misbehaviour.LISTING_CUT: "breaks off after",
}


@pytest.fixture(autouse=True)
def well_again(disturbed: Disturbed) -> Iterator[None]:
    """However a test ends, the archive is well afterwards."""
    yield
    disturbed.night.archive.misbehaviour = frozenset()


def test_files_that_hang_are_refused_change_or_lie_are_named_and_had_later(disturbed: Disturbed) -> None:
    night = disturbed.night
    night.archive.misbehaviour = frozenset({*UNREACHABLE, *QUARANTINED, *ABSENT, *PASSING})
    with disturbed.run(**IMPATIENT) as first:
        pass
    assert first.returncode == 1, disturbed.said
    names = {misbehaviour: night.archive.victim(night.date, misbehaviour) for misbehaviour in night.archive.misbehaviour}
    told = disturbed.explained("incomplete", "4 files could not be reached")
    for misbehaviour, reason in UNREACHABLE.items():
        assert f"{names[misbehaviour]}: {reason}" in told
    files = {row["name"]: row for row in json.loads(disturbed.ask("files"))}
    for misbehaviour, reason in (QUARANTINED | ABSENT).items():
        row = files[names[misbehaviour]]
        assert row["state"] == ("absent" if misbehaviour in ABSENT else "quarantined")
        assert reason in row["reason"]
    assert all(files[names[misbehaviour]]["state"] == "stored" for misbehaviour in PASSING)
    night.archive.misbehaviour = frozenset()
    disturbed.strike()
    disturbed.finish(first, "archive: 11 files hang, answer 403, 404, 429, 500, reset, change, are cut or lie")


@pytest.mark.faults
@pytest.mark.timeout(900)  # seven visits
def test_listings_that_fail_are_named_and_had_later(disturbed: Disturbed) -> None:
    night = disturbed.night
    directory = f"{night.url}/visit-1/solarradio/data/2002-20yy_Callisto/{night.date:%Y/%m/%d}/"
    for misbehaviour, reason in LISTINGS.items():
        night.archive.misbehaviour = frozenset({misbehaviour})
        disturbed.said.clear()
        with disturbed.run(**IMPATIENT) as visit:
            pass
        assert visit.returncode == 1, disturbed.said
        disturbed.explained(f"{ARCHIVE} {night.date} is incomplete", directory, reason)
    night.archive.misbehaviour = frozenset()
    disturbed.strike()
    disturbed.finish(
        visit, "archive: listings answer 403, 404, 429, 500, hang and are cut, a visit each", most_runs=len(LISTINGS) + 1
    )
