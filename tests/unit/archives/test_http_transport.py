"""HTTP as archives really behave: every trouble over a real server."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from remote import Reply, Request, Server, quick_settings, serving, work

from db.ledger import Work
from models.errors import SourceUnavailable
from tasks.archives import http
from tasks.archives.http import HttpTransport
from tasks.archives.index_page import IndexPage
from tasks.archives.transport import Fetched

BODY = bytes(range(256)) * 64
PAGE = b'<html><title>Index of /</title><pre><a href="a.fit.gz">a.fit.gz</a> 2019-10-05 02:33  1K\n</pre></html>'
Serve = Callable[..., AbstractContextManager[Server]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first pause of 50 ms instead of half a second."""
    monkeypatch.setattr(http, "FIRST_PAUSE_S", 0.05)


def run(home: Path, job: Callable[[HttpTransport], Awaitable[Any]], **changes: Any) -> Any:
    """Run a job with a transport of its own."""

    async def whole() -> Any:
        transport = HttpTransport(quick_settings(home, **changes), ZoneInfo("Europe/Zurich"))
        try:
            return await job(transport)
        finally:
            await transport.close()

    return asyncio.run(whole())


def fetch(home: Path, wanted: Work, max_bytes: int = 1 << 20, **changes: Any) -> Fetched:
    result = run(home, lambda transport: transport.fetch(wanted, max_bytes), **changes)
    assert isinstance(result, Fetched)
    return result


def listing(home: Path, url: str, **changes: Any) -> IndexPage:
    page = run(home, lambda transport: transport.list_directory(url), **changes)
    assert isinstance(page, IndexPage)
    return page


def replies(*planned: Reply) -> AbstractContextManager[Server]:
    """Serve these answers one after the other, the last for ever."""

    async def answer(request: Request) -> Reply:
        return planned[min(request.earlier, len(planned) - 1)]

    return serving(answer)


@pytest.fixture
def good() -> Iterator[Server]:
    with replies(Reply(body=BODY, headers={"ETag": '"1"'})) as server:
        yield server


def test_a_file_comes_with_its_etag(tmp_path: Path, good: Server) -> None:
    result = fetch(tmp_path, work(good.url))
    assert (result.outcome, result.body, result.etag) == ("fetched", BODY, '"1"')
    assert good.requests[0].headers["accept-encoding"] == "identity"


def test_a_server_error_that_passes_is_tried_again(tmp_path: Path) -> None:
    with replies(Reply(500), Reply(503), Reply(body=BODY)) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY
        assert server.times[2] - server.times[1] > 0.045  # 0.1 s with a jitter of a half


def test_a_server_error_that_stays_makes_the_file_unreachable(tmp_path: Path) -> None:
    with replies(Reply(500)) as server:
        result = fetch(tmp_path, work(server.url), request_retries=1)
        assert (result.outcome, result.reason) == ("unreachable", "the archive answers 500 (2 tries)")


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_gone_is_absent_at_once(tmp_path: Path, status: int) -> None:
    with replies(Reply(status, b"<html>no</html>")) as server:
        result = fetch(tmp_path, work(server.url))
        assert (result.outcome, result.body) == ("absent", b"")
        assert str(status) in result.reason and len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_forbidden_file_is_unreachable_and_not_asked_for_again(tmp_path: Path, status: int) -> None:
    with replies(Reply(status, b"<html>no</html>")) as server:
        result = fetch(tmp_path, work(server.url))
        assert (result.outcome, result.body, len(server.requests)) == ("unreachable", b"", 1)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(tmp_path: Path, form: str) -> None:
    async def answer(request: Request) -> Reply:
        wait = "2" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
        return Reply(429, headers={"Retry-After": wait}) if request.earlier == 0 else Reply(body=BODY)

    with serving(answer) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY
        assert 1.9 < server.times[1] - server.times[0] < 4  # a date is in whole seconds


@pytest.mark.parametrize("wait", ["soon", "²", "-1", "Mon, 99 Foo 2024"])
def test_a_retry_after_without_sense_is_ignored(tmp_path: Path, wait: str) -> None:
    with replies(Reply(429, headers={"Retry-After": wait}), Reply(body=BODY)) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY


