"""One night of the sky camera."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from db.settings import load_settings
from flows.observe import observe_all
from flows.parameters import ArchiveChoice, Force, NightDate, Visit
from flows.run_name import run_name
from tasks.archives.catalogue import archive as declared
from tasks.source import find_sources, last_ended, parse_night

# Preparation and records of three batches overlap.
RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=3)


@flow(name="sky-night", flow_run_name=run_name, task_runner=RUNNER)
def sky_night(night: NightDate = "", archive: ArchiveChoice = "live", visit: Visit = 1, force: Force = False) -> State[Any]:
    """Observe one night of the sky camera, from the site's noon to the next; see `flows.observe` for the steps.

    A night that has not ended yet waits for its own schedule. One that is incomplete, or whose accounts do not balance, ends Failed
    after all else is done.
    """
    day = parse_night(night) if night else last_ended("sky")
    parameters = {"night": day.isoformat(), "archive": archive, "visit": visit, "force": force}
    sources = find_sources("sky", archive, day, visit, load_settings())
    ended = [source for source in sources if declared(source.archive).bounds(day)[1] <= datetime.now(UTC)]
    for source in sources:
        if source not in ended:
            get_run_logger().info("%s %s has not ended yet; it is observed after the site's noon", source.archive, day)
    return observe_all(ended, force, parameters)
