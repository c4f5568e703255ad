"""Images of other archives stand beside one of their time, the nearest first; real and simulated ones never mix."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rows import end, remote, store
from sqlalchemy import Connection, select

from db.beside import Place
from db.ledger import Ledger
from db.schema import SourceFile
from db.verdicts import Unjudged
from tasks.beside import files_beside, images_beside

NIGHT = date(2019, 8, 2)  # no other test's
TWO = datetime(2019, 8, 2, 2, tzinfo=UTC)
CROPS = "sun-flare-crops"


def add(connection: Connection, archive: str, channel: str, minutes: float, state: str = "stored") -> tuple[int, Place]:
    """A file that begins so many minutes past two."""
    name = f"{channel}_02_{minutes}"
    ledger = Ledger(connection, archive, NIGHT)
    work = ledger.register([remote(name)])
    if state == "stored":
        store(ledger, work)
    else:
        end(ledger, work, state)
    mine = (SourceFile.archive == archive, SourceFile.name == name)
    moment = TWO + timedelta(minutes=minutes)
    connection.execute(SourceFile.__table__.update().where(*mine).values(start_time=moment, focus_code=channel))
    row = connection.execute(select(SourceFile.id, SourceFile.shard_key, SourceFile.shard_index).where(*mine)).one()
    return row.id, Place(row.shard_key, row.shard_index)


def test_light_near_in_time_stands_beside_a_magnetogram(fleeting: Connection) -> None:
    field, _ = add(fleeting, "hmi-magnetograms", "magnetogram", 0)
    late, _ = add(fleeting, "hmi-magnetograms", "magnetogram", 240)
    far, near = (add(fleeting, "aia-synoptic", "171", minutes)[1] for minutes in (-11, 2))
    short = add(fleeting, "aia-synoptic", "131", 3)[1]
    add(fleeting, "aia-synoptic", "171", 13)
    add(fleeting, "aia-synoptic", "304", 1)
    add(fleeting, "aia-synoptic", "131", 1, "quarantined")
    add(fleeting, "aia-synoptic-simulated", "171", 0)
    add(fleeting, "ecallisto", "171", 0)
    asked = [Unjudged(file, "", 0, (CROPS, "sun-active")) for file in (field, late)]
    assert images_beside(fleeting, "hmi-magnetograms", asked) == {field: [near, short, far]}
    assert images_beside(fleeting, "hmi-magnetograms", [Unjudged(field, "", 0, ("sun-active",))]) == {}
    assert images_beside(fleeting, "ecallisto", asked) == {}


def test_files_that_are_judged_together_stand_beside_each_other_by_their_names() -> None:
    field = Path("hmi.M_720s.20190802_020000_TAI.magnetogram.fits")
    names = ("AIA20190802_0210_0171.fits", "AIA20190802_0200_0171.fits", "AIA20190802_0200_0304.fits", "AIA20190802_0400_0131.fits")
    others = [Path(name) for name in names]
    assert [path.name for path in files_beside(field, others, [CROPS])] == [names[1], names[0]]
    assert files_beside(field, others, ["sun-active"]) == []
    assert files_beside(others[1], [field], [CROPS]) == [], "the regions are those of the field"