def test_a_server_that_hangs_is_given_up_within_the_timeout(tmp_path: Path) -> None:
    async def answer(request: Request) -> Reply:
        await asyncio.sleep(30)
        return Reply()

    with serving(answer) as server:
        before = time.monotonic()
        result = fetch(tmp_path, work(server.url), request_timeout_s=0.3, request_retries=1)
        assert time.monotonic() - before < 3
        assert (result.outcome, result.reason) == ("unreachable", "no byte within the time limit (2 tries)")


def test_a_slow_first_answer_is_followed_by_a_good_one(tmp_path: Path) -> None:
    async def answer(request: Request) -> Reply:
        await asyncio.sleep(0 if request.earlier else 2)
        return Reply(body=BODY)

    with serving(answer) as server:
        assert fetch(tmp_path, work(server.url), request_timeout_s=0.3).body == BODY


def test_nobody_at_the_address_is_unreachable(tmp_path: Path) -> None:
    with replies(Reply()) as server:
        url = server.url
    result = fetch(tmp_path, work(url), request_retries=0)
    assert result.outcome == "unreachable" and result.reason.startswith("no connection")


def ranged(tag_after: str = '"1"', **changes: Any) -> AbstractContextManager[Server]:
    """Break off after 1000 bytes, then answer ranges as RFC 9110 says; the copy may be another one by then."""

    async def answer(request: Request) -> Reply:
        if request.earlier == 0:
            return Reply(body=BODY, headers={"ETag": '"1"'} | changes, sent=1000)
        body = BODY if tag_after == '"1"' else BODY[::-1]
        if "range" in request.headers and request.headers.get("if-range") == tag_after:
            start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
            part = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}", "ETag": tag_after}
            return Reply(206, body[start:], part)
        return Reply(body=body, headers={"ETag": tag_after})

    return serving(answer)


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path: Path) -> None:
    with ranged() as server:
        assert fetch(tmp_path, work(server.url)).body == BODY
        assert [request.headers.get("range") for request in server.requests] == [None, "bytes=1000-"]


def test_a_file_that_changed_meanwhile_starts_over(tmp_path: Path) -> None:
    with ranged(tag_after='"2"') as server:
        result = fetch(tmp_path, work(server.url))
        assert (result.body, result.etag) == (BODY[::-1], '"2"')


@pytest.mark.parametrize("tag", ["", 'W/"1"'])
def test_without_a_strong_etag_nothing_is_resumed(tmp_path: Path, tag: str) -> None:
    with ranged(ETag=tag) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY
        assert "range" not in server.requests[1].headers


def test_another_range_than_asked_for_is_thrown_away(tmp_path: Path) -> None:
    broken = Reply(body=BODY, headers={"ETag": '"1"'}, sent=1000)
    wrong = Reply(206, BODY[500:], {"Content-Range": f"bytes 500-{len(BODY) - 1}/{len(BODY)}", "ETag": '"1"'})
    with replies(broken, wrong, Reply(body=BODY, headers={"ETag": '"1"'})) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY


def test_a_range_that_no_longer_fits_starts_over(tmp_path: Path) -> None:
    broken = Reply(body=BODY, headers={"ETag": '"1"'}, sent=1000)
    with replies(broken, Reply(416), Reply(body=b"short", headers={"ETag": '"2"'})) as server:
        assert fetch(tmp_path, work(server.url)).body == b"short"


def test_a_file_that_says_it_is_too_long_is_refused_unread(tmp_path: Path, good: Server) -> None:
    result = fetch(tmp_path, work(good.url), max_bytes=1000)
    assert (result.outcome, result.body) == ("refused", b"")
    assert result.reason == "is 16,384 bytes long, more than the 1,000 allowed"


def test_a_file_without_a_length_is_refused_where_it_grows_too_long(tmp_path: Path) -> None:
    with replies(Reply(body=BODY, headers={"Content-Length": ""})) as server:
        assert fetch(tmp_path, work(server.url)).body == BODY
        assert fetch(tmp_path, work(server.url), max_bytes=1000).outcome == "refused"


