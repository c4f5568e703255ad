import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from models.errors import CorruptInput
from models.sun.ephemeris import seen_from_earth
from models.sun.flares import Flare, GoesFlux, in_progress, largest_within, region_number
from models.sun.image import Disk
from models.sun.regions import Region, rotated_deg, to_heliographic, to_pixel
from tasks.catalogues.flare_lists import read_hek_flares
from tasks.catalogues.flares import flares_of_hek, read_flare_list, read_spaceweatherlive, read_swpc_flares
from tasks.catalogues.hek import parse_hek
from tasks.catalogues.srs import read_srs
from tasks.catalogues.xray_flux import read_xray_flux

NOON = datetime(2014, 6, 1, 12, tzinfo=UTC)


def flare(minutes: float, goes_class: str, region: int | None = None) -> Flare:
    """A flare whose peak is that many minutes after noon."""
    peak = NOON + timedelta(minutes=minutes)
    return Flare(peak - timedelta(minutes=5), peak, peak + timedelta(minutes=10), GoesFlux.of_class(goes_class), region)


def test_a_class_belongs_to_the_operational_scale_whatever_scale_a_flux_is_on() -> None:
    assert GoesFlux(1.2e-5, "operational").goes_class == "M1.2"
    assert GoesFlux(2.04e-4, "science", 15).goes_class == "X1.4"  # 2012-07-12, listed as X1.4
    assert GoesFlux(2.04e-4, "science", 16).goes_class == "X2.0"
    assert GoesFlux(6.5e-6 / 0.85, "sdobenchmark").goes_class == "C6.5"
    assert not GoesFlux(1e-5, "sdobenchmark").at_least("M1.0")
    assert GoesFlux(1.1765e-5, "sdobenchmark").at_least("M1.0")
    with pytest.raises(ValueError, match="its satellite is unknown"):
        _ = GoesFlux(1e-5, "science").goes_class


@pytest.mark.parametrize("goes_class", ["A3.2", "B1.0", "C9.9", "M5.0", "X1.0", "X17.2"])
def test_classes_and_fluxes_are_inverse(goes_class: str) -> None:
    assert GoesFlux.of_class(goes_class).goes_class == goes_class
    with pytest.raises(ValueError, match="no GOES class"):
        GoesFlux.of_class("1N")


def test_the_forecast_looks_forward_and_only_forward() -> None:
    flares = [flare(-1, "X9.0"), flare(0, "X5.0"), flare(30, "C2.0", 12075), flare(24 * 60, "M3.0"), flare(24 * 60 + 1, "X2.0")]
    assert largest_within(flares, NOON) == flares[3]
    assert largest_within(flares, NOON, region=12075) == flares[2]
    assert in_progress(flares, NOON) == flares[0]
    assert in_progress(flares, NOON + timedelta(hours=3)) is None


def test_labels_of_the_real_disks_are_those_of_their_table(real_data: Path) -> None:
    flares = read_flare_list((real_data / "sun/goes/solar_events_goes_1996_2022.csv").read_text(), "list")
    assert len(flares) > 43_000
    flares = [item for item in flares if 2010 <= item.t_start.year <= 2014]
    with (real_data / "sun/aia211_full_disk_2010_2014.csv").open() as table:
        rows = list(csv.DictReader(table))
    same = now = 0
    for row in rows:
        moment = datetime.fromisoformat(row["t_utc"]).replace(tzinfo=UTC)
        found, running = largest_within(flares, moment), in_progress(flares, moment)
        same += (found.peak.goes_class if found else "") == row["max24h"]
        now += (running.peak.goes_class if running else "") == row["flare_now"]
    assert same >= 0.97 * len(rows), same
    assert now >= 0.97 * len(rows), now


def test_swpc_and_ssw_tell_of_a_flare_once(real_data: Path) -> None:
    entries = []
    for name in ("swpc", "ssw_latest"):
        table = Table.read(real_data / f"sun/hek/hek_{name}_20120101-20120103.ecsv")
        keys = (
            "event_starttime",
            "event_peaktime",
            "event_endtime",
            "fl_goescls",
            "ar_noaanum",
            "frm_name",
            "frm_daterun",
            "event_type",
        )
        entries += [{key: _plain(row[key]) for key in (*keys, "hgs_x", "hgs_y")} for row in table]
    flares = flares_of_hek(parse_hek(json.dumps({"result": entries})).events)
    assert len(flares) < len(entries)
    starts = [(item.t_start, item.peak.goes_class) for item in flares]
    assert len(set(starts)) == len(starts)
    first = flares[0]
    assert (first.peak.goes_class, first.region, first.sources) == ("B8.1", 11389, ("SWPC", "SSW Latest Events"))
    assert (first.latitude_deg, first.longitude_deg) == (-25, -35)  # SWPC has no position of it
    assert all(item.region is None or item.region > 11_000 for item in flares)


