"""What the Prefect UI does: rerun a night with checked parameters, by the worker, on a schedule."""

import time
from typing import Any

import httpx
import pytest

from db.settings import load_settings
from tests.e2e.conftest import SimulatedNight


@pytest.fixture
def api(stack: object) -> httpx.Client:
    settings = load_settings()
    assert settings.prefect_api_url
    assert settings.prefect_api_auth_string
    user, _, password = settings.prefect_api_auth_string.get_secret_value().partition(":")
    with httpx.Client(base_url=settings.prefect_api_url, auth=(user, password), timeout=30) as client:
        yield client


def deployment(api: httpx.Client, name: str) -> dict[str, Any]:
    reply = api.get(f"/deployments/name/{name}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def scheduled(api: httpx.Client, deployment_id: str) -> list[dict[str, Any]]:
    """Runs that the server itself has entered for the days to come; it looks every few seconds."""
    wanted = {"deployments": {"id": {"any_": [deployment_id]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    for _ in range(60):
        reply = api.post("/flow_runs/filter", json=wanted)
        assert reply.status_code == 200, reply.text
        if runs := [run for run in reply.json() if run["auto_scheduled"]]:
            return runs
        time.sleep(1)
    return []


def test_the_nightly_flow_comes_by_itself_every_day(api: httpx.Client) -> None:
    found = deployment(api, "nightly/nightly")  # which the suite has paused
    (schedule,) = found["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 6 * * *"
    assert found["parameters"]["archive"] == "live"
    assert found["concurrency_limit"] == 1 or found["global_concurrency_limit"]["limit"] == 1
    api.post(f"/deployments/{found['id']}/resume_deployment").raise_for_status()
    try:
        assert not deployment(api, "nightly/nightly")["paused"]
        assert scheduled(api, found["id"]), "the server's scheduler has entered no run within a minute; its log says why"
    finally:
        api.post(f"/deployments/{found['id']}/pause_deployment").raise_for_status()


@pytest.mark.parametrize("wrong", [{"night": "14.05.2024"}, {"visit": 0}, {"only": ["gravity"]}, {"archive": ""}])
def test_the_server_refuses_a_wrong_parameter(api: httpx.Client, wrong: dict[str, Any]) -> None:
    reply = api.post(f"/deployments/{deployment(api, 'nightly/nightly')['id']}/create_flow_run", json={"parameters": wrong})
    assert reply.status_code in (409, 422), reply.text


def test_a_rerun_from_the_ui_is_done_by_the_worker_and_changes_nothing(api: httpx.Client, night: SimulatedNight) -> None:
    before = night.export()
    mirror = f"{night.url}/visit-1/solarradio/"
    parameters = {"night": "2024-05-14", "archive": mirror}
    reply = api.post(f"/deployments/{deployment(api, 'nightly/nightly')['id']}/create_flow_run", json={"parameters": parameters})
    assert reply.status_code in (200, 201), reply.text
    run = reply.json()["id"]
    deadline = time.monotonic() + 180
    while (state := api.get(f"/flow_runs/{run}").json()["state"])["type"] not in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
        assert time.monotonic() < deadline, f"the run is still {state['name']}"
        time.sleep(1)
    assert state["type"] == "COMPLETED", state
    assert api.get(f"/flow_runs/{run}").json()["name"] == "nightly 2024-05-14 mirror"
    assert night.export() == before, "a mirror's night stands beside the simulated one, not over it"


def test_an_incomplete_night_is_never_green(api: httpx.Client, small_archive: SimulatedNight) -> None:
    down = {"NIGHTSHIFT_ARCHIVE_ROOTS": '{"ecallisto": "http://127.0.0.1:9/solarradio/"}', "NIGHTSHIFT_REQUEST_RETRIES": "0"}
    observed = small_archive.run("night", "--night", "2024-05-21", "--only", "radio", env=down)
    assert observed.returncode == 1
    names = ["nightly 2024-05-21 live", "radio-night 2024-05-21 live"]
    runs = api.post("/flow_runs/filter", json={"flow_runs": {"name": {"any_": names}}}).json()
    assert {run["name"]: run["state"]["type"] for run in runs} == dict.fromkeys(names, "FAILED")
    assert all("incomplete" in run["state"]["message"] for run in runs)
