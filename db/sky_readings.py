"""What the headline said of the newest frames of the sky, as the table holds it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db.ledger import CURRENT
from db.schema import ModelVersion, SkyMetric, SourceFile


def sky_readings(connection: Connection, archive: str, since: datetime, until: datetime | None = None) -> Sequence[Row[Any]]:
    """Frames of an archive in the order of their times: start_time, state, reason, cloud_fraction, label.

    Parameters
    ----------
    connection : of a transaction
    archive : name in the tables
    since, until : aware UTC datetimes; from the first to before the second
    """
    spoken = SkyMetric.source_file_id == SourceFile.id
    statement = (
        select(SourceFile.start_time, SkyMetric.state, SkyMetric.reason, SkyMetric.cloud_fraction, SkyMetric.label)
        .join(SkyMetric, spoken)
        .join(ModelVersion, ModelVersion.id == SkyMetric.model_version_id)
        .where(SourceFile.archive == archive, CURRENT, SourceFile.start_time >= since, ModelVersion.headline)
        .order_by(SourceFile.start_time, SourceFile.name)
    )
    return connection.execute(statement if until is None else statement.where(SourceFile.start_time < until)).all()
