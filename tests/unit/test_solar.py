"""The Sun's height, against astropy's."""

from datetime import UTC, datetime, timedelta

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import AltAz, EarthLocation, get_sun
from astropy.time import Time

from models.solar import sun_elevation_deg


def test_it_agrees_with_astropy_to_a_fiftieth_of_a_degree() -> None:
    draw = np.random.default_rng(1)
    when = [datetime(2003, 1, 1, tzinfo=UTC) + timedelta(days=float(day)) for day in draw.uniform(0, 365.25 * 22, 60)]
    latitude, longitude = draw.uniform(-89, 89, 60), draw.uniform(-180, 180, 60)
    frame = AltAz(obstime=Time(when), location=EarthLocation(lat=latitude * u.deg, lon=longitude * u.deg))
    expected = get_sun(Time(when)).transform_to(frame).alt.deg
    found = [sun_elevation_deg(*place) for place in zip(latitude, longitude, when, strict=True)]
    assert np.abs(found - expected).max() < 0.02


@pytest.mark.parametrize(("latitude", "longitude"), [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0)])
def test_poles_and_date_line_are_places_too(latitude: float, longitude: float) -> None:
    assert -90 <= sun_elevation_deg(latitude, longitude, datetime(2024, 6, 21, 12, tzinfo=UTC)) <= 90
