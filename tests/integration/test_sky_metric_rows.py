"""What models say of frames of the sky: one row for every stored frame and enabled model version, exported and restored alike."""

from dataclasses import replace
from typing import Any

import pytest
from rows import NIGHT, remote, store
from sqlalchemy import Connection, select

from db.bundle import from_parquet, night_tables, to_parquet
from db.filters import Filters
from db.ledger import Ledger
from db.queries import ask
from db.schema import ModelVersion, Score, SkyMetric
from db.sky import record_sky
from db.verdicts import judgements, record_verdicts, register_models, unjudged
from models.description import Description
from models.verdict import Verdict

METRICS = {"cloud_fraction": 0.25, "okta": 2, "sky_class": "spectroscopic", "reference": "in_frame", "layer_probability": 0.1}


@pytest.fixture
def model(archive: str) -> Description:
    return Description(f"clear-{archive}", "1", "sky", "aa", "sky-1", 0.5, True, {})


@pytest.fixture
def missing(fleeting: Connection, archive: str, model: Description) -> list[int]:
    """Ids of two stored frames that the model has not judged."""
    ledger = Ledger(fleeting, archive, NIGHT)
    store(ledger, ledger.register([remote("A_12"), remote("A_13")]))
    register_models(fleeting, "sky", [model], "abc")
    return [item.file_id for item in unjudged(fleeting, archive, NIGHT, "sky")]


def judged(model: Description, **metrics: Any) -> Verdict:
    return Verdict(model.name, "1", "judged", "", "cloud", 0.75, 0.5, metrics=METRICS | metrics)


def rows(connection: Connection, missing: list[int]) -> list[Any]:
    mine = SkyMetric.source_file_id.in_(missing)
    return list(connection.execute(select(SkyMetric.__table__).where(mine).order_by(SkyMetric.source_file_id)))


def test_frames_are_judged_once_and_the_accounts_count_them(
    fleeting: Connection, archive: str, model: Description, missing: list[int]
) -> None:
    ids = {model.name: fleeting.scalars(select(ModelVersion.id).where(ModelVersion.name == model.name)).one()}
    declined = Verdict.declined(model.name, "1", "shutter: flat to 0.3 ADU: the closed shutter, not the sky")
    record_verdicts(fleeting, "sky", [(missing[0], judged(model)), (missing[1], declined)], ids)
    assert unjudged(fleeting, archive, NIGHT, "sky") == []
    assert judgements(fleeting, archive, NIGHT, "sky")[model.name] == {"judged": 1, "declined": 1}
    first, second = rows(fleeting, missing)
    assert (first.cloud_fraction, first.okta, first.frame_class, first.sky_class) == (0.25, 2, "spectroscopic", "spectroscopic")
    assert first.positive and first.metrics == {"layer_probability": 0.1} and first.blobs is None
    assert (second.state, second.fault, second.cloud_fraction) == ("declined", "shutter", None)
    assert not fleeting.scalars(select(Score).where(Score.source_file_id.in_(missing))).all()
    said = ask(fleeting, "scores", Filters(archive=archive, model=model.name))
    assert [(row["name"], row["state"], row["score"]) for row in said] == [("A_12", "judged", 0.75), ("A_13", "declined", None)]


def test_a_new_judgement_replaces_the_old(fleeting: Connection, model: Description, missing: list[int]) -> None:
    ids = {model.name: fleeting.scalars(select(ModelVersion.id).where(ModelVersion.name == model.name)).one()}
    record_sky(fleeting, [(missing[0], judged(model))], ids)
    record_sky(fleeting, [(missing[0], judged(model, cloud_fraction=1.0, sky_class="overcast"))], ids)
    (row,) = rows(fleeting, missing)
    assert (row.cloud_fraction, row.sky_class) == (1.0, "overcast")


def test_measures_are_exported_whole(fleeting: Connection, archive: str, model: Description, missing: list[int]) -> None:
    ids = {model.name: fleeting.scalars(select(ModelVersion.id).where(ModelVersion.name == model.name)).one()}
    record_sky(fleeting, [(number, judged(model)) for number in missing], ids)
    tables = night_tables(fleeting, NIGHT, archive)
    assert [row["model"] for row in tables["model_version"]] == [model.name]
    exported = tables["sky_metric"][0]
    left_out = {"source_file_id", "model_version_id", "positive"}
    assert set(exported) == set(SkyMetric.__table__.c.keys()) - left_out | {
        "archive",
        "file",
        "file_version",
        "model",
        "model_version",
    }
    assert from_parquet(to_parquet(tables["sky_metric"]))[0]["cloud_fraction"] == 0.25


def test_models_of_other_instruments_stay_in_their_own_table(
    fleeting: Connection, archive: str, model: Description, missing: list[int]
) -> None:
    other = replace(model, name=f"gate-{archive}", instrument=archive)
    ids = register_models(fleeting, archive, [other], "abc")
    said = Verdict(other.name, "1", "judged", "", "burst", 0.75, 0.5)
    record_verdicts(fleeting, archive, [(number, said) for number in missing], ids)
    assert rows(fleeting, missing) == [] and judgements(fleeting, archive, NIGHT, archive)[other.name]["judged"] == 2
