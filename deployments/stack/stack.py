"""The local stack as a whole: up, down, status.

postgres ─┬─▶ migrations
          └─▶ prefect-server ─▶ deployments, prefect-worker (last of all: it may start a night at once)
s3
dask-scheduler ─▶ dask-workers
archives
"""

import logging
import shutil
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from db.settings import STACK_FILE, load_settings
from deployments.stack.archives import Archives
from deployments.stack.credentials import Credentials
from deployments.stack.dask_cluster import DaskScheduler, DaskWorkers
from deployments.stack.files import locked, make_home, read_json, write_json
from deployments.stack.parts import Part, Site, given_by
from deployments.stack.postgres import Postgres
from deployments.stack.prefect_api import PrefectApi
from deployments.stack.prefect_server import PrefectServer
from deployments.stack.prefect_worker import PrefectWorker
from deployments.stack.registration import DEPLOYMENTS, make_pool, register_deployments
from deployments.stack.s3 import S3
from models.errors import ConfigurationError

log = logging.getLogger("nightshift.stack")

# In the order in which they are stopped: who uses another goes first.
PARTS: tuple[type[Part], ...] = (PrefectWorker, PrefectServer, DaskWorkers, DaskScheduler, Archives, S3, Postgres)
# What can be asked for by name, and what it needs.
GROUPS: dict[str, frozenset[type[Part]]] = {
    "postgres": frozenset({Postgres}),
    "s3": frozenset({S3}),
    "dask": frozenset({DaskScheduler, DaskWorkers}),
    "prefect": frozenset({Postgres, PrefectServer, PrefectWorker}),
    "archives": frozenset({Archives}),
}


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part, as it is now; ``given`` is the environment variable by which a real service stands in for it."""

    name: str
    address: str
    pid: int | None
    alive: bool
    reachable: bool
    given: str | None = None


def up(home: Path, *, only: Collection[str] | None = None) -> list[PartStatus]:
    """Start what is not running, and write the addresses to ``stack.json``; parts that run are left alone.

    A part whose setting the environment gives is not started. Settings are read by a part when it starts.

    Parameters
    ----------
    home : folder of the stack
    only : names of `GROUPS`; None for all of them; what already runs besides stays

    Raises
    ------
    ConfigurationError
        With the name of the part that does not start, and its last words.
    """
    home = make_home(home.expanduser().resolve())
    with locked(home):
        site = Site(home)
        Credentials.of(home)  # made once, before the threads ask for them
        wanted = frozenset[type[Part]]().union(*(GROUPS[name] for name in (GROUPS if only is None else only)))
        local = {kind: kind(site) for kind in PARTS if kind in wanted and not given_by(kind)}
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="up") as pool:
            _start(pool, site, local, migrating=Postgres in wanted)
            _publish(site, local.values())
            if PrefectWorker in local:
                server = PrefectServer(site)
                environment = {**server.client_environment, **site.python_environment}
                with PrefectApi(server.address, server.login) as api:
                    make_pool(api, site.settings.notify_block)
                    working = pool.submit(_ensure, local[PrefectWorker])
                    if register_deployments(api, home, site.settings.site_timezone.key, environment):
                        log.info("the deployments of %s are registered", DEPLOYMENTS)
                    working.result()
    load_settings.cache_clear()
    return status(home)


def down(home: Path) -> list[str]:
    """Stop what `up` started, and nothing else; return the names of the parts that ran. Data, ports and secrets stay."""
    home = home.expanduser().resolve()
    if not home.is_dir():
        return []
    with locked(home):
        site = Site(home)
        (home / STACK_FILE).unlink(missing_ok=True)
        stopped = []
        for kind in PARTS:
            if kind(site).stop():
                log.info("%s stopped", kind.name)
                stopped.append(kind.name)
    load_settings.cache_clear()
    return stopped


def discard(home: Path) -> None:
    """Stop the stack of a home and delete all of its data, the database too where root keeps it elsewhere."""
    down(home)
    shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def status(home: Path) -> list[PartStatus]:
    """Return every part as it is now, in the order of starting."""
    site = Site(home.expanduser().resolve())
    with ThreadPoolExecutor(max_workers=len(PARTS)) as pool:
        return list(pool.map(lambda kind: _look(kind, site), reversed(PARTS)))


def _look(kind: type[Part], site: Site) -> PartStatus:
    given = given_by(kind)
    if given:
        return PartStatus(kind.name, "", None, alive=False, reachable=False, given=given)
    part = kind(site)
    pid = part.process.pid
    if pid is None:
        return PartStatus(kind.name, "", None, alive=False, reachable=False)
    return PartStatus(kind.name, part.address, pid, alive=True, reachable=part.answers())


def _start(pool: ThreadPoolExecutor, site: Site, parts: dict[type[Part], Part], migrating: bool) -> None:
    """Start all but the worker, each as soon as what it needs is there; raises the first error after all have settled."""

    def ensure_all(*kinds: type[Part]) -> None:
        for kind in kinds:
            if kind in parts:
                _ensure(parts[kind])

    def chain(*kinds: type[Part]) -> Future[None]:
        return pool.submit(ensure_all, *kinds)

    database = chain(Postgres)
    rest: list[Future[None]] = [chain(S3), chain(DaskScheduler, DaskWorkers), chain(Archives)]

    def after_database(step: Callable[[], object]) -> Future[None]:
        def run() -> None:
            database.result()
            step()

        return pool.submit(run)

    if migrating:
        rest.append(after_database(lambda: _migrate(site, parts.get(Postgres))))
    if PrefectServer in parts:
        rest.append(after_database(lambda: _ensure(parts[PrefectServer])))
    for step in (database, *rest):
        step.exception()  # waits
    for step in (database, *rest):
        step.result()


def _ensure(part: Part) -> None:
    if part.ensure():
        log.info("%s started at %s", part.name, part.address)


def _migrate(site: Site, postgres: Part | None) -> None:
    from deployments.stack.migrations import migrate

    given = site.settings.database_url
    url = postgres.addresses()["database_url"] if postgres else given.get_secret_value() if given else None
    if url is None:
        raise ConfigurationError("no database: NIGHTSHIFT_DATABASE_URL is empty")
    if migrate(site.home, url):
        log.info("the tables are at the newest migration")


def _publish(site: Site, parts: Iterable[Part]) -> None:
    """Write the addresses; those of parts that this call was not asked for stay, unless the environment gives them now."""
    file = site.home / STACK_FILE
    swapped = {name for kind in PARTS if given_by(kind) for name in kind(site).addresses()}
    known = {name: value for name, value in read_json(file).items() if name not in swapped}
    for part in parts:
        known |= part.addresses()
    if known != read_json(file):
        write_json(file, known)
