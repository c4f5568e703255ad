"""One night, which is a UTC day, of the Sun's images."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from db.settings import load_settings
from flows.observe import observe_all
from flows.parameters import ArchiveChoice, Force, NightDate, Visit
from flows.run_name import run_name
from tasks.source import find_sources, parse_night

# Download, preparation and records of three batches overlap.
RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=3)


@flow(name="sun-night", flow_run_name=run_name, task_runner=RUNNER)
def sun_night(night: NightDate = "", archive: ArchiveChoice = "live", visit: Visit = 1, force: Force = False) -> State[Any]:
    """Observe one night of every solar archive; see `flows.observe` for the steps.

    A night that is incomplete, or whose accounts do not balance, ends Failed after all else is done.
    """
    day = parse_night(night)
    parameters = {"night": day.isoformat(), "archive": archive, "visit": visit, "force": force}
    return observe_all(find_sources("sun", archive, day, visit, load_settings()), force, parameters)
