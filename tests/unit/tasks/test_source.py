"""Which archive a run reads; a bad parameter is named."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.settings import Settings
from models.errors import ConfigurationError
from tasks.source import Source, find_sources, last_ended, parse_night

NIGHT = date(2024, 5, 14)


def found(home: Path, choice: str, visit: int = 1, **changes: Any) -> Source:
    (source,) = find_sources("radio", choice, NIGHT, visit, Settings(home=home, **changes))
    return source


def test_the_live_archive_is_where_its_setting_says(tmp_path: Path) -> None:
    assert found(tmp_path, "live").root == "http://soleil.i4ds.ch/solarradio/"
    assert found(tmp_path, "live", archive_roots={"ecallisto": str(tmp_path)}) == Source(
        "ecallisto", tmp_path.as_uri() + "/", ("spectrogram",), NIGHT
    )


def test_the_simulated_archive_has_a_name_of_its_own_and_a_root_for_each_visit(tmp_path: Path) -> None:
    source = found(tmp_path, "simulated", 2, simulated_url="http://127.0.0.1:1/")
    assert (source.archive, source.root) == ("ecallisto-simulated", "http://127.0.0.1:1/visit-2/solarradio/")
    assert source.remote


def test_one_archive_alone_can_be_named(tmp_path: Path) -> None:
    assert found(tmp_path, f"ecallisto={tmp_path}").root == tmp_path.as_uri() + "/"
    assert found(tmp_path, "ecallisto=live").root == "http://soleil.i4ds.ch/solarradio/"
    assert find_sources("gravity", "ecallisto=live", NIGHT, 1, Settings(home=tmp_path)) == []


def test_products_are_chosen_by_name(tmp_path: Path) -> None:
    both = {"ecallisto": ("spectrogram", "quicklook")}
    assert found(tmp_path, "live", archive_products=both).products == ("spectrogram", "quicklook")
    with pytest.raises(ConfigurationError, match="NIGHTSHIFT_ARCHIVE_PRODUCTS: ecallisto has"):
        found(tmp_path, "live", archive_products={"ecallisto": ("gossip",)})


def test_a_folder_is_not_remote_and_an_address_is(tmp_path: Path) -> None:
    assert not found(tmp_path, str(tmp_path)).remote
    assert found(tmp_path, "ftp://x/y").remote


@pytest.mark.parametrize(
    ("choice", "visit", "named"),
    [
        ("simulated", 1, "archive: no simulated archive is running; run `nightshift up`"),
        ("/does/not/exist", 1, "archive: /does/not/exist is neither"),
        ("gopher://x/", 1, "archive: gopher://x/"),
        ("live", 2, "visit: only the simulated archive"),
        (".", 2, "visit: only the simulated archive"),
    ],
)
def test_a_bad_choice_is_named(tmp_path: Path, choice: str, visit: int, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        found(tmp_path, choice, visit)


def test_a_night_is_a_date_and_by_default_the_last_that_has_ended() -> None:
    assert parse_night("2024-05-14") == NIGHT
    assert parse_night("") in {datetime.now(UTC).date() - timedelta(days=days) for days in (1, 2)}


@pytest.mark.parametrize("text", ["yesterday", "2024-02-30", "2024-5-14", "14.05.2024", " ", "2024-W20-2", "20240514"])
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigurationError, match="night: "):
        parse_night(text)


def test_a_night_that_has_not_ended_is_refused() -> None:
    today = datetime.now(UTC).date()
    for night in (today, today + timedelta(days=1), date(9999, 12, 31)):
        with pytest.raises(ConfigurationError, match="has not ended"):
            parse_night(night.isoformat())


def test_a_mirror_without_a_name_is_one_of_the_radio_archive(tmp_path: Path) -> None:
    night = date(2024, 5, 14)
    assert find_sources("sky", str(tmp_path), night, 1, Settings()) == []
    (camera,) = find_sources("sky", f"sky-camera={tmp_path}", night, 1, Settings())
    assert (camera.archive, camera.remote) == ("sky-camera", False)
    assert find_sources("radio", f"sky-camera={tmp_path}", night, 1, Settings()) == []


def test_a_camera_is_live_where_a_setting_names_its_root() -> None:
    night = date(2024, 5, 14)
    assert find_sources("sky", "live", night, 1, Settings()) == []
    (camera,) = find_sources("sky", "live", night, 1, Settings(archive_roots={"sky-camera": "s3://frames/cam"}))
    assert (camera.root, camera.remote) == ("s3://frames/cam/", True)


def test_the_last_night_of_a_site_has_ended_at_its_noon() -> None:
    now = datetime.now(UTC)
    assert last_ended("sky") == (now - timedelta(days=1 if now.hour >= 12 else 2)).date(), "of a site on UTC"
