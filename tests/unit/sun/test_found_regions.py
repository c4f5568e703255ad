import csv
import tarfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.disk import euv
from models.simulate.sun.disk import magnetogram as magnetogram_of
from models.sun.ephemeris import seen_from_earth
from models.sun.found_regions import PIXEL_MSH, find_regions, oriented
from models.sun.image import Disk, PreparedSun, SunImage, Unit
from models.sun.noaa import match_numbers
from models.sun.prepare import RADIUS, prepare
from models.sun.region import SunRegion
from models.sun.regions import Region, to_pixel
from tasks.catalogues.srs import read_srs
from tasks.readers.sun.image import read_sun_image
from tests.unit.sun.disks import COLUMNS, DISTANCE, ROWS, START, disk

TILT = -7.0
PLACES = [(20.0, -40.0), (-15.0, 10.0), (25.0, 55.0)]


def tilted(sun: PreparedSun) -> PreparedSun:
    return replace(sun, disk=replace(sun.disk, b0_deg=TILT, l0_deg=100.0))


def sun_with(places: list[tuple[float, float]], radius: float = 0.1) -> PreparedSun:
    """A disk whose axis leans, with cores at latitudes and longitudes."""
    quiet = tilted(disk())
    middles = [to_pixel(quiet.disk, *place)[:2] for place in places]
    return tilted(disk([((x - quiet.disk.x) / RADIUS, (y - quiet.disk.y) / RADIUS, radius) for x, y in middles]))


def magnetogram(places: list[tuple[float, float]]) -> PreparedSun:
    """Pairs of opposite polarity in noise, in gauss."""
    base = tilted(disk())
    field = np.random.default_rng(1).normal(0, 12, DISTANCE.shape)
    for place in places:
        x, y, _ = to_pixel(base.disk, *place)
        for offset, sign in ((-4, 1), (4, -1)):
            apart = np.hypot(COLUMNS + base.disk.x - x - offset, ROWS + base.disk.y - y)
            field += sign * 600 * np.exp(-((apart / 4) ** 2))
    seen = DISTANCE < 1
    picture = np.where(seen, np.clip((field + 1500) / 3000, 0, 1), 0).astype(np.float32)
    return replace(base, picture=picture, present=seen, channel="magnetogram", unit="G")


@pytest.mark.parametrize("make", [sun_with, magnetogram])
def test_every_region_is_found_where_it_is(make: object) -> None:
    found = find_regions(make(PLACES))  # type: ignore[operator]
    assert len(found) == 3
    for latitude, longitude in PLACES:
        assert any(abs(one.latitude_deg - latitude) < 2 and abs(one.longitude_deg - longitude) < 2 for one in found)
    assert sorted(one.hemisphere for one in found) == ["north", "north", "south"]


@pytest.mark.parametrize("make", [sun_with, magnetogram])
def test_on_a_quiet_sun_none_is_found(make: object) -> None:
    assert find_regions(make([])) == []  # type: ignore[operator]


def test_pixels_cover_the_hemisphere() -> None:
    # Up to 60 degrees from the centre: half of the hemisphere's area.
    assert PIXEL_MSH[np.sin(np.radians(60)) > DISTANCE].sum() == pytest.approx(500_000, rel=0.01)


def test_a_region_keeps_its_area_as_it_turns() -> None:
    centre, east = (_patch(longitude) for longitude in (0.0, -55.0))
    assert east == pytest.approx(centre, rel=0.15)


def _patch(longitude_deg: float) -> float:
    """Area found of a round patch on the sphere, 8 degrees in radius."""
    sun = tilted(disk())
    latitude, longitude = np.radians((15.0, longitude_deg))
    tilt = np.radians(TILT)
    height = np.sqrt(np.clip(1 - DISTANCE**2, 0, None))
    north = ROWS / RADIUS * np.cos(tilt) + height * np.sin(tilt)
    towards = height * np.cos(tilt) - ROWS / RADIUS * np.sin(tilt)
    cosine = north * np.sin(latitude) + np.cos(latitude) * (towards * np.cos(longitude) + COLUMNS / RADIUS * np.sin(longitude))
    inside = (cosine > np.cos(np.radians(8))) & (DISTANCE < 1)
    (region,) = find_regions(replace(sun, picture=np.where(inside, np.float32(0.95), sun.picture)))
    return region.area_msh


def test_regions_that_meet_over_the_equator_are_two() -> None:
    found = find_regions(sun_with([(5.0, 0.0), (-5.0, 0.0)]))
    assert sorted(one.hemisphere for one in found) == ["north", "south"]


def test_numbers_are_given_where_the_sun_has_turned_them() -> None:
    sun = sun_with(PLACES)
    before = START - timedelta(days=1)
    # A day earlier everything stood some 13 degrees farther east.
    reported = [Region(11000 + n, before, latitude, longitude - 13.3) for n, (latitude, longitude) in enumerate(PLACES)]
    reported.append(Region(11009, before, -30.0, -60.0))
    found = find_regions(sun)
    numbers = match_numbers(found, reported, START, oriented(sun))
    for one, given in zip(found, numbers, strict=True):
        (index,) = [n for n, place in enumerate(PLACES) if abs(place[1] - one.longitude_deg) < 3]
        assert given == (11000 + index,)


