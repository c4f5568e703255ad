"""The sky camera as the settings describe it: its nights, its names, its parts; as a folder and as a prefix of a bucket."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from db import objects
from db.ledger import Work
from db.settings import Settings
from models.errors import SourceUnavailable
from tasks.archives.folder import locate
from tasks.archives.s3 import S3Transport
from tasks.archives.sky_camera import declare
from tasks.readers.frame_name import parse_frame_name


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("sky_20231030T210412.fits", datetime(2023, 10, 30, 21, 4, 12, tzinfo=UTC)),
        ("2023-10-30_21-04-12.250.fits.gz", datetime(2023, 10, 30, 21, 4, 12, 250_000, tzinfo=UTC)),
        ("cam1-2023-10-30T21:04:12Z.fits", datetime(2023, 10, 30, 21, 4, 12, tzinfo=UTC)),
        ("20231399_999999.fits", None),
        ("frame_0001.fits", None),
    ],
)
def test_a_name_tells_the_time_if_it_holds_one(name: str, start: datetime | None) -> None:
    assert parse_frame_name(name).start == start


def test_its_name_its_nights_and_its_folders_are_settings() -> None:
    camera = declare(Settings(camera_name="dome-cam", site_timezone="Europe/Paris", camera_directory="{night:%Y%m%d}/"))  # type: ignore[arg-type]
    assert camera.name == "dome-cam" and camera.products[0].directory.format(night=date(2024, 5, 14)) == "20240514/"
    assert camera.bounds(date(2024, 5, 14)) == (datetime(2024, 5, 14, 10, tzinfo=UTC), datetime(2024, 5, 15, 10, tzinfo=UTC))
    file = camera.products[0].remote_file("sky_20240514T210730.fits", "http://x", "", None)
    assert file.part == "frame/-/2105", "five minutes are prepared together"


def test_a_frame_of_a_folder_is_found_without_being_read(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_bytes(b"12345")
    product = declare(Settings()).products[0]

    def work(name: str) -> Work:
        return Work(product.remote_file(name, (tmp_path / name).as_uri(), "5", None), "frame/-/--")

    found = locate(work("a.fits"), 10)
    assert (found.outcome, found.path, found.body) == ("fetched", tmp_path / "a.fits", b"")
    assert locate(work("a.fits"), 4).outcome == "refused" and locate(work("b.fits"), 4).outcome == "absent"
    assert locate(Work(product.remote_file("d", tmp_path.as_uri(), "", None), ""), 9).outcome == "unreachable"


def test_a_prefix_of_a_bucket_is_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings = Settings(s3_endpoint=f"http://{host}:{port}", s3_access_key="a", s3_secret_key="b")  # type: ignore[arg-type]
    monkeypatch.setattr(objects, "load_settings", lambda: settings)
    objects.client.cache_clear()
    try:
        objects.client().create_bucket(Bucket="frames")
        for key in ("cam/2024-05-14/a b.fits", "cam/2024-05-14/deep/c.fits", "cam/2024-05-15/b.fits"):
            objects.client().put_object(Bucket="frames", Key=key, Body=b"12345")
        transport, product = S3Transport(), declare(settings).products[0]
        page = asyncio.run(transport.list_directory("s3://frames/cam/2024-05-14/"))
        assert [(entry.name, entry.size) for entry in page.entries] == [("a b.fits", "5"), ("deep/", "")] and page.complete
        with pytest.raises(SourceUnavailable, match="2024-05-16") as gone:
            asyncio.run(transport.list_directory("s3://frames/cam/2024-05-16/"))
        assert gone.value.gone
        address = "s3://frames/cam/2024-05-14/a%20b.fits"
        got = [
            asyncio.run(transport.fetch(Work(product.remote_file("x", url, "", None), ""), most))
            for url, most in ((address, 10), (address, 4), (address + "x", 10))
        ]
        assert [item.outcome for item in got] == ["fetched", "refused", "absent"] and got[0].body == b"12345"
    finally:
        objects.client.cache_clear()
        server.stop()
