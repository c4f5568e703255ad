"""The simulated archive keeps its promises over real files, real HTTP and real FTP."""

import ftplib
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.fault import ALL_FAULTS, BOMB_BLOCKS, Fault, Oddity
from deployments.simulated.ftp import FtpThread
from deployments.simulated.misbehaviour import Misbehaviour
from deployments.simulated.network import NETWORK
from deployments.simulated.night import DATA, PICTURES, day_folder, write_night
from deployments.simulated.schedule import plan_night
from deployments.simulated.server import serve
from deployments.simulated.truth import NightTruth
from models.errors import ConfigurationError

NIGHT = date(2024, 5, 14)
ROOT = "/solarradio/data/2002-20yy_Callisto/"
DAY = f"{ROOT}2024/05/14/"
SMALL = {"stations": 6, "files_per_station": 4}
NAME = re.compile(r"^(.+)_(\d{8})_(\d{6})(?:_([A-Za-z0-9]+)|([ip]))?\.fit\.gz$")


def tree(root: Path) -> dict[str, tuple[str, float]]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime) for path in files}


def links(page: str) -> list[str]:
    return [href for href in re.findall(r'<a href="([^"?]+)"', page) if not href.startswith("/")]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def archive(home):
    return SimulatedArchive(
        home, **SMALL, misbehaviour={m for m in Misbehaviour if m.startswith("file_")} - {Misbehaviour.FILE_HANGS}
    )


@pytest.fixture(scope="module")
def truth(archive):
    return archive.truth(NIGHT)


@pytest.fixture(scope="module")
def client(archive, truth):
    with serve(archive.folder, archive=archive) as url, httpx.Client(base_url=url, timeout=20) as opened:
        yield opened


def body(home: Path, name: str) -> bytes:
    return (home / DATA / day_folder(NIGHT) / name).read_bytes()


# The night on disk


def test_the_same_arguments_write_the_same_bytes_and_times(home, truth, tmp_path):
    again = write_night(tmp_path, NIGHT, 2, **SMALL)
    assert again == truth
    first = {name: value for name, value in tree(home).items() if not name.startswith(".lock")}
    second = tree(tmp_path)
    assert first.keys() == second.keys()
    # The truth's own time is when it was written; that of all files is the archive's.
    assert {k: v for k, v in first.items() if k[:5] != "truth"} == {k: v for k, v in second.items() if k[:5] != "truth"}
    assert NightTruth.read(NightTruth.path(tmp_path, NIGHT)) == truth


def test_the_visit_decides_about_the_late_file_alone(tmp_path):
    small = {"stations": 2, "files_per_station": 2, "faults": {Fault.LATE}}
    truth = write_night(tmp_path, NIGHT, 1, **small)
    before = tree(tmp_path)
    assert write_night(tmp_path, NIGHT, 2, **small) == truth
    after = tree(tmp_path)
    (late,) = set(after) - set(before)
    assert late.endswith(truth.by_fault()[Fault.LATE])
    assert {name: after[name] for name in before} == before
    write_night(tmp_path, NIGHT, 1, **small)
    assert tree(tmp_path) == before


def test_another_night_and_another_seed_are_different():
    plans = [
        plan_night(night, **SMALL, seed=seed, faults=()) for night, seed in ((NIGHT, None), (date(2024, 5, 15), None), (NIGHT, 5))
    ]
    assert len({tuple(burst.epoch for burst in plan.bursts) for plan in plans}) == 3


def test_every_fault_is_there_once_and_in_its_bytes(home, truth):
    assert Counter(file.fault for file in truth.files if file.fault) == Counter(dict.fromkeys(Fault, 1))
    name = truth.by_fault()
    with pytest.raises(EOFError):
        gzip.decompress(body(home, name[Fault.TRUNCATED_GZIP]))
    with fits.open(io.BytesIO(gzip.decompress(body(home, name[Fault.MISSING_AXES])))) as parts:
        assert len(parts) == 1
    with fits.open(io.BytesIO(gzip.decompress(body(home, name[Fault.WRONG_DATE])))) as parts:
        assert parts[0].header["DATE-OBS"] != "2024/05/14"
    assert b"<html>" in body(home, name[Fault.HTML_PAGE])
    assert body(home, name[Fault.EMPTY_FILE]) == b""
    assert not (home / DATA / day_folder(NIGHT) / name[Fault.LISTED_BUT_GONE]).exists()


