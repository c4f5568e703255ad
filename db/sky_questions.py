"""What people ask of the sky in the morning: its frames, and the clouds that were put into copies of them."""

from typing import Any

from sqlalchemy import Select, select

from db.filters import BY_NAME, Filters, file_filters, given, model_filters
from db.schema import CloudInjection, ModelVersion, SkyMetric, SourceFile


def sky(filters: Filters) -> Select[Any]:
    """What is measured on each frame of the sky, by each model version."""
    said = SkyMetric
    measures = (column for column in said.__table__.c if column.name not in ("source_file_id", "model_version_id", "metrics"))
    return (
        select(
            SourceFile.archive,
            SourceFile.night,
            SourceFile.start_time,
            *measures,
            ModelVersion.name.label("model"),
            ModelVersion.version,
            ModelVersion.headline,
            SourceFile.name,
        )
        .join(said, said.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == said.model_version_id)
        .where(*file_filters(filters, state=False), *model_filters(filters))
        .where(*given(filters.state, said.state), *given(filters.label, said.label), *given(filters.sky_class, said.sky_class))
        .where(*([said.score >= filters.min_score] if filters.min_score is not None else []))
        .where(*([said.positive.is_(True)] if filters.positive else []))
        .where(*([said.cloud_fraction >= filters.min_cloud] if filters.min_cloud is not None else []))
        .where(*([said.cloud_fraction <= filters.max_cloud] if filters.max_cloud is not None else []))
        .order_by(SourceFile.night, SourceFile.start_time, *BY_NAME)
    )


def clouds(filters: Filters) -> Select[Any]:
    """Clouds put into copies of frames, and what was found of them: one row per cloud and model version."""
    put = CloudInjection
    return (
        select(
            SourceFile.archive,
            SourceFile.night,
            put.kind,
            put.excess_adu,
            put.sigmas,
            put.cover,
            put.found,
            put.false,
            put.fraction,
            put.recovered,
            put.score,
            ModelVersion.name.label("model"),
            ModelVersion.version,
            SourceFile.name,
            put.number,
        )
        .join(put, put.source_file_id == SourceFile.id)
        .join(ModelVersion, ModelVersion.id == put.model_version_id)
        .where(*file_filters(filters, state=False), *model_filters(filters), *given(filters.label, put.kind))
        .order_by(SourceFile.night, *BY_NAME, put.number)
    )
