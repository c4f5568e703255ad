"""What a night left behind: in the database, and in Prefect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import Connection, create_engine, func, select, text

from db.schema import Detection, Night, Run, Score, SourceFile
from db.settings import Settings


@dataclass(frozen=True, slots=True)
class NightFacts:
    """One night of one archive as it stands in the tables.

    Attributes
    ----------
    outcome : of the night
    timings : s by step
    flow_s : wall time of its flow run by Prefect's clock, s
    task_runs : Prefect task runs of that flow run
    counts : what was listed, stored, judged, found and drawn
    """

    outcome: str
    timings: Mapping[str, float]
    flow_s: float
    task_runs: int
    counts: Mapping[str, int]


def night_facts(home: Path, archive: str, night: date) -> NightFacts:
    """Ask the database and Prefect of a running home about the newest run over a night.

    Parameters
    ----------
    home : of the stack
    archive : name in the tables
    night : date
    """
    settings = Settings(home=home)
    assert settings.database_url
    engine = create_engine(settings.database_url.get_secret_value())
    with engine.connect() as connection:
        row = connection.execute(select(Night.__table__).where(Night.archive == archive, Night.night == night)).one()
        run = connection.execute(
            select(Run.flow_run_id, Run.timings).where(Run.archive == archive, Run.night == night).order_by(Run.id.desc()).limit(1)
        ).one()
        counts = {name: getattr(row, name) for name in ("listed", "stored", "quarantined", "judged", "declined")}
        counts |= _counts(connection, archive, night) | {"pictures and reports": len(row.artifacts)}
    engine.dispose()
    with _prefect(settings) as prefect:
        flow_s = prefect.get(f"/flow_runs/{run.flow_run_id}").raise_for_status().json()["total_run_time"]
        wanted = {"flow_runs": {"id": {"any_": [run.flow_run_id]}}}
        task_runs = prefect.post("/task_runs/count", json=wanted).raise_for_status().json()
    return NightFacts(row.outcome, dict(run.timings), float(flow_s), int(task_runs), counts)


def database_mb(home: Path) -> dict[str, float]:
    """Sizes of the databases of a running home, the ledger's and Prefect's, MB by name."""
    settings = Settings(home=home)
    assert settings.database_url
    engine = create_engine(settings.database_url.get_secret_value())
    with engine.connect() as connection:
        sizes = connection.execute(text("SELECT datname, pg_database_size(datname) FROM pg_database WHERE NOT datistemplate"))
        found = {name: size / 1e6 for name, size in sizes if name != "postgres"}
    engine.dispose()
    return found


def _counts(connection: Connection, archive: str, night: date) -> dict[str, int]:
    files = select(SourceFile.id).where(SourceFile.archive == archive, SourceFile.night == night).scalar_subquery()
    found = select(func.count()).select_from(Detection).where(Detection.source_file_id.in_(files))
    positive = select(func.count()).select_from(Score).where(Score.source_file_id.in_(files), Score.positive.is_(True))
    return {"detections": connection.scalar(found) or 0, "positive verdicts": connection.scalar(positive) or 0}


def _prefect(settings: Settings) -> httpx.Client:
    login = settings.prefect_api_auth_string
    user, _, password = (login.get_secret_value() if login else "").partition(":")
    assert settings.prefect_api_url
    return httpx.Client(base_url=settings.prefect_api_url, auth=(user, password), timeout=60)