def test_the_gzip_bomb_is_small_valid_and_inflates_to_320_mebibytes(home, truth):
    packed = body(home, truth.by_fault()[Fault.GZIP_BOMB])
    assert len(packed) < 500_000
    stream, length = zlib.decompressobj(31), 0
    piece = stream.decompress(packed, 1 << 24)
    while piece:
        length += len(piece)
        piece = stream.decompress(stream.unconsumed_tail, 1 << 24)
    assert stream.eof  # its checksum and length were right
    assert length == BOMB_BLOCKS * 2**20 + 5760


def test_all_other_files_are_good_fits_of_the_stated_shape(home, truth):
    shapes = {
        Oddity.SAMPLES_3592: (200, 3592),
        Oddity.CHANNELS_100: (100, 3600),
        Oddity.CHANNELS_300: (300, 1800),
        Oddity.NINE_SECONDS: (200, 36),
    }
    good = [file for file in truth.files if file.fault in (None, Fault.LATE, Fault.SLOW, Fault.SERVER_ERROR)]
    assert len(good) == 24 - 7
    for file in good:
        with fits.open(io.BytesIO(gzip.decompress(body(home, file.name)))) as (image, table):
            assert image.data.shape == shapes.get(file.oddity, (200, 3600))
            assert table.data["FREQUENCY"][0].shape == (image.data.shape[0],)
            start = datetime.strptime(f"{image.header['DATE-OBS']} {image.header['TIME-OBS']}", "%Y/%m/%d %H:%M:%S.%f").replace(
                tzinfo=UTC
            )
            assert start == datetime.fromisoformat(file.t_start)
            assert file.name.split("_")[-1 if file.focus_code == "" else -2][:6] == f"{start:%H%M%S}"


def test_bursts_in_the_truth_stand_out_in_the_files(home, truth):
    checked = 0
    for file in truth.files:
        for burst in file.bursts if file.expected == "stored" and file.oddity is None else ():
            if burst.snr < 150 or burst.type in ("I", "IV"):
                continue
            with fits.open(io.BytesIO(gzip.decompress(body(home, file.name)))) as (image, table):
                digits, frequency = image.data.astype(float), table.data["FREQUENCY"][0]
            begin = datetime.fromisoformat(file.t_start)
            first, last = (int((datetime.fromisoformat(when) - begin).total_seconds() * 4) for when in (burst.t_start, burst.t_end))
            rows = (frequency >= burst.frequency_low_mhz - 0.01) & (frequency <= burst.frequency_high_mhz + 0.01)
            inside = np.quantile(digits[rows, first:last] - np.median(digits[rows], axis=1, keepdims=True), 0.99)
            beside = np.quantile(
                digits[rows][:, max(first - 200, 0) : max(first - 20, 1)] - np.median(digits[rows], axis=1, keepdims=True), 0.9
            )
            assert inside > beside + 1.0, (file.name, burst)
            checked += 1
    assert checked >= 2


def test_pictures_are_pictures_of_good_files(home, truth):
    folder = home / PICTURES / day_folder(NIGHT)
    names = sorted(path.name for path in folder.iterdir())
    assert {name.removesuffix(".png") for name in names} <= {file.name for file in truth.files if file.fault is None}
    with Image.open(folder / names[0]) as picture:
        assert picture.format == "PNG"
        assert picture.height >= 100


def test_a_default_night_has_300_files_of_20_stations_every_type_and_every_odd_name():
    for night in (NIGHT, date(2011, 8, 9), date(2023, 12, 31)):
        plan = plan_night(night, stations=24, files_per_station=14, seed=None, faults=ALL_FAULTS)
        assert len(plan.files) == 336
        assert len({file.name for file in plan.files}) == 336
        assert len({file.station.site.name for file in plan.files}) == 24
        assert {burst.kind for burst in plan.bursts} == {"I", "II", "III", "IIIg", "IV", "V"}
        assert Counter(file.fault for file in plan.files if file.fault) == Counter(dict.fromkeys(Fault, 1))
        assert {file.oddity for file in plan.files} - {None} == set(Oddity)
        assert all(file.t_start.date() == night for file in plan.files)
        names = [NAME.match(file.name) for file in plan.files]
        assert all(names)
        assert {match[5] for match in names if match} == {None, "i", "p"}
        assert any("_" in match[1] for match in names if match)


