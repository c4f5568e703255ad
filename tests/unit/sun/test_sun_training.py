import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import ConfigurationError
from tasks.region_reports import mcintosh_before, reported_days
from tasks.sun_training import DISKS, FLARES, REPORTS, labelled_disks, listed_flares
from tests.unit.sun.disks import unheard

NAMES = ["20120101_120000_512_0211.jpg", "20120110_120000_512_0211.jpg"]
LIST = """Flare Class,Start Time,Peak Time,End Time,Active Region Number
M2.0,2011-12-31T15:00Z,2011-12-31T15:10Z,2011-12-31T15:30Z,11389
C3.0,2012-01-01T11:50Z,2012-01-01T11:55Z,2012-01-01T12:20Z,11389
C1.5,2012-01-02T11:40Z,2012-01-02T11:58Z,2012-01-02T12:10Z,11389
X1.0,2012-01-02T11:50Z,2012-01-02T12:05Z,2012-01-02T12:30Z,11389
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sun = tmp_path / "sun"
    (sun / FLARES).parent.mkdir(parents=True)
    (sun / FLARES).write_text(LIST)
    (sun / f"{DISKS}.csv").write_text("file,t_utc\n" + "".join(f"{name},{time}\n" for name, time in zip(NAMES, TIMES, strict=True)))
    picture = np.full((512, 512, 3), 60, np.uint8)
    jpg = cv2.imencode(".jpg", picture)[1].tobytes()
    with tarfile.open(sun / f"{DISKS}.tar", "w") as tar:
        for name in NAMES:
            info = tarfile.TarInfo(name)
            info.size = len(jpg)
            tar.addfile(info, io.BytesIO(jpg))
    return tmp_path


TIMES = ["2012-01-01T12:00:00", "2012-01-10T12:00:00"]


def test_a_label_is_the_largest_flare_in_progress_or_within_a_day_and_persistence_the_largest_before(folder: Path) -> None:
    first, second = labelled_disks(folder, unheard)
    # The C3.0 is in progress, the C1.5 has its peak within 24 h, the X1.0 five minutes too late.
    assert first.flux_w_m2 == pytest.approx(3e-6)
    assert first.flux_before_w_m2 == pytest.approx(2e-5)
    assert (second.flux_w_m2, second.flux_before_w_m2) == (1e-9, 1e-9)
    assert first.day == "2012-01-01" and first.sun.channel == "211"


SRS = """:Product: 0101SRS.txt
:Issued: 2012 Jan 01 0030 UTC
I.  Regions with Sunspots.  Locations Valid at 31/2400Z
Nmbr Location  Lo  Area  Z   LL   NN Mag Type
1389 S22E01   125  0180 Eki  12   20 Beta-Gamma
1391 N12E40   086  0020 Cro  04   06 Beta
"""


def test_groups_are_those_of_the_last_summary_before_the_picture(folder: Path) -> None:
    reports = folder / "sun" / REPORTS
    reports.mkdir()
    (reports / "20120101SRS.txt").write_text(SRS)
    first, second = labelled_disks(folder, unheard)
    assert first.mcintosh == ("Eki", "Cro") and second.mcintosh is None
    # A summary is issued half an hour after midnight: until then that of the day before is the last.
    assert mcintosh_before(reports, datetime(2012, 1, 2, 0, 29, tzinfo=UTC)) == ("Eki", "Cro")
    assert mcintosh_before(reports, datetime(2012, 1, 1, 0, 29, tzinfo=UTC)) is None
    (day,) = reported_days(reports, listed_flares(folder))
    assert day.groups == (("Eki", "C3.0"), ("Cro", "")) and day.largest == "C3.0"


def test_what_is_missing_is_named(folder: Path) -> None:
    (folder / "sun" / FLARES).unlink()
    with pytest.raises(ConfigurationError, match="solar_events_goes"):
        labelled_disks(folder, unheard)
