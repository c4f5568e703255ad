"""What models said of a night, counted by the database: a camera's night has 300,000 frames."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from db.ledger import CURRENT
from db.schema import Base, ModelVersion, SkyMetric, SourceFile
from db.verdicts import said_in

COLUMNS = ("name", "version", "headline", "threshold", "weights_sha256", "preprocessing_version", "card")
STATES = ("judged", "declined", "skipped")


def accounts(connection: Connection, archive: str, night: date, instrument: str) -> list[dict[str, Any]]:
    """Each enabled model version, with how many files of a night it judged, declined and skipped, and how many are positive."""
    said, versions = said_in(instrument), Base.metadata.tables["model_version"]
    counted = (
        select(
            said.model_version_id,
            *(func.count().filter(said.state == state).label(state) for state in STATES),
            func.count().filter(said.positive.is_(True)).label("positive"),
        )
        .join(SourceFile, SourceFile.id == said.source_file_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, CURRENT)
        .group_by(said.model_version_id)
        .subquery()
    )
    statement = (
        select(
            *(versions.c[column] for column in COLUMNS),
            *(func.coalesce(counted.c[name], 0).label(name) for name in (*STATES, "positive")),
        )
        .outerjoin(counted, counted.c.model_version_id == versions.c.id)
        .where(versions.c.instrument == instrument, versions.c.enabled)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def reasons(connection: Connection, archive: str, night: date, instrument: str) -> list[dict[str, Any]]:
    """Why enabled model versions declined or skipped files of a night: model, state, reason and count, the most frequent first.

    Of frames of the sky the reason is what it begins with: behind the colon stand the figures of one frame.
    """
    said = said_in(instrument)
    reason = func.split_part(said.reason, ":", 1) if said is SkyMetric else said.reason
    columns = (ModelVersion.name.label("model"), said.state, reason.label("reason"))
    statement = (
        select(*columns, func.count().label("count"))
        .join(said, said.model_version_id == ModelVersion.id)
        .join(SourceFile, SourceFile.id == said.source_file_id)
        .where(SourceFile.archive == archive, SourceFile.night == night, CURRENT)
        .where(ModelVersion.enabled, ModelVersion.instrument == instrument, said.state != "judged")
        .group_by(*columns)
    )
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    return sorted(rows, key=lambda row: (row["model"], -row["count"], row["state"], row["reason"]))
