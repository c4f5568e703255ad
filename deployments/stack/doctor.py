"""The doctor: names every missing or unreachable part, and what to do about it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from db.settings import Settings, load_settings
from deployments.stack.finding import Finding
from deployments.stack.machine_checks import check_archives_and_clock, check_home, check_programs, check_python, check_weights
from deployments.stack.service_checks import check_dask, check_database, check_prefect, check_s3
from deployments.stack.stack import status

# Threads that import the same package at one time may find it half imported: this has been seen of SQLAlchemy.
IMPORTED_FIRST = ("alembic.script", "tasks.archives.catalogue", "boto3", "distributed", "httpx")


def doctor(settings: Settings | None = None) -> list[Finding]:
    """Look at everything a night needs.

    Parameters
    ----------
    settings : those of this process if None

    Returns
    -------
    One finding for each thing looked at; nights cannot run if one that is ``essential`` is not ``ok``.
    """
    now = settings or load_settings()
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: iter((check_python(),)),
        check_programs,
        lambda: check_home(now.folder),
        lambda: check_processes(now.folder),
        lambda: check_database(now),
        lambda: iter((check_s3(now),)),
        lambda: check_prefect(now),
        lambda: iter((check_dask(now),)),
        check_weights,
        lambda: check_archives_and_clock(now),
    )
    for package in IMPORTED_FIRST:
        import_module(package)
    with ThreadPoolExecutor(max_workers=len(looks)) as pool:
        return [finding for found in pool.map(lambda look: list(look()), looks) for finding in found]


def check_processes(home: Path) -> Iterator[Finding]:
    """Whether each local part runs and answers."""
    for part in status(home):
        if part.given:
            yield Finding(part.name, True, f"not ours: {part.given} is set")
        elif not part.alive:
            yield Finding(part.name, False, "does not run: run `nightshift up`", essential=part.name != "archives")
        else:
            log = home / "logs" / f"{part.name}.log"
            advice = f"process {part.pid} at {part.address} does not answer: run `nightshift up`, or look into {log}"
            line = f"process {part.pid} answers at {part.address}" if part.reachable else advice
            yield Finding(part.name, part.reachable, line, essential=part.name != "archives")
