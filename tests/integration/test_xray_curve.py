"""GOES' flux of a night is kept among its artifacts, and stays when nobody has it any longer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from db.nights import NightRecord, night_artifacts, write_night
from db.schema import Night
from db.session import transaction
from deployments.simulated.sun import write_sun_night
from models.errors import SourceUnavailable
from tasks.source import Source
from tasks.xray_curve import XRAY_CURVE, keep_curve, kept_curve

NIGHT = date(2016, 5, 14)  # no other test's
START = datetime(2016, 5, 14, tzinfo=UTC)


@pytest.fixture
def source(stores: Path, tmp_path: Path) -> Iterator[Source]:
    """A night that was run, of which the simulated archives have the flux."""
    write_sun_night(tmp_path, NIGHT)
    root = (tmp_path / "sun/visit-1").as_uri()
    source = Source("sdo-browse-simulated", f"{root}/sdo/", ("picture",), NIGHT)
    mine = (Night.archive == source.archive, Night.night == NIGHT)
    with transaction() as connection:
        end = START + timedelta(days=1)
        write_night(connection, NightRecord(source.archive, NIGHT, START, end, "complete", "", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    yield source
    with transaction() as connection:
        connection.execute(delete(Night).where(*mine))


def test_the_flux_is_kept_once_and_stays_when_it_cannot_be_had(source: Source, tmp_path: Path) -> None:
    now = START + timedelta(days=2)
    assert keep_curve(source, now) and not keep_curve(source, now)
    (tmp_path / "sun/visit-1/swpc/2016/05/14/xrays-1-day.json").unlink()
    with pytest.raises(SourceUnavailable):
        keep_curve(source, now)
    with transaction() as connection:
        kept = night_artifacts(connection, source.archive, NIGHT)[XRAY_CURVE]
    time, flux = kept_curve(kept["key"])
    assert 1430 <= time.size == flux.size <= 1440 and (flux > 0).all()
    assert time[0].astype(datetime).date() == NIGHT == time[-1].astype(datetime).date()
