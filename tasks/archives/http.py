"""Archives over HTTP: index pages and files, with the manners that a shared and free archive deserves."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx

from db.ledger import Work
from db.settings import Settings
from models.errors import SourceUnavailable
from tasks.archives.index_page import IndexPage, parse_index_page
from tasks.archives.pace import TooSlow, paced
from tasks.archives.transport import Fetched

# Passing troubles by status: timeouts, throttling and a server's bad moment; everything else would answer the same again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
# Besides its own errors httpx lets through what a redirect to an impossible address (port 99999) raises far below.
TROUBLES = (httpx.HTTPError, httpx.InvalidURL, ExceptionGroup, TooSlow)
FIRST_PAUSE_S = 0.5
MAX_LISTING_BYTES = 64 << 20  # a real page of 3,116 files has 1.2 MB
LONGEST_PAUSE_S = 60.0  # an archive that asks for more is tried again on a later visit, and the night goes on


class HttpTransport:
    """HTTP and HTTPS, at most ``connections_per_host`` requests to one host at a time."""

    def __init__(self, settings: Settings, timezone: ZoneInfo) -> None:
        self._settings = settings
        self._timezone = timezone
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._client = httpx.AsyncClient(
            follow_redirects=True,
            timeout=httpx.Timeout(settings.request_timeout_s),
            headers={"User-Agent": "nightshift (solar observatory monitoring)", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def list_directory(self, url: str) -> IndexPage:
        """Return what an index page lists; a page that breaks off comes back with ``complete`` False after all tries.

        Raises
        ------
        SourceUnavailable
            If it cannot be had or is no index page; ``gone`` at 404 and 410.
        """
        trouble = ""
        page = None
        waiting: Mapping[str, str] = {}
        for attempt in range(self._settings.request_retries + 1):
            await _pause(attempt, waiting)
            try:
                async with self._host(url), self._client.stream("GET", url, timeout=self._settings.listing_timeout_s) as response:
                    body = bytearray()
                    async for chunk in paced(response.aiter_bytes(), self._settings.listing_timeout_s):
                        body += chunk
                        if len(body) > MAX_LISTING_BYTES:
                            raise SourceUnavailable(
                                f"{url}: is longer than the {MAX_LISTING_BYTES:,} bytes that a listing may have"
                            )
            except TROUBLES as error:
                trouble, waiting = _words(error), {}
                continue
            if response.status_code in GONE:
                raise SourceUnavailable(f"{url}: the archive says {response.status_code}", gone=True)
            if response.status_code == 200:
                page = parse_index_page(body.decode(response.charset_encoding or "utf-8", "replace"), self._timezone)
                if page is None:
                    raise SourceUnavailable(f"{url}: answered with a page that is no directory listing")
                page = replace(page, clock_ahead=_clock_ahead(response))
                if page.complete:
                    return page
            trouble = f"answered {response.status_code}"
            if response.status_code not in PASSING | {200}:
                break
            waiting = response.headers
        if page is not None:
            return page
        raise SourceUnavailable(f"{url}: {trouble}")

    async def fetch(self, work: Work, max_bytes: int) -> Fetched:
        """Get one file, resuming where a connection broke; see `Fetched` for how it may end."""
        url = work.file.url
        body = bytearray()
        etag = trouble = ""
        waiting: Mapping[str, str] = {}
        for attempt in range(self._settings.request_retries + 1):
            await _pause(attempt, waiting)
            headers = _conditions(work) if not body else {"Range": f"bytes={len(body)}-", "If-Range": etag}
            waiting = {}
            try:
                async with self._host(url), self._client.stream("GET", url, headers=headers) as response:
                    status = response.status_code
                    if status == 304:
                        return Fetched(work, "unchanged")
                    if status in GONE:
                        return Fetched(work, "absent", reason=f"listed, but the archive answers {status} for it")
                    if status == 200:
                        body.clear()  # the archive starts over, or its copy changed under our hands
                        etag = response.headers.get("ETag", "")
                    if status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {len(body)}-"):
                        trouble = "the archive answers with another range than asked for"
                        body.clear()
                    elif status in (200, 206):
                        expected = int(response.headers.get("Content-Length", "-1"))
                        if expected > max_bytes:
                            return Fetched(
                                work, "refused", reason=f"is {expected:,} bytes long, more than the {max_bytes:,} allowed"
                            )
                        received = 0
                        async for chunk in paced(response.aiter_raw(), self._settings.request_timeout_s):
                            body += chunk
                            received += len(chunk)
                            if len(body) > max_bytes:
                                return Fetched(work, "refused", reason=f"is longer than the {max_bytes:,} bytes allowed")
                        if expected in (-1, received):
                            return Fetched(work, "fetched", bytes(body), etag)
                        trouble = f"the connection ended after {received:,} of {expected:,} bytes"
                    else:
                        trouble = f"the archive answers {status}"
                        if status == 416:  # our part no longer fits its copy
                            body.clear()
                        elif status not in PASSING:
                            break
                        waiting = response.headers
            except TROUBLES as error:
                trouble = _words(error)
            if not _strong(etag):
                body.clear()  # without a name for these bytes a resumed file could be two files
        return Fetched(work, "unreachable", reason=f"{trouble} ({attempt + 1} tries)")

    def _host(self, url: str) -> asyncio.Semaphore:
        return self._hosts.setdefault(urlsplit(url).netloc, asyncio.Semaphore(self._settings.connections_per_host))


def _conditions(work: Work) -> dict[str, str]:
    """Ask only for what we do not hold: by etag, else by the listing's time of the copy we hold."""
    if work.held_etag:
        return {"If-None-Match": work.held_etag}
    if work.held_modified:
        return {"If-Modified-Since": format_datetime(work.held_modified, usegmt=True)}
    return {}


def _strong(etag: str) -> bool:
    return bool(etag) and not etag.startswith("W/")


async def _pause(attempt: int, headers: Mapping[str, str]) -> None:
    """Wait before a further try: as Retry-After says, else 0.5, 1, 2, 4 … s with jitter, so that many do not knock at once."""
    if attempt:
        asked = _retry_after(headers.get("Retry-After", ""))
        backoff = FIRST_PAUSE_S * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 (no secret hangs on it)
        await asyncio.sleep(min(LONGEST_PAUSE_S, backoff if asked is None else asked))


def _retry_after(text: str) -> float | None:
    """Seconds that a Retry-After header asks for, in either of its two forms."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _clock_ahead(response: httpx.Response) -> timedelta | None:
    """How far a server's clock is ahead of ours: nothing where its Date lies between our request and the end of its answer."""
    try:
        told = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    now = datetime.now(UTC)
    asked = now - response.elapsed - timedelta(seconds=1)  # the header has whole seconds
    return told - asked if told < asked else told - now if told > now else timedelta()


def _words(error: Exception) -> str:
    """Say what went wrong; several of httpx's errors have no text of their own."""
    kinds: dict[type[Exception], str] = {
        httpx.ConnectTimeout: "no connection within the time limit",
        httpx.ReadTimeout: "no byte within the time limit",
        httpx.ConnectError: "no connection",
        TooSlow: "too slow",
        ExceptionGroup: "no connection",
    }
    kind = kinds.get(type(error), type(error).__name__)
    return f"{kind}: {error}" if str(error) else kind
