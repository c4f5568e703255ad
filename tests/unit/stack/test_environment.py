"""Promises of `deployments.stack.environment`."""

from pathlib import Path

from db.settings import Settings
from deployments.stack import child_environment


def test_prefect_finds_our_server_and_keeps_its_files_in_our_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, prefect_api_url="http://127.0.0.1:1/api", prefect_api_auth_string="user:word")
    environment = child_environment(settings)
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert environment["PREFECT_API_AUTH_STRING"] == "user:word"
    assert Path(environment["PREFECT_HOME"]).parent == tmp_path == Path(environment["NIGHTSHIFT_HOME"])


def test_nothing_is_counted_elsewhere(tmp_path: Path) -> None:
    environment = child_environment(Settings(home=tmp_path))
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert "PREFECT_API_URL" not in environment
