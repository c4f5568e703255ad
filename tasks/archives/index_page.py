"""Index pages of web servers: Apache's table and `<pre>` styles, nginx's, and anything else that links its files."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from lxml import html
from lxml.etree import ParserError

# The columns after a name: "2019-10-05 02:33  186K" (Apache), "05-Oct-2019 02:33  190464" (nginx), "-" for a directory.
_COLUMNS = re.compile(r"(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d)\s+(?P<size>[\d.]+ ?[KMGT]?|-)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of an index page: a plain name (directories end in /), its size as stated, its time in UTC."""

    name: str
    size: str
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class IndexPage:
    """What an index page lists.

    Attributes
    ----------
    entries : in the page's order, each name once
    refused : links that would lead out of the directory
    complete : whether the page came to its end
    clock_ahead : how far the archive's clock is ahead of ours, None where it does not tell
    """

    entries: tuple[Entry, ...]
    refused: tuple[str, ...]
    complete: bool
    clock_ahead: timedelta | None = None


def parse_index_page(text: str, timezone: ZoneInfo) -> IndexPage | None:
    """Read an index page; None where ``text`` is another kind of page (a login, an error, a portal)."""
    if not re.search(r"<title>\s*(Index|Directory)|Index of /|Parent Directory|\?C=[NMSD]", text, re.IGNORECASE):
        return None
    try:
        # As bytes, because lxml refuses text that opens with an XML declaration of its encoding.
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except ParserError:
        return None  # nothing but a comment
    entries: dict[str, Entry] = {}
    refused = []
    for link in page.iter("a"):
        href = link.get("href") or ""
        if not href or href.startswith(("?", "#", "/")) or href in (".", "./", "..", "../"):
            continue  # sort links and ways up
        name = unquote(href)
        if not is_plain(name):
            refused.append(name)
            continue
        columns = _COLUMNS.search(_text_after(link))
        size = columns["size"].replace(" ", "") if columns else ""
        entries.setdefault(name, Entry(name, "" if size == "-" else size, _utc(columns["date"], timezone) if columns else None))
    return IndexPage(tuple(entries.values()), tuple(refused), complete="</html>" in text[-200:].lower())


def is_plain(name: str) -> bool:
    """Whether a listed name stays in its directory: no path, no hidden file, no control characters, of sane length."""
    bare = name.removesuffix("/")
    return bool(bare) and len(bare) <= 200 and not bare.startswith(".") and bare.isprintable() and not re.search(r"[/\\:]", bare)


def _text_after(link: html.HtmlElement) -> str:
    """Text beside a link: the other cells of its table row, or what follows it in a `<pre>` block."""
    row = next(link.iterancestors("tr"), None)
    if row is None:
        return link.tail or ""
    return " ".join(cell.text_content() for cell in row.iter("td"))


def _utc(text: str, timezone: ZoneInfo) -> datetime | None:
    for pattern in ("%Y-%m-%d %H:%M", "%d-%b-%Y %H:%M"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=timezone).astimezone(UTC)
        except ValueError:
            continue
    return None
