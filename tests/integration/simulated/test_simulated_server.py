"""A simulated night as it is served over HTTP and FTP, with its faults."""

import ftplib
import gzip
import hashlib
from datetime import UTC, datetime

import httpx
import pytest
from archive_pages import DAY, NIGHT, ROOT, SMALL, body, links

from deployments.simulated.archive import SimulatedArchive
from deployments.simulated.fault import Fault, Oddity
from deployments.simulated.ftp import FtpThread
from deployments.simulated.misbehaviour import Misbehaviour
from deployments.simulated.night import DATA, day_folder
from deployments.simulated.server import serve
from deployments.simulated.truth import NightTruth


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
