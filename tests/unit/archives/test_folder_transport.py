"""Archives that are folders, with what may lie in one."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from remote import work

from models.errors import ConfigurationError, SourceUnavailable
from tasks.archives.fetcher import root_url
from tasks.archives.folder import FolderTransport
from tasks.archives.index_page import Entry, IndexPage
from tasks.archives.transport import Fetched

NAME = "BIR_20240514_120000_01.fit.gz"


def listing(folder: Path) -> IndexPage:
    return asyncio.run(FolderTransport().list_directory(root_url(str(folder))))


def fetch(folder: Path, name: str, max_bytes: int = 100) -> Fetched:
    return asyncio.run(FolderTransport().fetch(work(root_url(str(folder)), name), max_bytes))


def test_a_folder_lists_its_files_and_folders_with_sizes_and_times(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"12345")
    os.utime(tmp_path / NAME, (1_700_000_000.7, 1_700_000_000.7))
    (tmp_path / "2024").mkdir()
    files = {entry.name: entry for entry in listing(tmp_path).entries}
    assert files[NAME] == Entry(NAME, "5", datetime.fromtimestamp(1_700_000_000, UTC))
    assert set(files) == {NAME, "2024/"}


def test_a_missing_folder_is_gone_and_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    transport = FolderTransport()
    with pytest.raises(SourceUnavailable, match="no such folder") as caught:
        asyncio.run(transport.list_directory(f"{root_url(str(tmp_path))}2024/"))
    assert caught.value.gone
    with pytest.raises(SourceUnavailable, match="Not a directory") as caught:
        asyncio.run(transport.list_directory(f"{root_url(str(tmp_path))}{NAME}/"))
    assert not caught.value.gone


def test_hidden_and_odd_names_are_refused(tmp_path: Path) -> None:
    for name in (b".hidden.fit.gz", b"a\nb.fit.gz", b"\xff.fit.gz", b"back\\slash.fit.gz"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).touch()
    page = listing(tmp_path)
    assert page.entries == () and len(page.refused) == 4


def test_a_file_comes_whole_or_is_refused_where_it_is_too_long(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"12345")
    assert fetch(tmp_path, NAME).body == b"12345"
    assert fetch(tmp_path, NAME, max_bytes=4).outcome == "refused"


def test_a_link_to_nothing_is_listed_and_absent(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(tmp_path / "nothing")
    assert listing(tmp_path).entries == (Entry(NAME, "", None),)
    assert fetch(tmp_path, NAME).outcome == "absent"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert fetch(tmp_path, NAME).outcome == "unreachable"


def test_a_folder_with_odd_characters_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "100% #1 ü?"
    folder.mkdir()
    (folder / NAME).write_bytes(b"1")
    assert fetch(folder, listing(folder).entries[0].name).body == b"1"


@pytest.mark.parametrize("address", ["http://x/y", "https://x/y///", "ftp://user:word@x:2121/y", "file:///data"])
def test_an_address_ends_in_one_slash(address: str) -> None:
    assert root_url(address) == address.rstrip("/") + "/"


@pytest.mark.parametrize("address", ["/does/not/exist", "gopher://x/", "http://", "http://[bad/", "http://x:99999/", "C:\\data"])
def test_what_is_neither_address_nor_folder_is_refused_by_name(address: str) -> None:
    with pytest.raises(ConfigurationError, match="archive: "):
        root_url(address)
