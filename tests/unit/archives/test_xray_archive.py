"""GOES' flux of nights long ago, from a copy of the NCEI's tree: index pages and netCDF over HTTP."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import h5py
import numpy as np
import pytest
from remote import Reply, Request, serving

from deployments.simulated.index_page import Entry, table_page
from models.errors import SourceUnavailable
from tasks.catalogues.xray_archive import science_flux

DAY = date(2019, 7, 12)
START = datetime(2019, 7, 12, tzinfo=UTC)


def netcdf(satellite: int, peak: float, *, good: bool = True) -> bytes:
    """A file of GOES-R: a day by the minute, its first hour eclipsed, its second filled, a flare at noon."""
    flux = np.full(1440, 2e-7, np.float32)
    flux[60:120], flux[720] = -9999, peak
    flags = np.zeros(1440, np.uint16)
    flags[:60] = 1
    since = datetime(2000, 1, 1, 12, tzinfo=UTC)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as held:
        held.attrs["platform"] = f"g{satellite}".encode()
        time = held.create_dataset("time", data=(START - since).total_seconds() + 60.0 * np.arange(1440))
        time.attrs["units"] = b"seconds since 2000-01-01 12:00:00"
        held.create_dataset("xrsb_flux", data=flux if good else np.full(1440, -9999, np.float32))
        flag = held.create_dataset("xrsb_flags", data=flags)
        flag.attrs["flag_meanings"] = b"good_data eclipse particle_spike"
        flag.attrs["flag_masks"], flag.attrs["flag_values"] = np.array([3, 1, 2], np.uint16), np.array([0, 1, 2], np.uint16)
    return stream.getvalue()


@pytest.fixture
def tree() -> Iterator[tuple[dict[str, bytes], dict[str, str]]]:
    """Files by their path, and the folders' addresses as the setting has them."""
    files: dict[str, bytes] = {}

    async def answer(request: Request) -> Reply:
        path = request.path.lstrip("/")
        if path in files:
            return Reply(body=files[path])
        names = sorted(name.removeprefix(path) for name in files if name.startswith(path) and path.endswith("/"))
        listed = [Entry(name, START, len(files[path + name])) for name in names]
        return Reply(body=table_page("/" + path, "/", listed, "a copy").encode()) if names else Reply(404)

    with serving(answer) as server:
        yield (
            files,
            {
                "goes-16": server.url + "goes{satellite}/{day:%Y/%m}/",
                "goes-8": server.url + "goes{satellite:02d}/{day:%Y/%m}/",
            },
        )


def test_the_newest_version_of_the_first_satellite_with_a_good_flux_counts(
    tree: tuple[dict[str, bytes], dict[str, str]],
) -> None:
    files, places = tree
    with pytest.raises(SourceUnavailable, match=r"a science flux of 2019-07-12$"):
        science_flux(DAY, places)
    name = "sci_xrsf-l2-avg1m_g{:02d}_d20190712_v{}.nc"
    files["goes16/2019/07/" + name.format(16, "2-2-0")] = netcdf(16, 3e-5, good=False)
    files["goes17/2019/07/" + name.format(17, "2-2-0")] = netcdf(17, 4e-5)
    files["goes17/2019/07/" + name.format(17, "2-10-0")] = netcdf(17, 5.05e-5)
    files["goes17/2019/07/" + name.format(17, "2-11-0").replace("0712", "0713")] = netcdf(17, 9e-4)
    files["goes15/2019/07/" + name.format(15, "1-0-0")] = netcdf(15, 8.05e-5)
    curve = science_flux(DAY, places)
    assert (curve.satellite, curve.scale) == (17, "science")
    assert np.isnan(curve.w_m2[:120]).all() and np.isfinite(curve.w_m2[120:]).all(), "eclipsed, then filled"
    peak = curve.peak(START, START + timedelta(days=1))
    assert peak is not None and (peak[0], peak[1].goes_class) == (START + timedelta(hours=12), "M5.0")
    files.pop("goes17/2019/07/" + name.format(17, "2-10-0"))
    files.pop("goes17/2019/07/" + name.format(17, "2-2-0"))
    older = science_flux(DAY, places).peak(START, START + timedelta(days=1))
    assert older is not None and older[1].goes_class == "M5.6", "GOES-15's science flux is higher than its classes by 1 / 0.7"
    with pytest.raises(SourceUnavailable, match="not one of 1440 fluxes is good"):
        science_flux(DAY, {"goes-16": places["goes-16"]})


def test_the_real_day_of_an_x_flare_has_its_class(tree: tuple[dict[str, bytes], dict[str, str]], real_data: Path) -> None:
    files, places = tree
    name = "sci_xrsf-l2-avg1m_g15_d20120712_v1-0-0.nc"
    files["goes15/2012/07/" + name] = (real_data / "sun/goes" / name).read_bytes()
    curve = science_flux(date(2012, 7, 12), places)
    peak = curve.peak(datetime(2012, 7, 12, tzinfo=UTC), datetime(2012, 7, 13, tzinfo=UTC))
    assert peak is not None and peak[1].goes_class == "X1.4" and peak[1].w_m2 == pytest.approx(2.04e-4, rel=0.01)
