"""Rows of a night as they were, from the tables of its bundle."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, TIMESTAMP, Connection, Date, Table, select
from sqlalchemy.dialects.postgresql import JSONB

from db.merge import merge
from db.schema import Base, ModelVersion, Night, SourceFile

TABLES = Base.metadata.tables
Rows = list[dict[str, Any]]
_BY_FILE = ("source_file_id", "model_version_id")
# What models said, with the keys; the first bundles held neither events nor injections nor embeddings nor catalogues.
SPOKEN = {
    "score": _BY_FILE,
    "sky_metric": _BY_FILE,
    "cloud_injection": (*_BY_FILE, "number"),
    "detection": (*_BY_FILE, "index"),
    "event": ("archive", "night", "model_version_id", "index"),
    "event_member": (*_BY_FILE, "detection"),
    "injection": (*_BY_FILE, "number"),
    "embedding": _BY_FILE,
}


def nights_known(connection: Connection) -> set[tuple[str, date]]:
    """Return archive and date of every night that the database has."""
    return set(connection.execute(select(Night.archive, Night.night)).tuples())


def restore_night(connection: Connection, tables: Mapping[str, Rows], bundle: Mapping[str, str]) -> None:
    """Write the rows of one night.

    Parameters
    ----------
    tables : those of `night_tables` and of `held_tables`, as Parquet gives them back
    bundle : what the night is to remember of its bundle
    """
    _write(connection, "artifact", tables["object"], ("key",))
    models = _joined(tables["model_version"], tables["model"], ("model", "model_version"))
    renamed = [{**row, "name": row["model"], "version": row["model_version"]} for row in models]
    _write(connection, "model_version", renamed, ("name", "version"), overwrite=False)
    (night,) = tables["night"]
    files = _joined(tables["source_file"], tables["holding"], ("file", "file_version"))
    named = [{**row, "name": row["file"], "version": row["file_version"], "night": night["night"]} for row in files]
    _write(connection, "source_file", named, ("archive", "name", "version"))

    here = (SourceFile.archive == night["archive"], SourceFile.night == date.fromisoformat(night["night"]))
    file_ids = {(name, version): number for name, version, number in connection.execute(_ids(SourceFile).where(*here))}
    model_ids = {(name, version): number for name, version, number in connection.execute(_ids(ModelVersion))}
    place = {"archive": night["archive"], "night": night["night"]}

    def keyed(row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with the ids that its file and its model have here."""
        ids = {"model_version_id": model_ids[row["model"], row["model_version"]]}
        if "file" in row:
            ids["source_file_id"] = file_ids[row["file"], row["file_version"]]
        return {**place, **row, **ids}

    for table, key in SPOKEN.items():
        _write(connection, table, map(keyed, tables.get(table, [])), key)
    artifacts = {row["artifact"]: {"key": row["key"], "fingerprint": row["fingerprint"]} for row in tables["picture"]}
    whole = {**night, "artifacts": {**artifacts, "bundle": dict(bundle)}}
    _write(connection, "night", [whole], ("archive", "night"))
    entries, figures = tables.get("catalogue_event", []), map(keyed, tables.get("verification", []))
    _write(connection, "catalogue_event", entries, ("catalogue", "night", "index"))
    _write(connection, "verification", figures, ("archive", "night", "model_version_id", "catalogue", "station", "metric"))


def _ids(table: type[SourceFile] | type[ModelVersion]) -> Any:
    return select(table.name, table.version, table.id)


def _joined(left: Rows, right: Rows, key: tuple[str, ...]) -> Rows:
    """Rows of two tables put together by ``key``."""
    others = {tuple(row[column] for column in key): row for row in right}
    return [{**row, **others[tuple(row[column] for column in key)]} for row in left]


def _write(
    connection: Connection, name: str, rows: Iterable[Mapping[str, Any]], key: tuple[str, ...], *, overwrite: bool = True
) -> None:
    """Merge rows into a table: its own columns of them, texts turned into what the columns hold."""
    table = TABLES[name]
    typed = [
        {column.name: _typed(table, column.name, row[column.name]) for column in table.c if column.name in row} for row in rows
    ]
    merge(connection, table, typed, key=key, overwrite=overwrite)


def _typed(table: Table, column: str, value: Any) -> Any:
    """A value of a Parquet file as its column wants it: times and dates are ISO 8601 there, nested values JSON."""
    kind = table.c[column].type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, TIMESTAMP):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return json.loads(value) if isinstance(kind, JSONB | ARRAY) else value
