"""HMI's magnetograms by way of the Virtual Solar Observatory, which sunpy itself asks, over SOAP on loopback."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jsoc import cards, magnetogram
from remote import Reply, Request, serving
from vso import DESCRIPTION, Vso

from db.ledger import Work
from db.settings import load_settings
from models.simulate.sun.hmi import hmi_picture
from tasks.archives.fetcher import fetcher
from tasks.archives.listing import NightListing
from tasks.archives.vso_magnetograms import VSO, declare
from tasks.readers.sun.keywords import with_fragment, with_keywords

MAY = date(2024, 5, 14)
TWO = ["20240514000027", "20240514040027"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Settings of a client that tries once, without an address that the JSOC knows."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    monkeypatch.setenv("NIGHTSHIFT_REQUEST_RETRIES", "0")
    monkeypatch.delenv("NIGHTSHIFT_JSOC_EMAIL", raising=False)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def ask(url: str) -> NightListing:
    return fetcher().list_night(declare(load_settings()), url, ("magnetogram",), MAY)


def test_the_vso_is_asked_once_every_four_hours_and_its_files_are_fetched_by_the_shared_fetcher() -> None:
    told = cards("2024.05.14_00:00:45_TAI", "2024-05-18T04:00:00")
    archive = declare(load_settings())
    held = Vso(TWO, with_keywords(hmi_picture(magnetogram()), with_fragment("http://x/", told)))
    with serving(held) as server:
        listing = ask(server.url)
        fetched = list(fetcher().fetch(archive, [Work(file, file.part) for file in listing.files]))
    assert (listing.state, listing.troubles) == ("whole", ())
    assert [file.name for file in listing.files] == [f"hmi.M_45s.20240514_0{hour}0027.magnetogram.fits" for hour in (0, 4)]
    assert [file.start for file in listing.files] == [datetime(2024, 5, 14, hour, 0, 27, tzinfo=UTC) for hour in (0, 4)], "UTC"
    assert {(file.station, file.focus_code) for file in listing.files} == {("SDO-HMI", "magnetogram")}
    query, export = held.asked
    for said in ("<start>20240514000000<", "<end>20240514235959<", "<instrument>HMI<", "<physobs>LOS_magnetic_field<", ">14400.0<"):
        assert said in query
    assert export.count("<fileid>") == 2
    prepared = archive.product("magnetogram").read(fetched[0].body, fetched[0].work.file.name)
    assert (prepared.unfit, prepared.channel, prepared.unit) == ("", "magnetogram", "G")


def test_more_records_than_a_day_has_slots_are_not_fetched() -> None:
    held = Vso([f"202405140{hour}{minute}27" for hour in range(6) for minute in ("00", "30")])
    with serving(held) as server:
        assert len(ask(server.url).files) == 6


def test_a_day_without_records_is_empty() -> None:
    with serving(Vso([])) as server:
        assert ask(server.url).state == "empty"


def test_a_vso_that_is_away_or_gives_out_no_address_breaks_the_night() -> None:
    async def away(_: Request) -> Reply:
        return Reply(503)

    with serving(away) as server:
        listing = ask(server.url)
    assert listing.state == "broken"
    assert "the VSO: " in listing.troubles[0]
    with serving(Vso(TWO, refused="410 Unknown Data Provider")) as server:
        listing = ask(server.url)
    assert (listing.state, listing.files) == ("broken", ())
    assert "Unknown Data Provider" in listing.troubles[0]

    class Fails(Vso):
        async def __call__(self, request: Request) -> Reply:
            return await super().__call__(request) if request.path == DESCRIPTION else Reply(500, b"<html>busy</html>")

    with serving(Fails(TWO)) as server:
        assert "the VSO: " in ask(server.url).troubles[0]


def test_it_is_live_where_the_jsoc_knows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert declare(load_settings()).root == VSO
    monkeypatch.setenv("NIGHTSHIFT_JSOC_EMAIL", "night@example.org")
    load_settings.cache_clear()
    assert declare(load_settings()).root == ""