def _plain(value: object) -> object:
    return None if np.ma.is_masked(value) else value.item() if isinstance(value, np.generic) else str(value)


def test_region_numbers_get_the_digit_that_lists_leave_out() -> None:
    assert region_number(1389, NOON) == region_number(11389, NOON) == 11389
    assert region_number(4300, NOON) == 14300
    assert region_number(9169, datetime(2000, 10, 1, tzinfo=UTC)) == 9169
    assert region_number(0, NOON) is region_number(float("nan"), NOON) is None


def test_the_summaries_of_regions_are_read(real_data: Path) -> None:
    read = {path.name: read_srs(path.read_text(), path.name) for path in sorted((real_data / "sun/srs").iterdir())}
    first, second, plage = read["20150306SRS.txt"]
    assert first == Region(12293, datetime(2015, 3, 6, tzinfo=UTC), 5, 53, 342, 65, "Cao", "Beta", 9)
    assert (second.number, plage.number, plage.spots, plage.mcintosh) == (12295, 12292, 0, "")
    assert [region.number for region in read["20001001SRS.txt"]][:2] == [9169, 9171]
    assert all(read.values())
    with pytest.raises(CorruptInput, match="does not say when it was issued"):
        read_srs("<html>404</html>", "20120101SRS.txt")


def test_a_region_is_where_rotation_has_carried_it() -> None:
    assert rotated_deg(0, 86_400) == pytest.approx(14.326 - 0.9856, abs=0.01)  # at the equator, Howard et al. 1990
    assert rotated_deg(60, 86_400) < rotated_deg(0, 86_400)
    region = Region(12293, NOON, 10.0, -30.0)
    assert region.at(NOON + timedelta(days=2)).longitude_deg == pytest.approx(-30 + rotated_deg(10, 172_800))


def test_a_place_on_the_disk_is_found_again() -> None:
    disk = Disk(511.5, 500.0, 400.0, 2.4, 12.0, b0_deg=-7.0)
    for latitude, longitude in ((20.0, -50.0), (-35.0, 10.0), (0.0, 0.0)):
        x, y, visible = to_pixel(disk, latitude, longitude)
        assert visible
        assert to_heliographic(disk, x, y) == pytest.approx((latitude, longitude), abs=1e-6)
    assert not to_pixel(disk, 0, 120)[2]
    assert to_heliographic(disk, 0, 0) is None


def test_the_view_from_the_earth_is_that_of_sunpy() -> None:
    from sunpy.coordinates import sun

    for moment in (datetime(2010, 6, 2, 3, tzinfo=UTC), datetime(2024, 5, 14, 17, tzinfo=UTC)):
        view, plain = seen_from_earth(moment), moment.replace(tzinfo=None)
        assert view.radius_arcsec == pytest.approx(sun.angular_radius(plain).value, abs=0.1)
        assert view.b0_deg == pytest.approx(sun.B0(plain).value, abs=0.01)
        assert view.l0_deg == pytest.approx(sun.L0(plain).deg, abs=0.07)
        assert view.p_deg == pytest.approx(sun.P(plain).deg, abs=0.01)


def test_the_flux_of_a_real_flare_is_science_and_its_class_is_the_listed_one(real_data: Path) -> None:
    folder = real_data / "sun/goes"
    for day, listed in ((date(2012, 7, 12), "X1.4"), (date(2014, 1, 1), "M9.9")):
        name = f"sci_xrsf-l2-avg1m_g15_d{day:%Y%m%d}_v1-0-0.nc"
        curve = read_xray_flux((folder / name).read_bytes(), name)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        peak = curve.peak(start, start + timedelta(days=1))
        assert peak is not None
        assert (curve.scale, curve.satellite, curve.time.size) == ("science", 15, 1440)
        told = [item for item in read_flare_list((folder / "solar_events_goes_1996_2022.csv").read_text(), "list")
                if item.t_start.date() == day]  # fmt: skip
        top = max(told, key=lambda item: item.peak.w_m2)
        assert top.peak.goes_class == listed
        assert abs(peak[0] - top.t_peak) <= timedelta(minutes=5)  # the list has the peak of other averages
        assert peak[1].operational == pytest.approx(top.peak.operational, rel=0.05)