def test_the_verdict_tells_place_area_and_hemisphere() -> None:
    quiet, active = SunRegion("cpu").judge([disk(), sun_with(PLACES)])
    assert (quiet.label, quiet.score, quiet.detections) == ("quiet", 0.0, ())
    assert active.label == "active" and active.metrics["regions"] == 3 and active.metrics["regions_north"] == 2
    first = active.detections[0]
    assert first.box and first.attributes["hemisphere"] in ("north", "south") and 0 < first.score < 1
    assert first.attributes["carrington_deg"] == pytest.approx((100 + first.attributes["longitude_deg"]) % 360, abs=0.02)


@pytest.mark.parametrize("change", [{"channel": "1600"}, {"channel": "continuum"}, {"unfit": "a cut-out"}])
def test_what_shows_no_regions_is_declined(change: dict[str, str]) -> None:
    (verdict,) = SunRegion("cpu").judge([replace(disk(), **change)])  # type: ignore[arg-type]
    assert verdict.state == "declined" and verdict.reason


def test_noaas_regions_of_june_2010_are_among_those_found(real_data: Path) -> None:
    tar = real_data / "sun" / "aia211_full_disk_2010_2014.tar"
    if not tar.exists():
        pytest.skip(f"no {tar}")
    with tarfile.open(tar) as held:
        name = "20100619_220914_512_0211.jpg"
        sun = prepare(read_sun_image(held.extractfile(name).read(), name))  # type: ignore[union-attr]
    reported = read_srs((real_data / "sun" / "srs" / "20100621SRS.txt").read_text(), "20100621SRS.txt")
    found = find_regions(sun)
    given = match_numbers(found, reported, sun.t_start or datetime.now(UTC), oriented(sun))
    assert {number for numbers in given for number in numbers} == {11082, 11083}
    assert all(abs(one.latitude_deg) < 45 for one in found)


def test_real_disks_have_regions_in_the_belts_of_activity(real_data: Path) -> None:
    folder = real_data / "sun"
    if not (folder / "aia211_full_disk_2010_2014.tar").exists():
        pytest.skip(f"no disks in {folder}")
    with (folder / "aia211_full_disk_2010_2014.csv").open() as labels:
        names = [row["file"] for row in csv.DictReader(labels)][::40]
    with tarfile.open(folder / "aia211_full_disk_2010_2014.tar") as held:
        found = [find_regions(prepare(read_sun_image(held.extractfile(name).read(), name))) for name in names]  # type: ignore[union-attr]
    assert all(1 <= len(regions) <= 15 for regions in found)
    latitude = np.array([abs(one.latitude_deg) for regions in found for one in regions])
    # Spoerer's belts: hardly a region lies poleward of 40 degrees.
    assert np.mean(latitude < 40) > 0.95


def simulated(night: date, channel: str) -> tuple[PreparedSun, list[tuple[Region, float]]]:
    """A disk of the simulated Sun at noon with its noise; its regions up to 65 degrees from the meridian, with their areas."""
    when = datetime.combine(night, time(12), UTC)
    view = seen_from_earth(when)
    where = Disk(255.5, 255.5, 200.0, None, 0.0, view.b0_deg, view.l0_deg)
    activity, rng = simulate_activity(night), np.random.default_rng(night.toordinal())
    if channel == "magnetogram":
        data = magnetogram_of(activity, when, where, 512) + rng.normal(0, 8, (512, 512))
    else:
        data = euv(activity, when, channel, where, 512)
        data = data + rng.normal(size=data.shape) * np.sqrt(data)
    missing = ~np.isfinite(data)
    unit: Unit = "G" if channel == "magnetogram" else "DN/s"
    image = SunImage(np.where(missing, 0, data).astype(np.float32), missing, channel, when, unit, "fits", where)
    regions = [
        (Region(one.number, when, one.latitude_deg, one.longitude_at(when)), one.size(when) * one.area_msh)
        for one in activity.regions
        if abs(one.longitude_at(when)) < 65
    ]
    return prepare(image), regions


@pytest.mark.parametrize("channel", ["211", "193", "magnetogram"])
def test_regions_of_the_simulated_sun_are_found_where_they_are_and_no_others(channel: str) -> None:
    large, errors = [], []
    for number in range(6):
        sun, truth = simulated(date(2024, 1, 3) + timedelta(days=60 * number), channel)
        found = find_regions(sun)
        assert sun.t_start
        numbers = match_numbers(found, [region for region, _ in truth], sun.t_start, oriented(sun))
        given = {one for several in numbers for one in several}
        large += [region.number in given for region, area in truth if area > 60]
        places = {region.number: (region.latitude_deg, region.longitude_deg) for region, _ in truth}
        for one, several in zip(found, numbers, strict=True):
            assert several or abs(one.longitude_deg) > 55  # those nearer the limb are not in this truth
            if len(several) == 1:
                errors.append(np.hypot(*np.subtract(places[several[0]], (one.latitude_deg, one.longitude_deg))))
    assert np.mean(large) > 0.8 and np.median(errors) < 2
