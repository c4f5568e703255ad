"""One local stack for the whole suite, begun with the first test that needs a part of it and ended after the last."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.settings import load_settings
from deployments.stack import discard, up
from deployments.stack.prefect_api import PrefectApi


@pytest.fixture(scope="session")
def stack_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the suite's stack, which every setting of this process comes from; nothing runs in it yet."""
    home = tmp_path_factory.mktemp("stack") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(home))
        patch.setenv("NIGHTSHIFT_DASK_WORKERS", "2")
        load_settings.cache_clear()
        try:
            yield home
        finally:
            discard(home)
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def stores(stack_home: Path) -> Path:
    """The home, with PostgreSQL (tables made) and S3 running: about 4 s."""
    up(stack_home, only={"postgres", "s3"})
    return stack_home


@pytest.fixture(scope="session")
def cluster(stores: Path) -> Path:
    """The home, with the stores and the Dask cluster of two workers running: about 8 s more."""
    up(stores, only={"dask"})
    return stores


@pytest.fixture(scope="session")
def archives(stack_home: Path) -> Path:
    """The home, with the simulated archives running."""
    up(stack_home, only={"archives"})
    return stack_home


@pytest.fixture(scope="session")
def stack(stack_home: Path) -> Path:
    """The home, with everything running, Prefect too: about 30 s more on two cores."""
    up(stack_home)
    pause_schedules()
    return stack_home


def pause_schedules() -> None:
    """Let no run begin by itself: one at 6, 9 or 12:30 h would come between a test's two looks at the bucket."""
    settings = load_settings()
    login = settings.prefect_api_auth_string
    assert settings.prefect_api_url
    with PrefectApi(settings.prefect_api_url, login.get_secret_value() if login else None) as api:
        for deployment in api.post("/deployments/filter", {}):
            assert not deployment["paused"], "whoever registers them gets them running"
            api.post(f"/deployments/{deployment['id']}/pause_deployment", {})
