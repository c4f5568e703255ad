"""A small simulated night on disk, and a server of it."""

import httpx
import pytest
from archive_pages import NIGHT, SMALL

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.misbehaviour import Misbehaviour
from deployments.simulated.server import serve


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="session")
def archive(home):
    return SimulatedArchive(
        home, **SMALL, misbehaviour={m for m in Misbehaviour if m.startswith("file_")} - {Misbehaviour.FILE_HANGS}
    )


@pytest.fixture(scope="session")
def truth(archive):
    return archive.truth(NIGHT)


@pytest.fixture(scope="session")
def client(archive, truth):
    with serve(archive.folder, archive=archive) as url, httpx.Client(base_url=url, timeout=20) as opened:
        yield opened
