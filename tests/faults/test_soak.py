"""Thirty nights, one after the other, something befalling each; `make soak SEED=1 NIGHTS=30`.

Every night is observed undisturbed, forgotten, and observed once more while a fault strikes that the seed draws.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url

from db.schema import Base
from db.session import transaction
from db.settings import load_settings
from deployments.bench.growth import growth
from deployments.bench.watch import Watch
from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.misbehaviour import Misbehaviour
from deployments.stack import status
from tasks.fsck import look
from tests.e2e.conftest import SimulatedNight, simulated_night
from tests.faults.disturbed import COSTS, NOTES, Disturbed
from tests.faults.kills import kill_a_worker, kill_part, kill_the_flow

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]

FIRST = date(2024, 6, 1)
KILLS = {
    "a Dask worker": kill_a_worker,
    "the flow": kill_the_flow,
    **{part: kill_part(part) for part in ("dask-scheduler", "postgres", "s3", "prefect-server", "prefect-worker")},
}
MOMENTS = ("crawled", "preparing", "judging", "settled")
# What the archive may do in the first run of a night; it is well again in the second.
MISBEHAVIOURS = (
    Misbehaviour.LISTING_ERROR,
    Misbehaviour.LISTING_FORBIDDEN,
    Misbehaviour.LISTING_CUT,
    Misbehaviour.FILE_FORBIDDEN,
    Misbehaviour.FILE_LIMITED,
    Misbehaviour.FILE_RESET,
)
TABLES = ", ".join(table.name for table in Base.metadata.sorted_tables)
# What thirty nights may add. Processes are begun anew by the faults, so that this finds what lives on in the others.
MOST_MEMORY_MB, MOST_PREFECT_MB_A_NIGHT = 250.0, 1.0
REBUILT_WITHIN_S = 120.0


@dataclass
class Soak:
    """What was found, night by night."""

    exports: dict[date, str] = field(default_factory=dict)
    memory_mb: list[float] = field(default_factory=list)
    prefect_mb: list[float] = field(default_factory=list)

    def measure(self, home: Path, prefect: Engine) -> None:
        """Look at the processes of the stack and at Prefect's database after a night."""
        watch = Watch({part.name: part.pid for part in status(home) if part.pid}, proportional=True)
        self.memory_mb.append(watch.look())
        with prefect.connect() as connection:
            self.prefect_mb.append(float(connection.scalar(text("SELECT pg_database_size(current_database())"))) / 1e6)


@pytest.fixture(scope="module")
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The suite's stack, with a Prefect server that clears up every half minute instead of every hour."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "30")
        stack: Path = request.getfixturevalue("stack")
        yield stack


@pytest.fixture(scope="module")
def prefect(home: Path) -> Iterator[Engine]:
    """Prefect's own database, which lies beside ours."""
    url = load_settings().database_url
    assert url
    engine = create_engine(make_url(url.get_secret_value()).set(database="prefect"), pool_pre_ping=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def soaked(request: pytest.FixtureRequest, home: Path, prefect: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Soak]:
    """All nights, each disturbed and brought to its end."""
    seed, nights = request.config.getoption("--fault-seed"), request.config.getoption("--soak-nights")
    draw = random.Random(f"soak {seed}")
    soak = Soak()
    archive = SimulatedArchive(tmp_path_factory.mktemp("soak"), stations=4, files_per_station=5)
    with simulated_night(archive, home) as any_night:
        for number in range(nights):
            night = SimulatedNight(archive, any_night.url, home, FIRST + timedelta(days=number), {"NIGHTSHIFT_BATCH_PARTS": "1"})
            disturb(night, draw, soak)
            soak.measure(home, prefect)
        yield soak
    NOTES.append(str(growth(soak.memory_mb).row("memory of the stack, MB")))
    NOTES.append(str(growth(soak.prefect_mb).row("Prefect's database, MB")))


def disturb(night: SimulatedNight, draw: random.Random, soak: Soak) -> None:
    """Observe a night, forget it, and observe it again while something befalls it."""
    observed = night.observe()
    assert observed.returncode == 0, observed.stdout + observed.stderr
    soak.exports[night.date] = night.export()
    it = Disturbed(night, soak.exports[night.date], draw, COSTS)
    it.forget()
    if draw.random() < 0.3:
        fault = draw.choice(MISBEHAVIOURS)
        night.archive.misbehaviour = frozenset({fault})
        it.strike()
        with it.run() as process:
            pass
        night.archive.misbehaviour = frozenset()
        it.finish(process, f"{night.date}, the archive: {fault}")
    else:
        what, moment = draw.choice(sorted(KILLS)), draw.choice(MOMENTS)
        with it.run() as process:
            it.wait_for(moment, process, jitter_s=1.0)
            it.strike()
            KILLS[what](it, process)
            it.up()
        it.finish(process, f"{night.date}, {what} killed, while {moment}")
    with transaction() as connection:
        balance = text(
            "SELECT listed = stored + quarantined + absent + unreachable AND stored * models = judged + declined + skipped "
            "FROM night WHERE archive = :archive AND night = :night"
        )
        assert connection.scalar(balance, it.key) is True


def test_every_night_ends_as_if_nothing_had_befallen_it(soaked: Soak) -> None:
    assert len(soaked.exports) == len(COSTS)
    assert [item.line for item in look() if item.is_damage] == []


def test_memory_and_the_database_of_prefect_stay_bounded(soaked: Soak) -> None:
    memory, database = growth(soaked.memory_mb), growth(soaked.prefect_mb)
    assert memory.last - memory.first < MOST_MEMORY_MB
    assert (database.slope or 0.0) < MOST_PREFECT_MB_A_NIGHT


def test_prefect_clears_up_runs_of_long_ago(soaked: Soak, prefect: Engine) -> None:
    def runs() -> int:
        with prefect.connect() as connection:
            return int(connection.scalar(text("SELECT count(*) FROM flow_run WHERE start_time < now() - interval '99 days'")))

    with prefect.begin() as connection:
        old = "SET start_time = start_time - interval '100 days', end_time = end_time - interval '100 days'"
        connection.execute(text(f"UPDATE flow_run {old} WHERE end_time IS NOT NULL"))
    assert runs() >= len(soaked.exports)
    deadline = time.monotonic() + 180
    while runs():
        assert time.monotonic() < deadline, f"{runs()} runs of 100 days ago are still there"
        time.sleep(2)


def test_a_lost_database_is_rebuilt_from_the_bundles_alone(soaked: Soak, home: Path, tmp_path: Path) -> None:
    with transaction() as connection:
        connection.execute(text(f"TRUNCATE {TABLES} CASCADE"))
    night = SimulatedNight(SimulatedArchive(tmp_path), "http://127.0.0.1:9", home, FIRST)
    begin = time.monotonic()
    rebuilt = night.run("rebuild")
    seconds = time.monotonic() - begin
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    NOTES.append(f"{len(soaked.exports)} nights rebuilt in {seconds:.1f} s")
    for day, export in soaked.exports.items():
        assert SimulatedNight(night.archive, night.url, home, day).export() == export
    assert seconds < REBUILT_WITHIN_S
