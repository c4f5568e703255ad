"""What all tables share."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import TIMESTAMP, MetaData, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import Double


class Base(DeclarativeBase):
    """Every table: timestamps are aware, names follow one convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        float: Double(),
        list[float]: ARRAY(Double()),
        list[str]: ARRAY(String()),
    }


def one_of(column: str, values: tuple[str, ...]) -> str:
    """SQL of the check that a column holds one of some words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
