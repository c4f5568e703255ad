"""FTP over a real server: the simulated archive's."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import aioftp
import pytest
from remote import quick_settings, work

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.fault import Fault
from deployments.simulated.ftp import FtpThread
from deployments.simulated.night import DATA
from models.errors import SourceUnavailable
from tasks.archives import ftp
from tasks.archives.ecallisto import ECALLISTO
from tasks.archives.ftp import FtpTransport
from tasks.archives.listing import list_night

NIGHT = date(2024, 5, 14)
DAY = "data/2002-20yy_Callisto/2024/05/14/"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> SimulatedArchive:
    folder = tmp_path_factory.mktemp("ftp")
    return SimulatedArchive(folder, stations=2, files_per_station=2, faults={Fault.LISTED_BUT_GONE}, last_night=NIGHT)


@pytest.fixture(scope="module")
def root(archive: SimulatedArchive) -> Iterator[str]:
    with FtpThread(archive) as port:
        yield f"ftp://127.0.0.1:{port}/solarradio/"


def run(home: Path, job: Callable[[FtpTransport], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        return await job(FtpTransport(quick_settings(home, request_retries=1)))

    return asyncio.run(whole())


def test_a_night_is_listed_and_every_good_file_fetched(tmp_path: Path, root: str, archive: SimulatedArchive) -> None:
    truth = archive.truth(NIGHT)

    async def job(transport: FtpTransport) -> Any:
        night = await list_night(ECALLISTO, root, ("spectrogram",), NIGHT, transport)
        wanted = [work(file.url.removesuffix(file.name), file.name) for file in night.files]
        return night, await asyncio.gather(*(transport.fetch(item, 1 << 24) for item in wanted))

    night, fetched = run(tmp_path, job)
    assert night.state == "whole" and {file.name for file in night.files} == {file.name for file in truth.files}
    assert all(file.modified and file.listed_size.isdecimal() for file in night.files)
    gone = truth.by_fault()[Fault.LISTED_BUT_GONE]
    for item in fetched:
        served = archive.read(DATA, NIGHT, item.work.file.name, 1)
        assert (item.outcome == "absent") == (item.work.file.name == gone) == (served is None)
        assert served is None or item.body == served.data


def test_a_night_that_is_not_there_is_empty_and_a_missing_root_broken(tmp_path: Path, root: str) -> None:
    async def job(transport: FtpTransport) -> Any:
        later = await list_night(ECALLISTO, root, ("spectrogram",), date(2024, 5, 15), transport)
        lost = await list_night(ECALLISTO, root + "lost/", ("spectrogram",), NIGHT, transport)
        return later.state, lost.state

    assert run(tmp_path, job) == ("empty", "broken")


def test_a_missing_directory_is_gone(tmp_path: Path, root: str) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        run(tmp_path, lambda transport: transport.list_directory(root + "lost/"))
    assert caught.value.gone


def test_a_file_longer_than_allowed_is_refused(tmp_path: Path, root: str, archive: SimulatedArchive) -> None:
    name = next(entry.name for entry in archive.entries(PurePosixPath(DAY), 1) or [] if (entry.size or 0) > 1000)
    assert run(tmp_path, lambda transport: transport.fetch(work(root + DAY, name), 1000)).outcome == "refused"


def test_nobody_at_the_address_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftp, "FIRST_PAUSE_S", 0.01)
    with pytest.raises(SourceUnavailable) as caught:
        run(tmp_path, lambda transport: transport.list_directory("ftp://127.0.0.1:1/"))
    assert not caught.value.gone
    result = run(tmp_path, lambda transport: transport.fetch(work("ftp://127.0.0.1:1/"), 1000))
    assert result.outcome == "unreachable" and result.reason.endswith("(2 tries)")


def test_a_download_that_breaks_off_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of few words: MLST, EPSV, REST and RETR, which breaks its first answer off."""
    monkeypatch.setattr(ftp, "FIRST_PAUSE_S", 0.01)
    body, asked = bytes(range(256)) * 16, []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        offset = 0
        writer.write(b"220 hello\r\n")
        data: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        passive = await asyncio.start_server(lambda _, out: data.put_nowait(out), "127.0.0.1", 0)
        while line := (await reader.readline()).decode().strip():
            command, _, argument = line.partition(" ")
            match command:
                case "MLST":
                    writer.write(f"250-x\r\n type=file;size={len(body)};modify=20240514120000; {argument}\r\n250 end\r\n".encode())
                case "EPSV":
                    writer.write(f"229 (|||{passive.sockets[0].getsockname()[1]}|)\r\n".encode())
                case "REST":
                    offset = int(argument)
                    writer.write(b"350 ok\r\n")
                case "RETR":
                    asked.append(offset)
                    writer.write(b"150 here\r\n")
                    out = await data.get()
                    out.write(body[offset:] if len(asked) > 1 else body[:1000])
                    await out.drain()
                    out.close()
                    writer.write(b"226 done\r\n")
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"230 ok\r\n" if command in ("USER", "PASS") else b"200 ok\r\n")
        passive.close()
        writer.close()

    async def whole() -> Any:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            url = f"ftp://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            return await FtpTransport(quick_settings(tmp_path)).fetch(work(url), 1 << 20)

    result = asyncio.run(whole())
    assert (result.outcome, result.body, asked) == ("fetched", body, [0, 1000])


def test_a_download_that_only_drips_is_given_up(tmp_path: Path) -> None:
    """20 bytes every 0.1 s reset every limit for silence."""
    (tmp_path / "slow.fit.gz").write_bytes(bytes(4000))
    slow = aioftp.User(base_path=tmp_path, write_speed_limit_per_connection=200)

    async def whole() -> Any:
        server = aioftp.Server([slow], block_size=20)
        await server.start("127.0.0.1", 0)
        try:
            transport = FtpTransport(quick_settings(tmp_path, request_retries=0))
            return await transport.fetch(work(f"ftp://127.0.0.1:{server.server_port}/", "slow.fit.gz"), 1 << 20)
        finally:
            await server.close()

    result = asyncio.run(whole())
    assert result.outcome == "unreachable"
    assert "TooSlow: " in result.reason
