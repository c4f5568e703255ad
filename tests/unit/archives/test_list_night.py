"""A night is whole, empty or broken, and never green where files may be missing."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from remote import Reply, Request, Server, quick_settings, serving

from tasks.archives.ecallisto import ECALLISTO
from tasks.archives.fetcher import root_url
from tasks.archives.folder import FolderTransport
from tasks.archives.http import HttpTransport
from tasks.archives.listing import NightListing, list_night
from tasks.archives.transport import Transport

NIGHT = date(2024, 5, 14)
DAY = "data/2002-20yy_Callisto/2024/05/14/"
NAME = "BIR_20240514_120000_01.fit.gz"


def page(*names: str, end: str = "</html>") -> Reply:
    links = "".join(f'<a href="{name}">{name}</a> 2024-05-14 14:20  1K\n' for name in names)
    return Reply(body=f"<html><title>Index of /</title><pre>{links}</pre>{end}".encode())


class Tree(dict[str, Reply]):
    """Answers by path; 404 for any other."""

    async def __call__(self, request: Request) -> Reply:
        return self.get(request.path.removeprefix("/"), Reply(404))


@pytest.fixture
def tree() -> Tree:
    """An archive with one night of one file."""
    parts = ["", "data", "2002-20yy_Callisto", "2024", "05", "14"]
    folders = {"/".join([*parts[1 : n + 1], ""]): page(parts[n + 1] + "/") for n in range(1, 5)}
    return Tree({"": page("data/", "qkl/"), **folders, DAY: page(NAME)})


@pytest.fixture
def server(tree: Tree) -> Iterator[Server]:
    with serving(tree) as running:
        yield running


def listed(home: Path, url: str, products: tuple[str, ...] = ("spectrogram",), night: date = NIGHT) -> NightListing:
    async def job() -> NightListing:
        transport: Transport = FolderTransport()
        if url.startswith("file:"):
            return await list_night(ECALLISTO, url, products, night, transport)
        transport = http = HttpTransport(quick_settings(home, request_retries=0), ECALLISTO.timezone)
        try:
            return await list_night(ECALLISTO, url, products, night, transport)
        finally:
            await http.close()

    return asyncio.run(job())


def test_a_night_that_lists_well_is_whole(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree[DAY] = page(NAME, "readme.txt", "..%2fx.fit.gz", "old/")
    night = listed(tmp_path, server.url)
    assert (night.state, night.troubles) == ("whole", ())
    assert [(file.name, file.url) for file in night.files] == [(NAME, server.url + DAY + NAME)]
    assert set(night.ignored) == {"readme.txt", "../x.fit.gz"}


def test_a_directory_without_files_is_empty(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree[DAY] = page()
    assert listed(tmp_path, server.url).state == "empty"


@pytest.mark.parametrize("night", [date(2024, 5, 15), date(2024, 6, 1), date(2025, 1, 1)])
def test_a_night_whose_parent_lists_well_without_it_is_empty(tmp_path: Path, server: Server, night: date) -> None:
    assert listed(tmp_path, server.url, night=night) == NightListing((), "empty")


@pytest.mark.parametrize("reply", [Reply(403), Reply(500), Reply(body=b"<html><title>Login</title></html>")])
def test_a_listing_that_cannot_be_had_is_broken(tmp_path: Path, server: Server, tree: Tree, reply: Reply) -> None:
    tree[DAY] = reply
    night = listed(tmp_path, server.url)
    assert night.state == "broken" and DAY in night.troubles[0]


def test_a_listing_that_breaks_off_is_broken_but_keeps_its_files(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree[DAY] = page(NAME, end="")
    night = listed(tmp_path, server.url)
    assert (night.state, len(night.files)) == ("broken", 1)
    assert "breaks off after 1 names" in night.troubles[0]


@pytest.mark.parametrize("reply", [Reply(403), Reply(500), page("01/", end="")])
def test_a_missing_night_with_an_unreadable_parent_is_broken(tmp_path: Path, server: Server, tree: Tree, reply: Reply) -> None:
    tree["data/2002-20yy_Callisto/2024/05/"] = reply
    assert listed(tmp_path, server.url, night=date(2024, 5, 15)).state == "broken"


def test_a_missing_night_that_its_parent_names_is_broken(tmp_path: Path, server: Server, tree: Tree) -> None:
    del tree[DAY]
    night = listed(tmp_path, server.url)
    assert night.state == "broken" and "the parent lists this directory" in night.troubles[0]


def test_a_missing_root_is_broken(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree.clear()
    night = listed(tmp_path, server.url)
    assert night.state == "broken" and "the archive has no such tree" in night.troubles[0]


def test_a_root_without_the_archive_in_it_is_broken_not_empty(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree.clear()
    tree[""] = page("moved_to_a_better_place/")
    assert listed(tmp_path, server.url).state == "broken"
    (tmp_path / "elsewhere").mkdir()
    assert listed(tmp_path, root_url(str(tmp_path / "elsewhere"))).state == "broken"


def test_nobody_at_home_is_broken(tmp_path: Path) -> None:
    with serving(Tree()) as server:
        url = server.url
    assert listed(tmp_path, url).state == "broken"


def test_one_broken_product_leaves_the_other(tmp_path: Path, server: Server, tree: Tree) -> None:
    tree["qkl/2024/05/14/"] = Reply(500)
    night = listed(tmp_path, server.url, ("spectrogram", "quicklook"))
    assert (night.state, len(night.files), len(night.troubles)) == ("broken", 1, 1)


def test_folders_are_whole_empty_or_broken_alike(tmp_path: Path) -> None:
    (tmp_path / DAY).mkdir(parents=True)
    (tmp_path / DAY / NAME).touch()
    root = root_url(str(tmp_path))
    assert listed(tmp_path, root).state == "whole"
    assert listed(tmp_path, root, night=date(2024, 5, 15)).state == "empty"
    assert listed(tmp_path, root + "missing/").state == "broken"
