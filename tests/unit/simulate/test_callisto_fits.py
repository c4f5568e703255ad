"""Simulated files are genuine e-CALLISTO FITS."""

import gzip
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from astropy.io import fits

from models.simulate.callisto_fits import FitsStyle, fits_bytes, gzip_bytes
from models.simulate.receiver import draw_receiver
from models.simulate.site import Site
from models.simulate.spectrogram import simulate_spectrogram

SITE = Site("ALASKA-COHOE", "Cohoe_AK_USA", 60.3676, -151.3154, 20)
T_START = datetime(2024, 5, 14, 21, 59, 59, 703000, tzinfo=UTC)


@pytest.fixture(scope="module")
def spectrogram():
    receiver = draw_receiver(np.random.default_rng(2), 45.4, 92.9)
    return simulate_spectrogram(np.random.default_rng(3), receiver, T_START)


def opened(data):
    return fits.open(io.BytesIO(data))


def test_astropy_reads_image_and_both_axes(spectrogram):
    with opened(fits_bytes(spectrogram, SITE)) as (image, table):
        assert image.data.dtype == np.uint8
        assert np.array_equal(image.data, spectrogram.digits[::-1])
        frequency, time_s = table.data["FREQUENCY"][0], table.data["TIME"][0]
        assert (table.header["TFORM1"], table.header["TFORM2"]) == ("3600D8.3", "200D8.3")
        assert (np.diff(frequency) <= 0).all()
        assert frequency == pytest.approx(spectrogram.receiver.frequency_mhz[::-1], abs=1e-3)
        assert np.array_equal(time_s, np.arange(3600) * 0.25)


def test_header_has_the_stations_cards_and_placeholders(spectrogram):
    with opened(fits_bytes(spectrogram, SITE)) as (image, _):
        header = image.header
        assert header["DATE-OBS"] == "2024/05/14"
        assert header["TIME-OBS"] == "21:59:59.703"
        assert header["TIME-END"] == "22:14:59"
        assert (header["CRVAL2"], header["CDELT2"], header["CRPIX1"]) == (200.0, -1.0, 0)
        assert header["CRVAL1"] == 21 * 3600 + 59 * 60 + 59
        assert (header["OBS_LAC"], header["OBS_LOC"]) == ("N", "W")
        assert header["OBS_LON"] == pytest.approx(151.3154)
        assert (header["BUNIT"], header["INSTRUME"]) == ("digits", "ALASKA-COHOE")
        assert "frequency axis may not be regular" in str(header["COMMENT"])
        assert header["PWM_VAL"] == spectrogram.receiver.pwm


def test_every_card_is_80_characters_and_every_part_fills_blocks(spectrogram):
    data = fits_bytes(spectrogram, SITE)
    assert len(data) % 2880 == 0
    assert len(data) == 760_320  # as the real files
    cards = [data[i : i + 80].decode("ascii") for i in range(0, 40 * 80, 80)]
    assert cards[0].startswith("SIMPLE  =                    T")


def test_scaled_files_hold_the_same_digits_within_half_a_step(spectrogram):
    style = FitsStyle(bscale=0.30588236451149, bzero=100.0)
    with opened(fits_bytes(spectrogram, SITE, style)) as (image, _):
        inside = (spectrogram.digits[::-1] > 100) & (spectrogram.digits[::-1] < 177)
        assert np.abs(image.data - spectrogram.digits[::-1])[inside].max() < 0.16


def test_odd_styles(spectrogram):
    with opened(fits_bytes(spectrogram, SITE, FitsStyle(axes=False))) as parts:
        assert len(parts) == 1
    with opened(fits_bytes(spectrogram, SITE, FitsStyle(header_date=date(2023, 5, 14)))) as parts:
        assert parts[0].header["DATE-OBS"] == "2023/05/14"
    whole = replace(spectrogram, t_start=datetime(2024, 5, 14, 7, 0, 0, tzinfo=UTC))
    with opened(fits_bytes(whole, SITE, FitsStyle(end_second_60=True))) as parts:
        assert parts[0].header["TIME-END"] == "07:14:60"


def test_gzip_has_no_clock_in_it(spectrogram):
    data = fits_bytes(spectrogram, SITE)
    packed = gzip_bytes(data)
    assert packed == gzip_bytes(data)
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed) == data
