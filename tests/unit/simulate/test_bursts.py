"""Bursts behave as their physics says, and are the same wherever they are seen."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from models.simulate.bursts import BURST_TYPES, clumps, draw_burst, type_i

EPOCH = datetime(2024, 5, 14, 12, tzinfo=UTC)


def flux_of(kind, seed, frequency_mhz, step_s=0.25, **options):
    burst = draw_burst(np.random.default_rng(seed), kind, EPOCH, **options)
    first, last = burst.span_s
    time_s = np.arange(first, min(last, first + 2000), step_s)
    return burst, time_s, burst.flux_sfu(frequency_mhz, time_s)


@pytest.mark.parametrize("kind", BURST_TYPES)
def test_same_seed_gives_the_same_burst(kind):
    frequency = np.linspace(40, 200, 60)
    assert np.array_equal(flux_of(kind, 3, frequency)[2], flux_of(kind, 3, frequency)[2])


@pytest.mark.parametrize("kind", BURST_TYPES)
def test_flux_is_finite_never_negative_and_about_as_bright_as_asked(kind):
    for seed in range(4):
        _, _, flux = flux_of(kind, seed, np.geomspace(12, 500, 150), peak_sfu=1000.0)
        assert np.isfinite(flux).all()
        assert flux.min() >= 0
        assert 100 < flux.max() < 30_000


@pytest.mark.parametrize("kind", BURST_TYPES)
def test_two_receivers_see_the_same_flux_where_their_channels_agree(kind):
    wide, narrow = np.linspace(40, 200, 161), np.linspace(60, 100, 41)
    _, _, seen_wide = flux_of(kind, 5, wide, 1.0)
    _, _, seen_narrow = flux_of(kind, 5, narrow, 1.0)
    # The edge of a type II's window of channels is cut at four of its widths, 3e-4 of its peak.
    assert np.abs(seen_wide[20:61] - seen_narrow).max() < 2e-3 * seen_wide.max()


def test_type_iii_arrives_later_at_lower_frequencies_at_the_speed_it_states():
    for seed in range(20):
        burst, time_s, flux = flux_of("III", seed, np.linspace(30, 60, 31), 0.05)
        beam = max(burst.components, key=lambda item: item.brightness)
        alone = np.zeros_like(flux)
        beam.add_flux(np.linspace(30, 60, 31), time_s, alone)
        bright = alone.max(axis=1) > 0
        arrival = time_s[alone.argmax(axis=1)][bright]
        assert (np.diff(arrival) <= 0).all()


def test_type_ii_harmonic_runs_at_nearly_twice_the_fundamental():
    found = 0
    for seed in range(20):
        burst, _, _ = flux_of("II", seed, np.array([50.0, 100.0]))
        if burst.physics["harmonics"] == "F+H":
            found += 1
            ratios = [lane.ratio for lane in burst.components]
            assert 1.8 <= max(ratios) / min(ratios) <= 2.5  # 1.9, times a band split of up to 1.25
    assert found > 5


def test_type_ii_drifts_much_slower_than_type_iii():
    slow = [abs(flux_of("II", seed, np.array([60.0]))[0].physics["drift_mhz_s"]) for seed in range(12)]
    fast = [abs(flux_of("III", seed, np.array([60.0]))[0].physics["drift_mhz_s"]) for seed in range(12)]
    assert np.median(fast) > 30 * np.median(slow)
    assert 0.03 < np.median(slow) < 1.2
    assert 5 < np.median(fast) < 25  # 8 to 15 MHz/s measured at 52 to 63 MHz


def test_type_v_lasts_longest_at_the_bottom():
    _, _, flux = flux_of("V", 1, np.array([25.0, 90.0]))
    lengths = [(row > row.max() / 3).sum() for row in flux]
    assert lengths[0] > 1.2 * lengths[1]


def test_waning_storms_wane_unlike_each_other_and_others_are_even():
    def wane(seed, waning):
        (storm,) = draw_burst(np.random.default_rng(seed), "I", EPOCH, duration_s=1800.0, waning=waning).components
        minutes = np.histogram(storm.grains.time_s, bins=np.arange(0, 1801, 60))[0]
        return minutes.std() / minutes.mean()

    waning, even = ([wane(seed, which) for seed in range(12)] for which in (True, False))
    assert min(waning) < 0.3 and max(waning) > 0.6 and np.mean(waning) > 1.4 * np.mean(even)


def storms_with_clumps(monkeypatch, share):
    monkeypatch.setattr(clumps, "CLUMPED_SHARE", share)
    for seed in range(12):
        (storm,) = draw_burst(np.random.default_rng(seed), "I", EPOCH, duration_s=1800.0, waning=True).components
        yield storm


def test_grains_in_clumps_are_beside_dimmed_chains(monkeypatch):
    def crowd(grains):
        """Grains in the fullest thousandth of cells of 10 s and 5 % of frequency, of the mean of all cells."""
        bins = np.arange(0, 1801, 10), np.arange(np.log(40), np.log(300), 0.05)
        cells = np.histogram2d(grains.time_s, np.log(grains.frequency_mhz), bins)[0].ravel()
        return np.sort(cells)[-cells.size // 1000 :].mean() / cells.mean()

    with_them, without = (list(storms_with_clumps(monkeypatch, share)) for share in (1.0, 0.0))
    for storm, bare in zip(with_them, without, strict=True):
        grains, chains = storm.grains, bare.grains
        assert grains.time_s.size > chains.time_s.size and (np.diff(grains.time_s) >= 0).all()
        in_chains = np.isin(grains.time_s, chains.time_s)
        assert in_chains.sum() == chains.time_s.size and grains.brightness[in_chains].max() < chains.brightness.max()
        clumped = grains.frequency_mhz[~in_chains]
        assert grains.time_s[0] > 0 and grains.time_s[-1] < storm.duration_s
        assert storm.low_mhz <= clumped.min() and clumped.max() <= 1.22 * storm.high_mhz  # ragged edges
        assert set(np.unique(chains.width)) <= set(grains.width) and grains.width.max() > 1.05 * chains.width.max()
        assert crowd(grains) > crowd(chains)
    assert np.mean([crowd(storm.grains) for storm in with_them]) > 1.2 * np.mean([crowd(storm.grains) for storm in without])


def test_even_storms_have_the_continuum_of_even_ones():
    drawn = [
        [draw_burst(np.random.default_rng(seed), "I", EPOCH, waning=waning).components[0].continuum for seed in range(40)]
        for waning in (False, True)
    ]
    for (low, high), continua in zip((type_i.EVEN_CONTINUUM, type_i.WANING_CONTINUUM), drawn, strict=True):
        assert low <= min(continua) < low + 0.03 and high - 0.03 < max(continua) <= high


def test_each_grain_of_a_storm_is_as_wide_as_it_is_and_where_it_is_to_the_last():
    (storm,) = draw_burst(np.random.default_rng(0), "I", EPOCH, duration_s=100.0).components
    when, widths = np.array([20.0, 90.0]), np.array([0.01, 0.04])
    alone = clumps.Grains(when, np.full(2, 100.0), np.ones(2), np.full(2, 0.3), widths)
    frequency, time_s = np.linspace(60, 160, 400), np.arange(400) * 0.25
    flux = np.zeros((400, 400), np.float32)
    replace(storm, continuum=0.0, grains=alone).add_flux(frequency, time_s, flux)
    assert {int(moment) for moment in time_s[flux.max(axis=0) > 0.5]} <= {19, 20, 89, 90}
    for moment, width in zip(when, widths, strict=True):
        lit = frequency[flux[:, int(moment * 4)] > 0.5]
        assert np.ptp(np.log(lit)) == pytest.approx(2.355 * width, abs=0.006)


def test_storm_grains_are_short_and_narrow():
    _, _, flux = flux_of("I", 2, np.linspace(60, 200, 400), peak_sfu=1000.0)
    row, column = np.unravel_index(flux.argmax(), flux.shape)
    half = flux[row, column] / 2
    assert (flux[row, max(column - 20, 0) : column + 20] > half).sum() * 0.25 < 3.0
    assert (flux[max(row - 60, 0) : row + 60, column] > half).sum() * 0.35 < 0.15 * np.linspace(60, 200, 400)[row]
