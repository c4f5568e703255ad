"""A simulated night as it lies on disk."""

import gzip
import hashlib
import io
import zlib
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest
from archive_pages import NAME, NIGHT, SMALL, body, tree
from astropy.io import fits
from PIL import Image

from deployments.simulated.fault import ALL_FAULTS, BOMB_BLOCKS, Fault, Oddity
from deployments.simulated.network import NETWORK
from deployments.simulated.night import DATA, PICTURES, day_folder, write_night
from deployments.simulated.schedule import plan_night
from deployments.simulated.truth import NightTruth
from models.errors import ConfigurationError


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