def test_the_default_night_is_the_same_whatever_stations_the_network_gains():
    plan = plan_night(NIGHT, stations=24, files_per_station=14, seed=None, faults=ALL_FAULTS)
    told = "\n".join(f"{file.name} {file.fault} {file.oddity}" for file in plan.files)
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "3df6353edebaf51f"


def test_all_stations_record_a_day_as_large_as_a_real_one():
    plan = plan_night(NIGHT, stations=48, files_per_station=65, seed=None, faults=())
    # The archive's index pages of 2019-10-05: 3,116 files of 63 receivers at 48 stations.
    assert len(plan.files) == len({file.name for file in plan.files}) == 3120
    assert len({file.station.site.name for file in plan.files}) == 48
    assert len({(file.station.site.name, file.station.bands[file.band]) for file in plan.files}) == 63
    assert all(file.t_start.date() == NIGHT for file in plan.files)


def test_a_receiver_records_around_the_clock_within_its_day():
    plan = plan_night(NIGHT, stations=48, files_per_station=192, seed=None, faults=())
    files = Counter((file.station.site.name, file.band) for file in plan.files)
    assert set(files.values()) == {95, 96}  # 95 where the clock starts before the quarter hour
    assert all(file.t_start.date() == NIGHT for file in plan.files)


def test_a_night_that_cannot_hold_its_faults_is_refused():
    with pytest.raises(ConfigurationError, match="cannot hold 10 faults"):
        plan_night(NIGHT, stations=2, files_per_station=4, seed=None, faults=ALL_FAULTS)
    with pytest.raises(ConfigurationError, match=f"1 to {len(NETWORK)}"):
        plan_night(NIGHT, stations=500, files_per_station=4, seed=None, faults=())


# Over HTTP


def test_a_page_lists_every_file_in_swiss_time_with_rounded_sizes(client, truth):
    page = client.get(f"/visit-1{DAY}").text
    assert links(page) == [file.name for file in truth.listed(1)]
    assert page.startswith('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">')
    assert page.rstrip().endswith("</html>")
    file = next(file for file in truth.files if file.fault is None)
    swiss = datetime.fromisoformat(file.modified).timestamp() + 7200  # summer time in May
    row = page[page.index(f">{file.name}<") :][:300]
    assert f'<td align="right">{datetime.fromtimestamp(swiss, UTC):%Y-%m-%d %H:%M}  </td>' in row
    assert f'<td align="right">{file.size / 1024:.0f}K</td>' in row
    assert f'<a href="/visit-1{ROOT}2024/05/">Parent Directory</a>' in page


def test_the_late_file_is_listed_and_given_from_the_second_visit_on(client, truth):
    late = truth.by_fault()[Fault.LATE]
    assert late not in links(client.get(f"/visit-1{DAY}").text)
    assert client.get(f"/visit-1{DAY}{late}").status_code == 404
    assert links(client.get(f"/visit-2{DAY}").text) == [file.name for file in truth.files]
    assert client.get(f"/visit-2{DAY}{late}").status_code == 200
    assert links(client.get(DAY).text) == links(client.get(f"/visit-1{DAY}").text)


def test_older_pages_are_preformatted_and_cut_names_but_not_addresses(client, truth):
    page = client.get(f"/pre/visit-1{DAY}").text
    assert "<pre>" in page
    assert "..&gt;</a>" in page
    assert links(page) == [file.name for file in truth.listed(1)]


def test_head_links_sort(client):
    assert links(client.get(f"/visit-1{DAY}?C=N;O=D").text) == links(client.get(f"/visit-1{DAY}").text)[::-1]


