"""Frames are joined with the site's logs by time, and the horizon is left out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from db.settings import Settings
from models.errors import ConfigurationError
from models.sky.frame import CameraState, SkyFrame, prepare
from models.sky.thermal import airmass
from tasks.readers.prepared_frame import horizon_mask, joined
from tasks.readers.site_log import site_log

MOMENT = datetime(2024, 5, 14, 21, 0, 30, tzinfo=UTC)
WEATHER = "time,air_c,humidity,wind\n2024-05-14T21:01:00,6.0,0.5,3\n2024-05-14T21:00:00Z,4.0,0.4,2\n2024-05-14T22:00:00,5.0,,1\n"
MOUNT = "time,altitude_deg,position_deg\n2024-05-14T21:00:00,60,10\n2024-05-14T21:02:00,56,10\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "weather.csv").write_text(WEATHER)
    (tmp_path / "mount.csv").write_text(MOUNT)
    return Settings(camera_weather=tmp_path / "weather.csv", camera_mount=tmp_path / "mount.csv")


def frame(moment: datetime | None = MOMENT, **state: float) -> SkyFrame:
    counts = np.random.default_rng(0).integers(400, 900, (512, 640)).astype(np.int16)
    return SkyFrame(counts, moment, state=CameraState(**state))


def test_weather_and_mount_are_read_between_their_rows(settings: Settings) -> None:
    state = joined(frame(), settings).state
    assert (state.ambient_c, state.humidity, state.position_deg) == (pytest.approx(5.0), pytest.approx(0.45), 10)
    assert state.zenith_deg == pytest.approx(31.0) and state.airmass == pytest.approx(float(airmass(31.0)))


def test_the_cameras_own_sensor_goes_before_the_log(settings: Settings) -> None:
    assert joined(frame(ambient_c=1.5), settings).state.ambient_c == 1.5


@pytest.mark.parametrize("away", [timedelta(minutes=20), timedelta(hours=-1), timedelta(days=1)])
def test_a_log_says_nothing_of_a_moment_far_from_its_rows(settings: Settings, away: timedelta) -> None:
    state = joined(frame(MOMENT + away), settings).state
    assert state.humidity is None and state.airmass is None


def test_a_frame_without_a_time_is_joined_with_nothing(settings: Settings) -> None:
    before = frame(None)
    assert joined(before, settings) is before


@pytest.mark.parametrize("text", ["when,air_c\n2024,4\n", "time,air_c\nyesterday,4\n"])
def test_a_file_that_is_no_log_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(ConfigurationError, match=r"log\.csv"):
        site_log(tmp_path / "log.csv")


def test_the_horizon_is_left_out(tmp_path: Path) -> None:
    mask = np.zeros((128, 160), np.uint8)
    mask[100:] = 255
    Image.fromarray(mask).save(tmp_path / "horizon.png")
    prepared = prepare(frame(), horizon_mask(tmp_path / "horizon.png"))
    assert prepared.good[:100].all() and not prepared.good[100:].any()
    Image.fromarray(mask[:50]).save(tmp_path / "small.png")
    with pytest.raises(ConfigurationError, match="160 x 50 pixels"):
        horizon_mask(tmp_path / "small.png")
