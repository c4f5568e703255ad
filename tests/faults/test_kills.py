"""A process dies in the middle of a night; after `nightshift up` and another run, if need be, it is as if nothing had been."""

import subprocess
from collections.abc import Callable

import pytest

from tests.faults.disturbed import Disturbed
from tests.faults.kills import kill_a_worker, kill_all_workers, kill_part

pytestmark = pytest.mark.faults

KILLS: dict[str, Callable[[Disturbed, subprocess.Popen[str]], None]] = {
    "a Dask worker": kill_a_worker,
    "all Dask workers and their nannies": kill_all_workers,
    "the Dask scheduler": kill_part("dask-scheduler"),
    "Postgres": kill_part("postgres"),
    "S3": kill_part("s3"),
    "the Prefect server": kill_part("prefect-server"),
}
# The seed draws the moment of most of them.
STRIKES = [("a Dask worker", "preparing"), ("a Dask worker", "judging"), *((what, "") for what in KILLS)]
# What the last line names where nobody repairs what was killed.
NAMED = {
    "all Dask workers and their nannies": "Dask",
    "the Dask scheduler": "Dask",
    "Postgres": "database|Prefect",  # whose own database it is: `nightshift doctor` tells them apart
    "S3": "S3",
    "the Prefect server": "Prefect",
}


@pytest.mark.parametrize(("what", "moment"), STRIKES)
def test_a_kill_leaves_no_trace(disturbed: Disturbed, what: str, moment: str) -> None:
    moment = moment or disturbed.random.choice(["preparing", "judging", "settled"])
    with disturbed.run() as night:
        disturbed.wait_for(moment, night, jitter_s=1.0)
        disturbed.strike()
        KILLS[what](disturbed, night)
        disturbed.up()
    disturbed.finish(night, f"{what} killed, while {moment}")
    if night.returncode:
        disturbed.explained()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", NAMED)
def test_what_stays_dead_is_named_with_the_night_and_what_to_do(disturbed: Disturbed, what: str) -> None:
    moment = disturbed.random.choice(["preparing", "judging"])
    with disturbed.run() as night:
        disturbed.wait_for(moment, night)
        disturbed.strike()
        KILLS[what](disturbed, night)
    assert night.returncode == 1, disturbed.said
    disturbed.explained(NAMED[what])
    disturbed.up()
    disturbed.finish(night, f"{what} killed, while {moment}, and left dead until the night ended")
