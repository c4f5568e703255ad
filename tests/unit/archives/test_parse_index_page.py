"""Index pages: what is listed, what is refused, and what is no listing at all."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.archives.index_page import Entry, IndexPage, is_plain, parse_index_page

SWISS = ZoneInfo("Europe/Zurich")
NAME = "BIR_20191005_003000_01.fit.gz"


def table(*hrefs: str) -> str:
    """A page in the style of Apache 2.4, one row for each link."""
    rows = "".join(
        f'<tr><td><img alt="[ ]"></td><td><a href="{href}">text</a></td><td align="right">2019-10-05 02:33  </td>'
        '<td align="right">186K</td><td>&nbsp;</td></tr>\n'
        for href in hrefs
    )
    return f"<html><head><title>Index of /x</title></head><body><table>{rows}</table></body></html>\n"


def parsed(text: str) -> IndexPage:
    page = parse_index_page(text, SWISS)
    assert page is not None
    return page


def test_the_real_page_gives_its_3116_files_with_sizes_and_utc_times(real_data: Path) -> None:
    packed = real_data / "radio" / "index" / "ecallisto_index_2019_10_05.html.gz"
    page = parsed(gzip.decompress(packed.read_bytes()).decode())
    assert page.complete and not page.refused
    assert len(page.entries) == 3116 == len({entry.name for entry in page.entries})
    assert all(entry.name.endswith(".fit.gz") and entry.size[-1] in "KM" and entry.modified for entry in page.entries)
    first = page.entries[0]
    assert first.modified is not None and first.modified.tzinfo is UTC
    # No file of that day was uploaded before the day began, although its earliest local times read like the second hour.
    assert min(entry.modified for entry in page.entries if entry.modified) > datetime(2019, 10, 5, tzinfo=UTC)


def test_a_table_row_gives_name_size_and_time_in_utc() -> None:
    assert parsed(table(NAME)).entries == (Entry(NAME, "186K", datetime(2019, 10, 5, 0, 33, tzinfo=UTC)),)


def test_winter_time_is_one_hour_ahead_of_utc() -> None:
    (entry,) = parsed(table(NAME).replace("2019-10-05", "2019-12-05")).entries
    assert entry.modified == datetime(2019, 12, 5, 1, 33, tzinfo=UTC)


def test_preformatted_pages_are_read_although_they_shorten_the_names_shown() -> None:
    page = parsed(
        '<html><head><title>Index of /x</title></head><body><pre><a href="?C=N;O=D">Name</a>\n<a href="/">Parent Directory</a>  -\n'
        f'<a href="{NAME}">BIR_20191005_003000_0..&gt;</a> 2019-10-05 02:33  186K\n'
        '<a href="07/">07/</a>                     2019-10-05 02:33    -\n<hr></pre></body></html>'
    )
    time = datetime(2019, 10, 5, 0, 33, tzinfo=UTC)
    assert page.entries == (Entry(NAME, "186K", time), Entry("07/", "", time))


def test_nginx_pages_are_read() -> None:
    page = parsed(
        '<html><head><title>Index of /x/</title></head><body><h1>Index of /x/</h1><hr><pre><a href="../">../</a>\n'
        f'<a href="{NAME}">{NAME}</a>          05-Oct-2019 02:33              190464\n</pre><hr></body></html>\n'
    )
    assert page.entries == (Entry(NAME, "190464", datetime(2019, 10, 5, 0, 33, tzinfo=UTC)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "<html><head><title>Login</title></head><body><form><a href='x.fit.gz'>x</a></form></body></html>",
        "<html><head><title>503 Service Unavailable</title></head><body></body></html>",
        "<!-- Index of / -->",
        "\x1f\x8b\x08 gzip",
    ],
)
def test_another_kind_of_page_is_no_listing(text: str) -> None:
    assert parse_index_page(text, SWISS) is None


def test_a_page_that_declares_its_encoding_is_read() -> None:
    assert parsed('<?xml version="1.0" encoding="utf-8"?>\n' + table(NAME)).entries[0].name == NAME


def test_a_page_cut_anywhere_is_incomplete_and_invents_no_names() -> None:
    whole = table(NAME, "GLASGOW_20191005_003000_59.fit.gz")
    names = {entry.name for entry in parsed(whole).entries}
    start, end = whole.index("<table>"), whole.index("</html>")
    for length in range(start, end + 6):
        page = parsed(whole[:length])
        assert not page.complete
        assert {entry.name for entry in page.entries} <= names


@pytest.mark.parametrize(
    "href",
    [
        "../x.fit.gz",
        "%2e%2e%2fx.fit.gz",
        "..%5cx.fit.gz",
        "a/b.fit.gz",
        "a%2Fb.fit.gz",
        "http://elsewhere/x.fit.gz",
        "//elsewhere/x.fit.gz",
        "/etc/x.fit.gz",
        "%2Fetc%2Fx.fit.gz",
        "C:x.fit.gz",
        "a\\b.fit.gz",
        "a%00b.fit.gz",
        "a%0Ab.fit.gz",
        "a%C2%85b.fit.gz",
        "a%E2%80%AEb.fit.gz",
        "&#xD800;.fit.gz",
        ".hidden.fit.gz",
        "a" * 201 + ".fit.gz",
    ],
)
def test_a_link_that_leads_out_of_the_directory_is_never_listed(href: str) -> None:
    page = parsed(table(href, NAME))
    assert all(is_plain(entry.name) for entry in page.entries)
    kept = [entry.name for entry in page.entries if entry.name != NAME]
    assert kept in ([], ["�.fit.gz"])  # what HTML makes of half a character is a plain name


def test_refused_links_are_named() -> None:
    assert parsed(table("%2e%2e%2fx.fit.gz", "a/b.fit.gz")).refused == ("../x.fit.gz", "a/b.fit.gz")


def test_a_name_listed_twice_is_one_entry() -> None:
    assert len(parsed(table(NAME, NAME)).entries) == 1


@given(st.text())
def test_any_text_is_a_page_or_none(text: str) -> None:
    assert isinstance(parse_index_page(text, SWISS), IndexPage | None)


@given(st.text(), st.text(alphabet='<>/"=&#;x0aD trhef\x00\ud800', max_size=200))
def test_any_text_that_says_index_of_is_a_page_of_plain_names_or_none(before: str, after: str) -> None:
    page = parse_index_page(f'{before}Index of /<a href="{before}">{after}', SWISS)
    assert page is None or all(is_plain(entry.name) for entry in page.entries)