def test_a_file_that_we_hold_is_not_sent_again(tmp_path: Path) -> None:
    noon = datetime(2024, 5, 14, 12, tzinfo=UTC)

    async def answer(request: Request) -> Reply:
        same = request.headers.get("if-none-match") == '"1"' or "if-modified-since" in request.headers
        return Reply(304, headers={"Content-Length": ""}) if same else Reply(body=BODY)

    with serving(answer) as server:
        assert fetch(tmp_path, work(server.url, held_sha256="x", held_etag='"1"', held_modified=noon)).outcome == "unchanged"
        assert "if-modified-since" not in server.requests[0].headers
        assert fetch(tmp_path, work(server.url, held_sha256="x", held_modified=noon)).outcome == "unchanged"
        assert server.requests[1].headers["if-modified-since"] == "Tue, 14 May 2024 12:00:00 GMT"
        assert fetch(tmp_path, work(server.url, held_sha256="x", held_etag='"0"')).outcome == "fetched"


def test_at_most_so_many_downloads_run_at_once(tmp_path: Path) -> None:
    async def answer(request: Request) -> Reply:
        await asyncio.sleep(0.05)
        return Reply(body=BODY)

    async def many(transport: HttpTransport) -> list[Fetched]:
        wanted = [work(server.url, f"{number}.fit.gz") for number in range(12)]
        return await asyncio.gather(*(transport.fetch(item, 1 << 20) for item in wanted))

    with serving(answer) as server:
        results = run(tmp_path, many, connections_per_host=3)
        assert [result.work.file.name for result in results] == [f"{number}.fit.gz" for number in range(12)]
        assert server.most_at_once == 3


def test_a_listing_is_tried_again(tmp_path: Path) -> None:
    with replies(Reply(503), Reply(body=PAGE[:-9]), Reply(body=PAGE)) as server:
        page = listing(tmp_path, server.url)
        assert page.complete and [entry.name for entry in page.entries] == ["a.fit.gz"]


def test_a_listing_that_stays_cut_is_incomplete(tmp_path: Path) -> None:
    with replies(Reply(body=PAGE[:-9])) as server:
        assert not listing(tmp_path, server.url, request_retries=1).complete


@pytest.mark.parametrize(
    ("reply", "words", "gone"),
    [
        (Reply(404), "404", True),
        (Reply(410), "410", True),
        (Reply(403), "answered 403", False),
        (Reply(500), "answered 500", False),
        (Reply(body=b"<html><title>Login</title></html>"), "no directory listing", False),
        (Reply(body=b""), "no directory listing", False),
        (Reply(302, headers={"Location": "http://127.0.0.1:99999/"}), "no connection", False),
        (Reply(302, headers={"Location": "/"}), "TooManyRedirects", False),
        (Reply(body=PAGE, headers={"Content-Encoding": "gzip"}), "DecodingError", False),
    ],
)
def test_a_listing_that_cannot_be_had_says_why(tmp_path: Path, reply: Reply, words: str, gone: bool) -> None:
    with replies(reply) as server, pytest.raises(SourceUnavailable, match=words) as caught:
        listing(tmp_path, server.url, request_retries=0)
    assert caught.value.gone is gone


def test_a_listing_that_hangs_is_given_up(tmp_path: Path) -> None:
    async def answer(request: Request) -> Reply:
        await asyncio.sleep(30)
        return Reply()

    with serving(answer) as server, pytest.raises(SourceUnavailable, match="no byte within the time limit"):
        listing(tmp_path, server.url, listing_timeout_s=0.3, request_retries=0)


def test_an_answer_that_only_drips_is_given_up(tmp_path: Path) -> None:
    """A byte every 0.1 s resets every limit for silence; 1,000 bytes/s are asked of the whole."""
    with replies(Reply(body=BODY, drip_s=0.1)) as server:
        began = time.monotonic()
        result = fetch(tmp_path, work(server.url), request_retries=0)
        assert result.outcome == "unreachable"
        assert "too slow: " in result.reason
        with pytest.raises(SourceUnavailable, match="too slow: "):
            listing(tmp_path, server.url, request_retries=0)
        assert time.monotonic() - began < 5


def test_a_listing_that_does_not_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_LISTING_BYTES", len(PAGE) - 1)
    with (
        replies(Reply(body=PAGE)) as server,
        pytest.raises(SourceUnavailable, match=r"longer than the .* bytes that a listing may have"),
    ):
        listing(tmp_path, server.url)
