"""The process of the night is killed at every step; the next run says so, and takes the night up where it ended."""

import pytest

from tests.faults.disturbed import MOMENTS, Disturbed
from tests.faults.kills import kill_the_flow

IN_CI = "inferred"


@pytest.mark.parametrize(
    "moment", [moment if moment == IN_CI else pytest.param(moment, marks=pytest.mark.faults) for moment in MOMENTS]
)
def test_a_night_killed_at_any_step_is_taken_up_by_the_next_run(disturbed: Disturbed, moment: str) -> None:
    with disturbed.run() as night:
        disturbed.wait_for(moment, night, jitter_s=0.1)
        disturbed.strike()
        kill_the_flow(disturbed, night)
    disturbed.finish(night, f"the flow killed, when {moment}")
    told = f"{disturbed.night.date} simulated was cut off and is ended" in disturbed.said[-1]
    # After the last step there is nothing to cut off but its word to Prefect.
    assert told or (moment == "bundled" and disturbed.outcomes() == ["complete", "complete"])
