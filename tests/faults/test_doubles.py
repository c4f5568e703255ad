"""The same night is begun twice at once: one run observes it, the other waits and finds nothing left to do."""

import time

import httpx
import pytest

from tests.e2e.conftest import SimulatedNight
from tests.e2e.test_prefect import api, deployment
from tests.faults.disturbed import ARCHIVE, Disturbed
from tests.faults.other_home import answers, other_home

__all__ = ["answers", "api", "other_home"]

WAITS = f"{ARCHIVE} %s: another run holds this night; waiting for it to end"
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def test_twice_at_once_from_the_command_line(disturbed: Disturbed) -> None:
    disturbed.strike()
    with disturbed.run() as first, disturbed.run() as second:
        pass
    assert (first.returncode, second.returncode) == (0, 0), disturbed.said
    disturbed.finish(first, "the same night twice at once, from the command line")
    assert sum(WAITS % disturbed.night.date in said for said in disturbed.said) == 1, disturbed.said
    assert disturbed.outcomes() == ["complete", "complete"]


@pytest.mark.faults
def test_twice_at_once_from_the_command_line_and_the_ui(disturbed: Disturbed, api: httpx.Client) -> None:
    night = disturbed.night
    variables = {name: value for name, value in night.environment.items() if name.startswith("NIGHTSHIFT_")}
    parameters = {"night": night.date.isoformat(), "archive": "simulated", "only": ["radio"]}
    asked = {"parameters": parameters, "job_variables": {"env": variables}}
    disturbed.strike()
    reply = api.post(f"/deployments/{deployment(api, 'nightly/nightly')['id']}/create_flow_run", json=asked)
    assert reply.status_code in (200, 201), reply.text
    run = f"/flow_runs/{reply.json()['id']}"
    deadline = time.monotonic() + 60
    while api.get(run).json()["state"]["type"] != "RUNNING":  # the worker looks for work every few seconds
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with disturbed.run() as typed:
        pass
    deadline = time.monotonic() + 120
    while (state := api.get(run).json()["state"])["type"] not in ENDED:
        assert time.monotonic() < deadline, state
        time.sleep(0.5)
    assert (typed.returncode, state["type"]) == (0, "COMPLETED"), (disturbed.said, state)
    disturbed.runs += 1
    disturbed.finish(typed, "the same night twice at once, from the command line and the UI")
    assert disturbed.outcomes() == ["complete", "complete"]


@pytest.mark.faults
def test_twice_at_once_from_two_machines(disturbed: Disturbed, other_home: SimulatedNight) -> None:
    disturbed.strike()
    with disturbed.run() as here, disturbed.run(night=other_home) as there:
        pass
    assert (here.returncode, there.returncode) == (0, 0), disturbed.said
    disturbed.finish(here, "the same night twice at once, from two machines on one database")
    assert sum(WAITS % disturbed.night.date in said for said in disturbed.said) == 1, disturbed.said
    assert disturbed.outcomes() == ["complete", "complete"]
