"""Features in the database: written once, found by likeness, narrowed, and gone with their file."""

from datetime import date

import numpy as np
import pytest
from rows import remote, store
from sqlalchemy import Connection, delete, func, select, text

from db.embeddings import index_embeddings, nearest, record_embeddings
from db.filters import Filters
from db.ledger import Ledger
from db.schema import Embedding, SourceFile
from db.verdicts import record, register_models
from models.description import Description
from models.verdict import Verdict

ARCHIVE = "ecallisto"
NIGHT = date(2016, 5, 14)  # no other test's
SIZE = 16
CLIP = Description("clip-of-embeddings", "1", "radio", "ab" * 32, "radio-1", 0.5, False, {}, SIZE)
HEAD = Description("head-of-embeddings", "1", "radio", "cd" * 32, "radio-1", 0.5, True, {})
FILES = 300


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(FILES, SIZE)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


@pytest.fixture
def connection(fleeting: Connection, features: np.ndarray) -> Connection:
    """A night of 300 files of three stations with their features."""
    ledger = Ledger(fleeting, ARCHIVE, NIGHT)
    store(ledger, ledger.register([remote(f"{'ABC'[number % 3]}_12{number:03}") for number in range(FILES)]))
    ids = register_models(fleeting, "radio", [CLIP, HEAD], "abc")
    index_embeddings(fleeting, [CLIP, HEAD], ids)
    files = dict(fleeting.execute(select(SourceFile.name, SourceFile.id).where(SourceFile.night == NIGHT)).tuples().all())
    said = [
        (files[name], Verdict(CLIP.name, "1", "judged", "", "quiet", 0.1, 0.5, embedding=feature))
        for name, feature in zip(sorted(files, key=lambda name: name[2:]), features, strict=True)
    ]
    said += [(files["A_12000"], Verdict(HEAD.name, "1", "judged", "", "burst", 0.9, 0.5))]
    record(fleeting, said, ids)
    record_embeddings(fleeting, said, ids)
    return fleeting


def test_the_nearest_files_come_first_with_what_the_headline_says(connection: Connection, features: np.ndarray) -> None:
    rows = nearest(connection, CLIP.name, features[0], Filters(limit=5))
    expected = np.sort(features @ features[0])[::-1][:5]
    assert [row["likeness"] for row in rows] == pytest.approx(expected.tolist(), abs=1e-4)
    assert (rows[0]["name"], rows[0]["label"], rows[0]["score"]) == ("A_12000", "burst", 0.9)
    assert rows[1]["label"] is None


def test_a_filter_takes_nothing_from_the_answer(connection: Connection, features: np.ndarray) -> None:
    rows = nearest(connection, CLIP.name, features[0], Filters(station="B", night=NIGHT, limit=40))
    expected = np.sort(features[1::3] @ features[0])[::-1][:40]
    assert {row["station"] for row in rows} == {"B"}
    assert [row["likeness"] for row in rows] == pytest.approx(expected.tolist(), abs=1e-4)
    assert nearest(connection, CLIP.name, features[0], Filters(since=date(2016, 5, 15), until=date(2016, 5, 16), limit=5)) == []


def test_a_model_that_nobody_runs_finds_nothing(connection: Connection, features: np.ndarray) -> None:
    assert nearest(connection, "clip-of-tomorrow", features[0], Filters(limit=5)) == []


def test_each_model_version_has_an_index_of_its_own_that_the_question_uses(connection: Connection, features: np.ndarray) -> None:
    number = connection.scalar(text("SELECT id FROM model_version WHERE name = :name"), {"name": CLIP.name})
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    wanted = "[" + ",".join(map(str, features[0])) + "]"
    plan = connection.execute(
        text(
            f"EXPLAIN SELECT source_file_id FROM embedding WHERE model_version_id = {number}"
            f" ORDER BY embedding::vector({SIZE}) <=> '{wanted}' LIMIT 5"
        )
    ).scalars()
    assert any(f"ix_embedding_nearest_{number}" in line for line in plan)


def test_a_second_verdict_replaces_the_features_and_a_file_takes_them_along(connection: Connection, features: np.ndarray) -> None:
    ids = register_models(connection, "radio", [CLIP, HEAD], "abc")
    file = connection.scalar(select(SourceFile.id).where(SourceFile.night == NIGHT, SourceFile.name == "A_12000"))
    assert file is not None
    record_embeddings(connection, [(file, Verdict(CLIP.name, "1", "judged", "", "quiet", 0.1, 0.5, embedding=features[9]))], ids)
    first = nearest(connection, CLIP.name, features[9], Filters(limit=2))
    assert {row["name"] for row in first} == {"A_12000", "A_12009"}
    connection.execute(delete(SourceFile).where(SourceFile.id == file))
    assert connection.scalar(select(func.count()).select_from(Embedding).where(Embedding.source_file_id == file)) == 0
