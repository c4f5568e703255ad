"""A night that is missing in the morning is told, through a block of the Prefect server; so is a check that did not run."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest

from db.settings import load_settings
from deployments.stack.automations import ensure_automations
from deployments.stack.prefect_api import PrefectApi
from tasks.nights_due import last_due
from tests.e2e.conftest import SimulatedNight
from tests.e2e.test_prefect import api, deployment  # noqa: F401  (a fixture)

NAMES = {"Crash zombie flows", "Night not complete", "Nobody looked at the nights"}
SILENCE_S = 10.0  # the shortest that Prefect takes


@pytest.fixture
def server(stack: object) -> Iterator[PrefectApi]:
    settings = load_settings()
    assert settings.prefect_api_url and settings.prefect_api_auth_string
    with PrefectApi(settings.prefect_api_url, settings.prefect_api_auth_string.get_secret_value()) as opened:
        yield opened
        ensure_automations(opened, None)


@pytest.fixture
def told() -> Iterator[tuple[str, "queue.Queue[dict[str, Any]]"]]:
    """Address of somebody who listens, and what he was told."""
    heard: queue.Queue[dict[str, Any]] = queue.Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_port}/", heard
        listener.shutdown()


def make_block(server: PrefectApi, url: str) -> str:
    """A webhook as an operator makes one in the UI."""
    kind = server.get("/block_types/slug/custom-webhook")
    schemas = server.post("/block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}})
    name = f"operators-{uuid4().hex[:8]}"
    data = {"name": "operators", "url": url, "method": "POST", "json_data": {"subject": "{{subject}}", "text": "{{body}}"}}
    document = {"name": name, "data": data, "block_type_id": kind["id"], "block_schema_id": schemas[0]["id"]}
    server.post("/block_documents/", document)
    return f"custom-webhook/{name}"


def test_up_sets_the_automations_once(server: PrefectApi) -> None:
    found = server.post("/automations/filter", {})
    assert {item["name"] for item in found} >= NAMES and len(found) == len({item["name"] for item in found})
    assert ensure_automations(server, None) == [], "they are as they should be"
    assert set(ensure_automations(server, None, silence_s=3600)) == {"Nobody looked at the nights"}, "only what differs is set anew"


def test_an_unknown_block_is_said_and_the_automations_are_set_all_the_same(
    server: PrefectApi, caplog: pytest.LogCaptureFixture
) -> None:
    ensure_automations(server, "slack-webhook/nobody")
    assert "NIGHTSHIFT_NOTIFY_BLOCK" in caplog.text and "slack-webhook/nobody" in caplog.text
    assert {item["name"] for item in server.post("/automations/filter", {})} >= NAMES


def test_a_missing_night_and_a_missing_check_are_told_to_the_operators(
    server: PrefectApi,
    api: httpx.Client,  # noqa: F811
    told: tuple[str, "queue.Queue[dict[str, Any]]"],
) -> None:
    url, heard = told
    ensure_automations(server, make_block(server, url), SILENCE_S)
    found = deployment(api, "check-nights/check-nights")
    schedules = {item["schedule"]["cron"]: item for item in found["schedules"]}
    assert {cron: item["parameters"] for cron, item in schedules.items()} == {
        "0 9 * * *": {"nights_of": "utc"},
        "0 14 * * *": {"nights_of": "site"},
    }
    assert {item["schedule"]["timezone"] for item in schedules.values()} == {"UTC"}
    made = api.post(f"/deployments/{found['id']}/create_flow_run", json={"parameters": {"archive": "live"}})
    assert made.status_code in (200, 201), made.text
    # The hour of the site's own nights finds no archive of a site, and is not troubled by the radio nights that are missing.
    at_two = api.post(f"/deployments/{found['id']}/create_flow_run", json={"parameters": {"nights_of": "site"}}).json()["id"]
    last = last_due("ecallisto", datetime.now(UTC))
    messages = []
    deadline = time.monotonic() + 120
    while len({message["subject"] for message in messages}) < 2 and time.monotonic() < deadline:
        try:
            messages.append(heard.get(timeout=5))
        except queue.Empty:
            continue
    by_subject = {message["subject"]: message["text"] for message in messages}
    missing = by_subject["Nightshift: a night is not complete"]
    assert f"ecallisto {last} was never run; run `nightshift night --night {last}`" in missing
    assert "Run `nightshift up`" in by_subject["Nightshift: nobody looked at the nights"]
    state = api.get(f"/flow_runs/{made.json()['id']}").json()["state"]
    assert state["type"] == "FAILED" and str(last) in state["message"]
    while (state := api.get(f"/flow_runs/{at_two}").json()["state"])["type"] not in ("COMPLETED", "FAILED", "CRASHED"):
        assert time.monotonic() < deadline, state
        time.sleep(1)
    assert state["type"] == "COMPLETED" and "no archive has nights of the kind 'site'" in state["message"]


def test_a_server_of_ones_own_is_made_to_know_all_by_register(small_archive: SimulatedNight) -> None:
    again = small_archive.run("register")
    assert again.returncode == 0 and "are there already" in again.stdout, again.stderr
    nowhere = small_archive.run("register", env={"NIGHTSHIFT_PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert nowhere.returncode == 2 and "http://127.0.0.1:9/api does not answer" in nowhere.stderr
