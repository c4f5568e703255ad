"""A night whose process is killed is ended by the next `up`, and done by the next run as if nothing had been."""

import subprocess
import time

from sqlalchemy import text

from db.nights import CUT_OFF
from db.session import transaction
from tests.e2e.conftest import SimulatedNight
from tests.e2e.test_prefect import api  # noqa: F401  (a fixture)


def unfinished() -> list[str]:
    with transaction() as connection:
        return list(connection.scalars(text("SELECT flow_run_id FROM run WHERE finished IS NULL")))


def test_a_killed_run_is_ended_and_the_next_one_starts_at_once(night: SimulatedNight, api) -> None:  # noqa: F811
    export = night.export()
    command = night.observation("--force")
    with subprocess.Popen(command, env=night.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as killed:
        deadline = time.monotonic() + 60
        while not unfinished():
            assert time.monotonic() < deadline and killed.poll() is None
            time.sleep(0.1)
        (run,) = unfinished()
        assert "ended" not in night.run("up").stdout, "it lives"
        killed.kill()
    told = night.run("up")
    assert told.returncode == 0 and "ended, because their processes are gone: " in told.stdout, told.stdout + told.stderr
    assert unfinished() == []
    with transaction() as connection:
        assert connection.scalar(text("SELECT outcome FROM run WHERE flow_run_id = :run"), {"run": run}) == CUT_OFF
    child = api.get(f"/flow_runs/{run}").json()
    parent = api.get(f"/task_runs/{child['parent_task_run_id']}").json()["flow_run_id"]
    assert child["state"]["type"] == api.get(f"/flow_runs/{parent}").json()["state"]["type"] == "CRASHED"
    again = night.observe()
    assert again.returncode == 0, again.stderr
    assert night.export() == export and unfinished() == []