def test_parents_list_years_months_and_days_and_other_dates_do_not_exist(client):
    assert links(client.get(f"/visit-1{ROOT}").text)[0] == "2002/"
    assert links(client.get(f"/visit-1{ROOT}2024/").text) == [f"{month:02d}/" for month in range(1, 13)]
    assert len(links(client.get(f"/visit-1{ROOT}2024/02/").text)) == 29
    for path in ("1999/01/01/", "2001/12/31/", "2024/02/30/", "2024/13/", "2190/05/14/", "nonsense/", "2024/05/14/../../"):
        assert client.get(f"/visit-1{ROOT}{path.replace('..', '%2e%2e')}").status_code == 404
    moved = client.get(f"/visit-1{DAY}".rstrip("/"))
    assert moved.status_code == 301
    assert moved.headers["location"].endswith(f"/visit-1{DAY}")


def test_the_newest_night_ends_the_list(home):
    archive = SimulatedArchive(home, **SMALL, last_night=NIGHT)
    with serve(home, archive=archive) as url:
        assert links(httpx.get(f"{url}{ROOT}2024/05/").text)[-1] == "14/"
        assert httpx.get(f"{url}{ROOT}2024/05/15/").status_code == 404


def test_files_come_whole_in_parts_and_not_at_all_if_unchanged(client, truth):
    file = next(file for file in truth.files if file.oddity is Oddity.SAMPLES_3592)
    whole = client.get(f"/visit-1{DAY}{file.name}")
    assert hashlib.sha256(whole.content).hexdigest() == file.sha256
    assert int(whole.headers["content-length"]) == file.size
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]

    def ask(**headers: str) -> httpx.Response:
        return client.get(f"/visit-1{DAY}{file.name}", headers={name.replace("_", "-"): value for name, value in headers.items()})

    assert ask(if_none_match=tag).status_code == 304
    assert ask(if_modified_since=modified).status_code == 304
    assert ask(if_none_match='"other"', if_modified_since=modified).status_code == 200
    part = ask(range="bytes=1000-")
    assert (part.status_code, part.content) == (206, whole.content[1000:])
    assert part.headers["content-range"] == f"bytes 1000-{file.size - 1}/{file.size}"
    assert ask(range="bytes=-10").content == whole.content[-10:]
    assert ask(range="bytes=5-9", if_range=tag).content == whole.content[5:10]
    assert ask(range="bytes=5-9", if_range=modified).status_code == 206
    assert ask(range="bytes=5-9", if_range='"other"').status_code == 200
    assert ask(range=f"bytes={file.size}-").status_code == 416
    head = client.head(f"/visit-1{DAY}{file.name}")
    assert (int(head.headers["content-length"]), head.content) == (file.size, b"")


def test_listed_files_that_are_gone_answer_404(client, truth):
    name = truth.by_fault()[Fault.LISTED_BUT_GONE]
    assert name in links(client.get(f"/visit-1{DAY}").text)
    assert client.get(f"/visit-1{DAY}{name}").status_code == 404


def test_errors_and_slowness_heal_on_retry(client, truth):
    name = truth.by_fault()
    statuses = [client.get(f"/visit-1{DAY}{name[Fault.SERVER_ERROR]}").status_code for _ in range(4)]
    assert statuses == [500, 500, 200, 200]
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"/visit-1{DAY}{name[Fault.SLOW]}", timeout=0.5)
    assert client.get(f"/visit-1{DAY}{name[Fault.SLOW]}", timeout=1.0).status_code == 200


def test_permanent_faults_never_heal(home, truth):
    archive = SimulatedArchive(home, **SMALL, permanent={Fault.SERVER_ERROR})
    with serve(home, archive=archive) as url:
        address = f"{url}{DAY}{truth.by_fault()[Fault.SERVER_ERROR]}"
        assert [httpx.get(address).status_code for _ in range(4)] == [500] * 4


def test_a_broken_connection_resumes_by_range(client, archive, truth):
    name = archive.victim(NIGHT, Misbehaviour.FILE_RESET)
    got = bytearray()
    with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", f"/visit-1{DAY}{name}") as answer:
        for piece in answer.iter_raw():
            got += piece
    assert 0 < len(got) < int(answer.headers["content-length"])
    rest = client.get(f"/visit-1{DAY}{name}", headers={"Range": f"bytes={len(got)}-", "If-Range": answer.headers["etag"]})
    assert rest.status_code == 206
    assert hashlib.sha256(got + rest.content).hexdigest() == next(file.sha256 for file in truth.files if file.name == name)


