"""The simulated Sun: the same however one comes to it, and images that fit the light curve."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from models.simulate.sun.activity import simulate_activity
from models.simulate.sun.disk import LOOKS, euv, magnetogram, white_light
from models.simulate.sun.files import aia_synoptic
from models.simulate.sun.records import listed_flares, srs_text
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk
from models.sun.regions import rotated_deg, to_pixel
from tasks.catalogues.srs import read_srs

NIGHT = date(2024, 5, 16)
NOON = datetime.combine(NIGHT, time(12), UTC)
SIDE, RADIUS = 256, 100.0


def disk(when: datetime) -> Disk:
    view = seen_from_earth(when)
    return Disk(127.5, 127.5, RADIUS, None, 0.0, view.b0_deg, view.l0_deg)


def test_a_region_of_today_has_moved_on_tomorrow() -> None:
    today, tomorrow = simulate_activity(NIGHT), simulate_activity(NIGHT + timedelta(days=1))
    later = {region.number: region for region in tomorrow.regions}
    common = [region for region in today.regions if region.number in later]
    assert len(common) > 5
    for region in common:
        assert later[region.number] == region
        moved = (region.longitude_at(NOON + timedelta(days=1)) - region.longitude_at(NOON)) % 360
        assert moved == pytest.approx(rotated_deg(region.latitude_deg, 86_400), abs=0.1)


def test_flares_are_many_small_and_few_large_ones() -> None:
    peaks = np.array([flare.peak_w_m2 for back in range(200) for flare in simulate_activity(NIGHT - timedelta(days=back)).flares])
    c, m = (peaks >= 1e-6).sum(), (peaks >= 1e-5).sum()
    assert 5 < c / m < 20  # N(>F) falls as 1 / F
    assert 0.5 < c / 200 / 2 < 20  # of two days each; the Sun's maxima have some a day


@pytest.mark.parametrize("channel", ["131", "211"])
def test_a_flare_is_bright_in_the_image_when_it_is_bright_in_the_curve(channel: str) -> None:
    activity = simulate_activity(NIGHT)
    flare = max(activity.flares, key=lambda flare: flare.peak_w_m2)
    before = flare.t_peak - timedelta(seconds=8 * flare.rise_s)
    assert activity.flux(flare.t_peak) > 2 * activity.flux(before)
    at, earlier = (euv(activity, moment, channel, disk(moment), SIDE) for moment in (flare.t_peak, before))
    x, y, _ = to_pixel(disk(flare.t_peak), flare.region.latitude_deg, flare.region.longitude_at(flare.t_peak))
    brightest = np.unravel_index((at - earlier).argmax(), at.shape)
    assert np.hypot(brightest[0] - y, brightest[1] - x) < 8
    assert (at - earlier).max() > LOOKS[channel].quiet


def test_a_magnetogram_has_both_polarities_and_ends_at_the_limb() -> None:
    field = magnetogram(simulate_activity(NIGHT), NOON, disk(NOON), SIDE)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    beyond = np.hypot(rows - 127.5, columns - 127.5) > RADIUS + 1
    assert np.isnan(field[beyond]).all()
    assert np.nanmax(field) > 200
    assert np.nanmin(field) < -200
    light = white_light(simulate_activity(NIGHT), NOON, disk(NOON), SIDE)
    assert light[127, 127] > 2 * light[127, 127 + 98]


def test_the_same_night_gives_the_same_bytes() -> None:
    activity = simulate_activity(NIGHT)
    one, other = (aia_synoptic(activity, NOON, "171", sensitivity=0.8, near_real_time=True) for _ in range(2))
    assert one == other
    assert listed_flares(activity) == listed_flares(simulate_activity(NIGHT))


def test_the_summary_of_regions_is_read_back() -> None:
    activity = simulate_activity(NIGHT)
    valid = datetime.combine(NIGHT + timedelta(days=1), time(), UTC)
    told = {region.number: region for region in read_srs(srs_text(activity), "SRS")}
    for region in activity.regions:
        if region.number in told:
            assert told[region.number].latitude_deg == pytest.approx(region.latitude_deg, abs=0.5)
            assert told[region.number].longitude_deg == pytest.approx(region.longitude_at(valid), abs=0.5)
    assert told
