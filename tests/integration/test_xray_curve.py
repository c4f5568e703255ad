"""GOES' flux of a night is kept among its artifacts, on the scale of the classes, and stays when nobody has it any longer."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import h5py
import numpy as np
import pytest
from sqlalchemy import delete

from db.nights import NightRecord, night_artifacts, write_night
from db.schema import Night
from db.session import transaction
from db.settings import load_settings
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
    yield from held(source)


def held(source: Source) -> Iterator[Source]:
    """A source whose night was run, and is forgotten afterwards."""
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


@pytest.fixture
def long_ago(stores: Path) -> Iterator[Source]:
    """The same night of the real archive, of which SWPC has nothing any more."""
    yield from held(Source("sdo-browse", "https://sdo.gsfc.nasa.gov/", ("picture",), NIGHT))


def test_an_old_night_has_the_science_flux_once_on_the_scale_of_the_classes(
    long_ago: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = tmp_path / "goes15/2016/05/sci_xrsf-l2-avg1m_g15_d20160514_v1-0-0.nc"
    name.parent.mkdir(parents=True)
    with h5py.File(name, "w") as file:
        seconds = file.create_dataset(
            "time", data=(START - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() + np.arange(2) * 60.0
        )
        seconds.attrs["units"] = b"seconds since 2000-01-01 12:00:00"
        file["xrsb_flux"] = np.array([1e-6, -9999])
    places = {"swpc": "https://nowhere.invalid/week.json", "goes-8": tmp_path.as_uri() + "/goes{satellite:02d}/{day:%Y/%m}/"}
    monkeypatch.setenv("NIGHTSHIFT_XRAY_FLUX", json.dumps(places))
    load_settings.cache_clear()
    assert keep_curve(long_ago, START + timedelta(days=99))
    with transaction() as connection:
        kept = night_artifacts(connection, long_ago.archive, NIGHT)[XRAY_CURVE]
    time, flux = kept_curve(kept["key"])
    assert time.tolist() == [START.replace(tzinfo=None)] and flux == pytest.approx([0.7e-6]), "GOES-15's science flux by 0.7"
    name.unlink()
    assert not keep_curve(long_ago, START + timedelta(days=99)), "what is kept is not asked for again"
    monkeypatch.setenv("NIGHTSHIFT_XRAY_FLUX", "{}")
    load_settings.cache_clear()
    assert load_settings().xray_flux == {} and not keep_curve(long_ago, START + timedelta(days=2)), "nobody is asked"
    load_settings.cache_clear()