def test_a_limited_file_names_its_patience_and_a_forbidden_one_stays_so(client, archive):
    limited = archive.victim(NIGHT, Misbehaviour.FILE_LIMITED)
    answers = [client.get(f"/visit-1{DAY}{limited}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "1"
    forbidden = archive.victim(NIGHT, Misbehaviour.FILE_FORBIDDEN)
    assert [client.get(f"/visit-1{DAY}{forbidden}").status_code for _ in range(2)] == [403, 403]


def test_a_file_changes_at_the_third_visit(client, archive):
    name = archive.victim(NIGHT, Misbehaviour.FILE_CHANGES)
    second, third = (client.get(f"/visit-{visit}{DAY}{name}") for visit in (2, 3))
    assert second.content != third.content
    assert second.headers["last-modified"] != third.headers["last-modified"]
    assert gzip.decompress(third.content) != gzip.decompress(second.content)
    assert client.get(f"/visit-2{DAY}").text != client.get(f"/visit-3{DAY}").text


@pytest.mark.parametrize(("misbehaviour", "status"), [(Misbehaviour.LISTING_ERROR, 500), (Misbehaviour.LISTING_FORBIDDEN, 403)])
def test_a_listing_may_fail_while_its_parent_lists_well(home, truth, misbehaviour, status):
    with serve(home, **SMALL, misbehaviour={misbehaviour}) as url:
        assert httpx.get(f"{url}{DAY}").status_code == status
        assert httpx.get(f"{url}{ROOT}2024/05/").status_code == 200


def test_a_cut_listing_lacks_its_end(home, truth):
    with serve(home, **SMALL, misbehaviour={Misbehaviour.LISTING_CUT}) as url:
        page = httpx.get(f"{url}{DAY}").text
    assert "</html>" not in page
    assert 0 < len(links(page)) < len(truth.listed(1))


def test_a_hanging_file_hangs_and_the_server_still_stops(home, truth):
    archive = SimulatedArchive(home, **SMALL, misbehaviour={Misbehaviour.FILE_HANGS})
    with serve(home, archive=archive) as url, pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{url}{DAY}{archive.victim(NIGHT, Misbehaviour.FILE_HANGS)}", timeout=0.3)


def test_a_night_is_made_when_its_page_is_asked_for_and_a_half_made_one_is_made_again(tmp_path):
    half = tmp_path / DATA / day_folder(NIGHT)
    half.mkdir(parents=True)
    (half / "rubbish.fit.gz").write_bytes(b"left by a killed run")
    with serve(tmp_path, stations=2, files_per_station=2, faults=()) as url:
        assert len(links(httpx.get(f"{url}{DAY}", timeout=60).text)) == 4
    assert sorted(path.name for path in half.iterdir()) == [
        file.name for file in NightTruth.read(NightTruth.path(tmp_path, NIGHT)).files
    ]
    assert not list(tmp_path.glob(".partial*"))


# Over FTP


def test_ftp_shows_the_same_tree(archive, truth):
    good = next(file for file in truth.files if file.fault is None)
    got = bytearray()
    with FtpThread(archive) as port, ftplib.FTP(timeout=20) as opened:
        opened.connect("127.0.0.1", port)
        opened.login()
        listed = {name: facts for name, facts in opened.mlsd(f"/visit-1{DAY}") if facts["type"] == "file"}
        second = [name for name, _ in opened.mlsd(f"/visit-2{DAY}")]
        opened.retrbinary(f"RETR /visit-1{DAY}{good.name}", got.extend, rest=1000)
        for refused in (f"RETR {DAY}{truth.by_fault()[Fault.LISTED_BUT_GONE]}", f"CWD {ROOT}2190/05/14", f"DELE {DAY}{good.name}"):
            with pytest.raises(ftplib.error_perm, match="550"):
                opened.voidcmd(refused) if refused[0] != "R" else opened.retrbinary(refused, got.extend)
    assert {name: int(facts["size"]) for name, facts in listed.items()} == {file.name: file.size for file in truth.listed(1)}
    assert listed[good.name]["modify"] == f"{datetime.fromisoformat(good.modified):%Y%m%d%H%M%S}"
    assert len(second) == len(listed) + 1
    assert got == body(archive.folder, good.name)[1000:]
