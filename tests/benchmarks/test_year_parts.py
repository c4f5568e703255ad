"""A repeated day is a sound night of any date, and growth is what it says."""

import asyncio
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest

from deployments.bench.growth import growth
from deployments.bench.restamp import restamp
from deployments.bench.spectrograms import NIGHT, files_of_day, simulated_day
from deployments.bench.year_archive import RepeatedDay, application
from tasks.readers.inflate import inflate_fits
from tasks.readers.spectrogram import read_spectrogram


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_day(tmp_path_factory.mktemp("bench"), 1, 2)


def test_a_restamped_file_has_another_date_and_the_same_sky(day: Path) -> None:
    path, other = files_of_day(day)[0], date(2021, 12, 31)
    before = read_spectrogram(path.read_bytes(), path.name)
    name = path.name.replace("20191005", "20211231")
    after = read_spectrogram(restamp(bytes(inflate_fits(path.read_bytes(), path.name)), NIGHT, other), name)
    assert after.t_start.date() == after.t_end.date() == other
    assert after.t_start.timetz() == before.t_start.timetz()
    assert after.header["DATE-OBS"] == "2021/12/31"
    assert after.header["CONTENT"].startswith("2021/12/31 ")
    assert np.array_equal(after.intensity, before.intensity)


def test_the_repeated_day_is_listed_and_served_under_every_date(day: Path) -> None:
    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(application(RepeatedDay(day)))
        async with httpx.AsyncClient(transport=transport, base_url="http://archive") as client:
            return await client.get(path)

    folder = "/solarradio/data/2002-20yy_Callisto/2021/01/02/"
    page = asyncio.run(ask(folder)).text
    names = [path.name.replace("20191005", "20210102") for path in files_of_day(day)]
    assert len(names) == 2
    assert all(f'href="{name}"' in page for name in names)
    served = asyncio.run(ask(folder + names[0]))
    assert read_spectrogram(served.content, names[0]).t_start.date() == date(2021, 1, 2)
    assert asyncio.run(ask(folder + "other.fit.gz")).status_code == 404
    assert asyncio.run(ask(folder.replace("/01/02/", "/13/02/"))).status_code == 404


def test_growth_finds_a_slope_and_its_error() -> None:
    rng = np.random.default_rng(3)
    line = growth([100.0, *(5 + 0.1 * np.arange(100) + rng.normal(0, 0.5, 100))], skip=1)
    assert line.slope is not None
    assert line.error is not None
    assert line.slope == pytest.approx(0.1, abs=4 * line.error)
    assert line.last - line.first == pytest.approx(7.0, abs=0.5)
    flat = growth([7.0] * 10)
    assert (flat.slope, flat.error, flat.first, flat.last) == (0.0, 0.0, 7.0, 7.0)


def test_two_nights_have_no_slope() -> None:
    assert growth([3.0, 4.0], skip=3).slope is None
