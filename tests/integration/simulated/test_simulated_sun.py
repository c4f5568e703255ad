"""The simulated Sun, crawled as the real archives are: over HTTP and FTP, by the declarations, with the shared fetcher."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from db.ledger import Work
from db.settings import load_settings
from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.ftp import FtpThread
from deployments.simulated.server import serve
from deployments.simulated.sun import read_truth
from models.errors import CorruptInput, SourceUnavailable
from models.sun.regions import to_pixel
from tasks.archives.archive import Archive
from tasks.archives.catalogue import archives
from tasks.archives.ftp import FtpTransport
from tasks.archives.http import HttpTransport
from tasks.archives.listing import NightListing, list_night
from tasks.archives.transport import Fetched, Transport
from tasks.catalogues.documents import document
from tasks.catalogues.flares import flares_of_hek
from tasks.catalogues.hek import parse_hek
from tasks.catalogues.srs import read_srs
from tasks.catalogues.xray_flux import read_xray_flux

NIGHT, CLOUDY = date(2024, 5, 14), date(2024, 5, 18)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sun")


@pytest.fixture(scope="module")
def roots(folder: Path) -> Iterator[dict[str, str]]:
    archive = SimulatedArchive(folder)
    with serve(folder, archive=archive) as url, FtpThread(archive) as port:
        yield {"http": url, "ftp": f"ftp://127.0.0.1:{port}"}


def transport(address: str, declared: Archive) -> Transport:
    return FtpTransport(load_settings()) if address.startswith("ftp") else HttpTransport(load_settings(), declared.timezone)


def listed(root: str, name: str, visit: int = 1, night: date = NIGHT) -> NightListing:
    declared = archives()[name]
    address = f"{root}/visit-{visit}/{declared.simulated_path}"

    async def asked() -> NightListing:
        way = transport(address, declared)
        try:
            return await list_night(declared, address, (declared.products[0].name,), night, way)
        finally:
            await way.close()

    return asyncio.run(asked())


def fetched(listing: NightListing, name: str) -> dict[str, bytes]:
    async def asked() -> list[Fetched]:
        way = transport(listing.files[0].url, archives()[name])
        try:
            return await asyncio.gather(*(way.fetch(Work(file, file.part), 64 << 20) for file in listing.files))
        finally:
            await way.close()

    return {done.work.file.name: done.body for done in asyncio.run(asked()) if done.outcome == "fetched"}


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_a_day_of_bbso_is_crawled_and_read(roots: dict[str, str], folder: Path, scheme: str) -> None:
    listing = listed(roots[scheme], "bbso")
    assert (listing.state, listing.troubles) == ("whole", ())
    truths = {truth.name: truth for truth in read_truth(folder, NIGHT) if truth.archive == "bbso"}
    bodies = fetched(listing, "bbso")
    assert set(bodies) == set(truths)
    name, body = sorted(bodies.items())[0]
    image = archives()["bbso"].product("magnetogram").read(body, name)
    assert (image.unfit, image.channel, image.unit) == ("", "magnetogram", "display")
    assert image.native.found == "limb"
    assert image.t_start == datetime.fromisoformat(truths[name].t_start)
    (name,) = (name for name in bodies if name.endswith(".fts.gz"))
    field = archives()["bbso"].product("magnetogram").read(bodies[name], name)
    assert (field.unfit, field.channel, field.unit, field.native.found) == ("", "magnetogram", "G", "header")
    assert field.t_start == datetime.fromisoformat(truths[name].t_start)
    assert {(field.origin.observatory, image.origin.observatory)} == {("GONG", "GONG")}


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_a_cloudy_day_at_bbso_is_no_observation(roots: dict[str, str], scheme: str) -> None:
    assert listed(roots[scheme], "bbso", night=CLOUDY).state == "empty"


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_synoptic_images_come_near_real_time_and_then_definitive(roots: dict[str, str], folder: Path, scheme: str) -> None:
    first, second = (listed(roots[scheme], "aia-synoptic", visit) for visit in (1, 2))
    assert (first.state, first.troubles, second.state) == ("whole", (), "whole")
    assert {file.name for file in second.files} - {file.name for file in first.files} == {"AIA20240514_0800_0131.fits"}
    assert all("/nrt/" in file.url for file in first.files)
    assert not any("/nrt/" in file.url for file in second.files)
    read = archives()["aia-synoptic"].product("image").read
    for visit, listing in ((1, first), (2, second)):
        truths = {truth.name: truth for truth in read_truth(folder, NIGHT, visit) if truth.archive == "aia-synoptic"}
        bodies = fetched(listing, "aia-synoptic")
        assert set(bodies) == set(truths)
        for name, body in sorted(bodies.items()):
            if truths[name].expected == "quarantined":
                with pytest.raises(CorruptInput, match=f"^{name}: "):
                    read(body, name)
                continue
            image = read(body, name)
            assert image.origin.near_real_time is (visit == 1)
            assert image.unfit == ("QUALITY: an eclipse" if name == "AIA20240514_1600_0131.fits" else "")
            assert image.channel == truths[name].channel


def test_helioviewer_answers_with_the_nearest_image_and_what_is_far_is_no_observation(roots: dict[str, str], folder: Path) -> None:
    listing = listed(roots["http"], "helioviewer")
    assert (listing.state, listing.troubles) == ("whole", ())
    truths = {truth.name: truth for truth in read_truth(folder, NIGHT) if truth.archive == "helioviewer"}
    bodies = fetched(listing, "helioviewer")
    assert set(bodies) == set(truths) and len(truths) == 11, "one hour of one channel is a gap"
    for name, body in bodies.items():
        image = archives()["helioviewer"].product("image").read(body, name)
        assert (image.unfit, image.channel, image.native.found) == ("", truths[name].channel, "header")
        assert image.t_start == datetime.fromisoformat(truths[name].t_start)


def test_magnetograms_come_of_the_jsoc_near_real_time_and_then_definitive(roots: dict[str, str], folder: Path) -> None:
    first, second = (listed(roots["http"], "hmi-magnetograms", visit) for visit in (1, 2))
    assert (first.state, first.troubles, second.state, second.troubles) == ("whole", (), "whole", ())
    assert {file.name for file in second.files} - {file.name for file in first.files} == {
        "hmi.M_720s.20240514_100000_TAI.magnetogram.fits"
    }
    assert max(file.modified for file in first.files if file.modified) < min(
        file.modified for file in second.files if file.modified
    )
    product = archives()["hmi-magnetograms"].product("magnetogram")
    bodies = fetched(second, "hmi-magnetograms")
    assert bodies.keys() == {truth.name for truth in read_truth(folder, NIGHT, 2) if truth.archive == "hmi-magnetograms"}
    for name, body in bodies.items():
        (file,) = (file for file in second.files if file.name == name)
        image = product.read(product.completed(body, file.url), name)
        assert (image.unfit, image.channel, image.unit, image.native.found) == ("", "magnetogram", "G", "header")
        assert image.native.roll_deg == pytest.approx(179.93)
        assert image.t_start + timedelta(minutes=6) == file.start, "the mean of 12 minutes around the record's time"


def test_a_region_stands_in_the_picture_where_the_summary_has_it(roots: dict[str, str], folder: Path) -> None:
    listing = listed(roots["http"], "aia-synoptic", 2)
    bodies = fetched(listing, "aia-synoptic")
    name = "AIA20240514_2000_0211.fits"
    image = archives()["aia-synoptic"].product("image").read(bodies[name], name)
    day = folder / "sun/visit-2/swpc/2024/05/14"
    regions = [region for region in read_srs((day / "20240515SRS.txt").read_text(), "SRS") if (region.area_msh or 0) > 100]
    assert regions
    for region in regions:
        there = region.at(image.t_start)
        x, y, visible = to_pixel(image.disk, there.latitude_deg, there.longitude_deg)
        if not visible or abs(there.longitude_deg) > 60:
            continue
        around = image.picture[round(y) - 4 : round(y) + 5, round(x) - 4 : round(x) + 5]
        quiet = image.picture[image.present & (image.picture > 0)]
        assert around.max() > 1.3 * float(sorted(quiet)[quiet.size // 2]), region


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_the_summary_of_regions_is_fetched_as_from_the_warehouse(roots: dict[str, str], scheme: str) -> None:
    url = f"{roots[scheme]}/visit-1/swpc/2024/05/14/20240515SRS.txt"
    assert read_srs(document(url).decode(), url)
    with pytest.raises(SourceUnavailable, match=r"20240516SRS\.txt cannot be had"):
        document(url.replace("20240515SRS", "20240516SRS"))


def test_flares_fluxes_and_images_tell_of_one_sun(roots: dict[str, str], folder: Path) -> None:
    listed(roots["http"], "sdo-browse")  # makes the day
    day = folder / "sun/visit-1"
    curve = read_xray_flux((day / "swpc/2024/05/14/xrays-1-day.json").read_bytes(), "xrays-1-day.json")
    flares = flares_of_hek(parse_hek((day / "hek/2024/05/14/her.json").read_text()).events)
    assert flares
    assert len(json.loads((day / "hek/2024/05/14/her.json").read_text())["result"]) == 3 * len(flares)
    for flare in flares:
        peak = curve.peak(flare.t_peak - timedelta(minutes=2), flare.t_peak + timedelta(minutes=3))
        assert peak is not None
        assert peak[1].operational > 0.8 * flare.peak.operational
        assert flare.region is not None
        assert flare.latitude_deg is not None
    for truth in read_truth(folder, NIGHT):
        moment = datetime.fromisoformat(truth.t_start)
        told = curve.peak(moment - timedelta(seconds=60), moment + timedelta(seconds=60))
        assert told is None or told[1].operational == pytest.approx(truth.flux_w_m2, rel=0.5)
        assert moment.tzinfo == UTC