def test_swpc_fluxes_are_read_and_their_gaps_stay_gaps(real_data: Path) -> None:
    curve = read_xray_flux((real_data / "sun/goes/xrays-7-day.json").read_bytes(), "xrays-7-day.json")
    assert (curve.time.size, curve.scale, curve.satellite) == (10_077, "operational", 16)
    assert (np.diff(curve.time) > np.timedelta64(0, "s")).all()
    short = read_xray_flux((real_data / "sun/goes/goes_truncated_test_goes15.nc").read_bytes(), "goes_truncated_test_goes15.nc")
    assert (short.time.size, short.scale) == (1000, "science")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"<html>", b'[{"energy": "0.1-0.8nm"}]', b"\x89HDF\r\n\x1a\n" + bytes(200)])
def test_what_is_no_light_curve_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(CorruptInput, match=r"^x\.json: "):
        read_xray_flux(data, "x.json")


def test_pages_of_spaceweatherlive_and_replies_of_swpc_are_read() -> None:
    row = "<tr><td>1</td><td><span>X8.7</span></td><td><a>3664</a></td><td>16:46</td><td>16:51</td><td>17:02</td></tr>"
    late = "<tr><td>2</td><td>M1.0</td><td></td><td>23:50</td><td>00:04</td><td>00:10</td></tr>"
    flares = read_spaceweatherlive(f"<table><tr><th>Region</th></tr>{row}{late}</table>", date(2024, 5, 14), "xray.html")
    assert [(item.peak.goes_class, item.region) for item in flares] == [("X8.7", 13664), ("M1.0", None)]
    assert flares[1].t_peak == datetime(2024, 5, 15, 0, 4, tzinfo=UTC)
    for page in ("", "<html><table><tr><td>Just a moment</td></tr></table></html>"):
        with pytest.raises(CorruptInput, match=r"^xray\.html: "):
            read_spaceweatherlive(page, date(2024, 5, 14), "xray.html")
    reply = [{"begin_time": "2024-05-14T16:46:00Z", "max_time": "2024-05-14T16:51:00Z", "max_class": "X8.7", "satellite": 16}]
    (told,) = read_swpc_flares(json.dumps(reply).encode(), "xray-flares-7-day.json").flares
    assert told.peak.at_least("X8.7")
    assert told.t_end == told.t_peak
    with pytest.raises(CorruptInput):
        read_swpc_flares(b"{", "xray-flares-7-day.json")


def test_a_damaged_entry_of_a_list_costs_itself_and_is_named_with_its_place() -> None:
    sound = {"begin_time": "2024-05-14T16:46:00Z", "max_time": "2024-05-14T16:51:00Z", "max_class": "X8.7"}
    damaged = [sound | {"max_class": "X"}, sound | {"begin_time": "yesterday"}, "X8.7", sound | {"max_class": "Q1.0"}]
    reading = read_swpc_flares(json.dumps([*damaged, sound, {"begin_time": None, "max_class": None}]).encode(), "list")
    assert [flare.peak.goes_class for flare in reading.flares] == ["X1.0", "X8.7"], "a class may lack its number"
    assert [problem.line for problem in reading.problems] == [2, 3, 4]
    assert all(problem.kind == "refused" and problem.reason for problem in reading.problems)
    with pytest.raises(CorruptInput, match="none of 3 entries can be read"):
        read_swpc_flares(json.dumps(damaged[1:]).encode(), "list")
    assert read_swpc_flares(b"[]", "list").flares == ()
    event = {
        "event_type": "FL",
        "frm_name": "SWPC",
        "event_starttime": "2024-05-14T16:46:00",
        "event_endtime": "2024-05-14T17:02:00",
    }
    reply = {
        "result": [
            event | {"fl_goescls": "M1.0", "event_starttime": "2024-05-14T03:00:00", "hgs_x": "west"},
            event | {"fl_goescls": "X8.7"},
            {"event_type": "FL"},
        ]
    }
    told = read_hek_flares(json.dumps(reply).encode(), "her.json")
    assert [flare.peak.goes_class for flare in told.flares] == ["X8.7"]
    assert len(told.problems) == 2
