"""An image in DN/s and SDO's picture of the same disk say the same."""

import tarfile
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pytest

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.files import aia_synoptic, sdo_picture
from models.sun.active import SunActive
from models.sun.activity import DISTANCE
from models.sun.browse import BROWSE, LEAST_SENSITIVITY, as_browse
from models.sun.flare import SunFlare
from models.sun.image import PreparedSun
from models.sun.prepare import prepare
from tasks.readers.sun.colours import colour_table
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.image import read_sun_image

# Median of the disk in DN/s of the day: the values of the midnights around each picture in M. Pauly's table of level 1.5 images
# (github.com/mjpauly/aia, aia_rescaling_data.csv), a straight line between them.
MEDIANS = {
    "20110308_0800": 35.3, "20110318_0558": 28.4, "20110324_1200": 23.6, "20111110_1559": 80.9, "20111115_2259": 64.5,
    "20111122_0028": 56.1, "20120907_1630": 44.9, "20120912_0046": 34.1, "20120916_0445": 33.8, "20120924_1301": 66.3,
    "20130804_0700": 47.3, "20130812_1830": 43.4, "20130822_0059": 42.6, "20140329_1258": 60.1, "20140411_0212": 44.7,
    "20140419_1658": 61.8,
}  # fmt: skip


def both_forms(night: date) -> tuple[PreparedSun, PreparedSun]:
    """A simulated disk as the synoptic archive has it and as the browse pages do."""
    when = datetime.combine(night, time(6), UTC)
    sun, share = simulate_activity(night), degradation("211", when)[0]
    image = aia_synoptic(sun, when, "211", sensitivity=share, near_real_time=False)
    colours = colour_table("211")
    assert colours is not None
    picture = sdo_picture(sun, when, "211", colours, sensitivity=share)
    return (
        prepare(read_sun_image(image, f"AIA{when:%Y%m%d_%H%M}_0211.fits")),
        prepare(read_sun_image(picture, f"{when:%Y%m%d_%H%M%S}_512_0211.jpg")),
    )


@pytest.mark.parametrize("night", [date(2011, 5, 14), date(2012, 11, 14), date(2013, 4, 13), date(2018, 3, 9), date(2024, 5, 14)])
def test_a_disk_in_dn_s_and_its_picture_get_the_same_verdict(night: date) -> None:
    image, picture = both_forms(night)
    assert (image.unit, picture.unit) == ("DN/s", "display")
    inside = (DISTANCE < 1.15) & image.present & picture.present
    assert np.abs(as_browse(image).picture - as_browse(picture).picture)[inside].mean() < 0.005
    for model in (SunActive(), SunFlare()):
        one, other = model.judge([image, picture])
        assert one.state == other.state == "judged" and one.label == other.label
        assert one.score == pytest.approx(other.score, abs=0.06)
        assert len(one.detections) == len(other.detections)


def test_a_picture_of_the_years_learnt_from_is_judged_as_it_is() -> None:
    _, picture = both_forms(date(2012, 11, 14))
    assert as_browse(picture) is picture


def test_what_was_lost_after_the_training_does_not_darken_a_disk() -> None:
    image, _ = both_forms(date(2012, 11, 14))
    late = replace(image, origin=replace(image.origin, degradation=0.45))
    last = replace(image, origin=replace(image.origin, degradation=LEAST_SENSITIVITY))
    np.testing.assert_array_equal(as_browse(late).picture, as_browse(last).picture)
    assert (as_browse(image).picture >= as_browse(late).picture).all()


def test_real_pictures_show_the_median_of_the_disk_where_the_stretch_puts_it(real_data: Path) -> None:
    path = real_data / "sun" / "aia211_full_disk_2010_2014.tar"
    if not path.exists():
        pytest.skip(f"no {path}")
    off = []
    with tarfile.open(path) as tar:
        for name in (name for name in tar.getnames() if name[:13] in MEDIANS):
            sun = prepare(read_sun_image(tar.extractfile(name).read(), name))  # type: ignore[union-attr]
            median = np.median(sun.picture[(DISTANCE < 1) & sun.present])
            off.append(median - float(BROWSE.apply(np.array(MEDIANS[name[:13]]))))
    assert len(off) == len(MEDIANS)
    # A hundredth of the stretch is 5 % of the intensity.
    assert np.abs(off).max() < 0.012 and abs(np.mean(off)) < 0.006 and np.std(off) < 0.004
