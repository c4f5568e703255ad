"""Flares of a list stand beside the radio events and the frames of the sky of their time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rows import remote, store
from sqlalchemy import Connection, select

from db.filters import Filters
from db.ledger import Ledger
from db.schema import SourceFile
from db.sky import record_sky
from db.verdicts import record, register_models
from models.description import Description
from models.sun.flares import Flare, GoesFlux
from models.verdict import Detection, Verdict
from tasks.correlate import make_events
from tasks.flare_events import flare_events, flares_of, record_flares

NIGHT = date(2017, 9, 6)  # no other test's
START = datetime(2017, 9, 6, 12, tzinfo=UTC)
GATE = Description("gate-of-flares", "1", "radio", "ab" * 32, "radio-1", 0.5, True, {})
EYE = Description("eye-of-flares", "1", "sky", "cd" * 32, "sky-1", 0.5, True, {})


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


FLARE = Flare(minute(0), minute(5), minute(15), GoesFlux.of_class("X9.3"), 12673, -9.0, 34.0, ("SWPC",))
LATER = Flare(minute(200), minute(205), minute(210), GoesFlux.of_class("C1.1"), sources=("SWPC",))


@pytest.fixture
def connection(fleeting: Connection) -> Connection:
    """A day with a type II after the larger flare, in which the camera saw some cloud."""
    receiver = _file(fleeting, "ecallisto")
    camera = _file(fleeting, "camera-of-flares")
    gate = register_models(fleeting, "radio", [GATE], "abc")[GATE.name]
    found = Detection("II", 0.9, minute(8), minute(10), minute(16), 30.0, 80.0)
    record(fleeting, [(receiver, Verdict(GATE.name, "1", "judged", "", "burst", 0.9, 0.5, {}, (found,)))], {GATE.name: gate})
    make_events(fleeting, "ecallisto", NIGHT)
    eye = register_models(fleeting, "sky", [EYE], "abc")[EYE.name]
    measured = {"cloud_fraction": 0.25, "okta": 2, "sky_class": "spectroscopic", "reference": "in_frame"}
    record_sky(fleeting, [(camera, Verdict(EYE.name, "1", "judged", "", "cloud", 0.7, 0.5, metrics=measured))], {EYE.name: eye})
    return fleeting


def _file(connection: Connection, archive: str) -> int:
    ledger = Ledger(connection, archive, NIGHT)
    store(ledger, ledger.register([remote("A_12")]))
    mine = (SourceFile.archive == archive, SourceFile.night == NIGHT)
    connection.execute(SourceFile.__table__.update().where(*mine).values(start_time=minute(2), end_time=minute(17)))
    return connection.scalars(select(SourceFile.id).where(*mine)).one()


def test_a_flare_is_one_row_with_its_bursts_and_the_sky_above_the_site(connection: Connection) -> None:
    record_flares(connection, "swpc", NIGHT, [FLARE, LATER])
    large, small = flare_events(connection, Filters(night=NIGHT))
    assert (large["goes_class"], large["region"], large["types"]) == ("X9.3", 12673, ["II"])
    (member,) = large["radio"]
    assert (member["archive"], member["night"], member["delay_s"]) == ("ecallisto", "2017-09-06", 480.0)
    assert (large["cloud_fraction"], large["sky_class"], large["frames"]) == (0.25, "spectroscopic", 1)
    assert (small["goes_class"], small["radio"], small["cloud_fraction"], small["frames"]) == ("C1.1", [], None, 0)
    assert [row["goes_class"] for row in flare_events(connection, Filters(night=NIGHT, label="II"))] == ["X9.3"]
    assert [row["goes_class"] for row in flare_events(connection, Filters(night=NIGHT, label="C"))] == ["C1.1"]


def test_two_lists_of_one_flare_make_one_row_and_a_simulated_list_never_meets_real_bursts(connection: Connection) -> None:
    record_flares(connection, "swpc", NIGHT, [FLARE])
    record_flares(connection, "hek", NIGHT, [FLARE])
    record_flares(connection, "swpc-simulated", NIGHT, [LATER])
    assert flares_of(connection, NIGHT, NIGHT, simulated=False) == [FLARE]
    real, simulated = flare_events(connection, Filters(night=NIGHT))
    assert (real["simulated"], simulated["simulated"], simulated["radio"]) == (False, True, [])
    record_flares(connection, "swpc-simulated", NIGHT, [])
    assert len(flare_events(connection, Filters(night=NIGHT))) == 1, "what a list no longer names is gone"
