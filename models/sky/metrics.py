"""What is measured on every frame that has a clear-sky reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.compiled import njit
from models.sky.blobs import Blob, pixels_above
from models.sky.mask import CLOUD_SIGMA, mask_clouds
from models.sky.thermal import RADIANCE_PER_ADU, band_radiance

SkyClass = Literal["photometric", "spectroscopic", "thin", "thick", "overcast", "unknown"]
# Less than this share is no cloud, and no gap: false alarms on a clear sky are allowed up to it.
NOTHING = 0.01
# Above half a magnitude of extinction a cloud is thick. Extinction is 1.086 x 2 x the optical depth at 10 um (2: visible over
# infrared depth of ice clouds); an emissivity of 0.206 then.
THICK_MAG = 0.5
VISIBLE_OVER_INFRARED = 2.0
# A high cloud: its base 50 K colder than the air, two thirds of its radiance reaching the ground.
HIGH_CLOUD_COOLER_K, REACHING = 50.0, 0.66
OVERCAST = 7 / 8
BINS = 1024


@dataclass(frozen=True, slots=True)
class SkyMetrics:
    """Measures of one frame.

    Attributes
    ----------
    cloud_fraction : share of the field of view under any cloud, as `mask_clouds` has it; no cloud amount, which is of the whole sky
    cloud_fraction_sigma : half of what it changes between limits a sigma lower and higher, if they alone told
    cloud_fraction_thick : share under cloud of more than half a magnitude of extinction
    okta : eighths by the WMO's rule
    excess_mean_adu, excess_p95_adu : of the whole field, over the clear sky
    blobs : regions of at least 5 pixels of 160 x 128, 8-connected
    largest_blob_fraction : share of the field under the largest
    edge_density : share of the pixels that lie on the border of cloud
    sky_quality : 1 under a clear sky, 0 under a thick layer; thin cloud counts half
    sky_class : see `classify_sky`
    """

    cloud_fraction: float
    cloud_fraction_sigma: float
    cloud_fraction_thick: float
    okta: int
    excess_mean_adu: float
    excess_p95_adu: float
    blobs: int
    largest_blob_fraction: float
    edge_density: float
    sky_quality: float
    sky_class: SkyClass


def measure(
    excess_adu: np.ndarray, good: np.ndarray, sigma_adu: float, air_c: float, marks: np.ndarray | None = None
) -> tuple[SkyMetrics, np.ndarray, Sequence[Blob]]:
    """Measure a frame's excess over the clear sky.

    Parameters
    ----------
    excess_adu : (h, w) float32 ndarray, ADU
    good : (h, w) bool ndarray, False where no sky is seen
    sigma_adu : standard deviation of the excess of a clear pixel
    air_c : air temperature at the ground, degrees Celsius
    marks : what is known of its pixels, as `mask_clouds` takes it

    Returns
    -------
    (metrics, mask, blobs), ``mask`` an (h, w) bool ndarray, True under cloud
    """
    seen = float(np.count_nonzero(good))
    mask, blobs = mask_clouds(excess_adu, good, sigma_adu, marks)
    any_ = sum(blob.pixels for blob in blobs) / seen
    looser, tighter = (pixels_above(excess_adu, good, (CLOUD_SIGMA + off) * sigma_adu) / seen for off in (-1, 1))
    thick_pixels, edge_pixels = _thick_and_edges(excess_adu, mask, thick_adu(air_c))
    thick = thick_pixels / seen
    mean, p95 = _mean_and_p95(excess_adu, good)
    return (
        SkyMetrics(
            cloud_fraction=any_,
            cloud_fraction_sigma=(looser - tighter) / 2,
            cloud_fraction_thick=thick,
            okta=okta(any_),
            excess_mean_adu=mean,
            excess_p95_adu=p95,
            blobs=len(blobs),
            largest_blob_fraction=blobs[0].pixels / seen if blobs else 0.0,
            edge_density=edge_pixels / seen,
            sky_quality=1 - (any_ + thick) / 2,
            sky_class=classify_sky(any_, thick),
        ),
        mask,
        blobs,
    )


def okta(cloud_fraction: float) -> int:
    """Eighths under cloud: 0 only where there is none, 8 only where there is no gap, 1 to 7 in between (WMO-No. 8, chapter 15)."""
    if cloud_fraction < NOTHING:
        return 0
    if cloud_fraction > 1 - NOTHING:
        return 8
    return min(max(int(8 * cloud_fraction + 0.5), 1), 7)


def thick_adu(air_c: float) -> float:
    """Excess of a high cloud of half a magnitude of extinction, ADU.

    Extinction is 1.086 k tau with k = 2, emissivity 1 - exp(-tau), excess the emissivity times what of the base's radiance reaches
    the ground.
    """
    depth = THICK_MAG / (1.086 * VISIBLE_OVER_INFRARED)
    base = float(band_radiance(air_c - HIGH_CLOUD_COOLER_K))
    return float(-np.expm1(-depth)) * REACHING * base / RADIANCE_PER_ADU


def classify_sky(cloud_fraction: float, thick: float) -> SkyClass:
    """Class of one frame, from its shares under any and under thick cloud.

    photometric: none; spectroscopic: less than a third, none thick; thin: more, less than a tenth thick; overcast: 7/8 and more,
    half of it thick; thick: the rest. That a sky is photometric takes more than one frame.
    """
    if cloud_fraction < NOTHING:
        return "photometric"
    if thick < NOTHING and cloud_fraction < 1 / 3:
        return "spectroscopic"
    if thick < 0.1:
        return "thin"
    return "overcast" if cloud_fraction >= OVERCAST and thick >= 0.5 * cloud_fraction else "thick"


@njit(cache=True, nogil=True)
def _thick_and_edges(excess_adu: np.ndarray, mask: np.ndarray, thick: float) -> tuple[int, int]:
    """Count the pixels of a mask above the excess of thick cloud, and those with a neighbour in the frame outside the mask."""
    height, width = mask.shape
    above, edge = 0, 0
    column = np.ones(width + 2, np.bool_)  # whether a column is whole over three rows; beyond the frame it is
    for y in range(height):
        before, after = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            column[x + 1] = mask[before, x] & mask[y, x] & mask[after, x]
        for x in range(width):
            above += mask[y, x] & (excess_adu[y, x] > thick)
            edge += mask[y, x] & ~(column[x] & column[x + 1] & column[x + 2])
    return above, edge


@njit(cache=True, nogil=True)
def _mean_and_p95(excess_adu: np.ndarray, good: np.ndarray) -> tuple[float, float]:
    """Mean and 95th percentile (linear between ranks, as numpy's) of the good pixels.

    By a histogram, of which only two bins are sorted: a fifth of numpy's time.
    """
    width = excess_adu.shape[1]
    lows, highs = np.full(width, np.float32(np.inf)), np.full(width, np.float32(-np.inf))
    totals, counts = np.zeros(width), np.zeros(width, np.int32)
    for y in range(excess_adu.shape[0]):  # by columns: along a row each sum would wait for the one before
        for x in range(width):
            value, seen = excess_adu[y, x], good[y, x]
            lows[x] = min(lows[x], value if seen else lows[x])
            highs[x] = max(highs[x], value if seen else highs[x])
            totals[x] += float(value) if seen else 0.0
            counts[x] += seen
    low, high, total, count = lows.min(), highs.max(), totals.sum(), counts.sum()
    rank = 0.95 * (count - 1)
    scale = np.float32((BINS - 1) / max(float(high - low), 1e-30))
    bins = np.zeros(BINS + 1, np.int64)  # the last one for what is not good
    places = np.empty(excess_adu.shape, np.int16)
    for y in range(excess_adu.shape[0]):
        for x in range(excess_adu.shape[1]):
            places[y, x] = np.int16((excess_adu[y, x] - low) * scale) if good[y, x] else BINS
        for x in range(excess_adu.shape[1]):
            bins[places[y, x]] += 1
    first, beneath = 0, 0
    while beneath + bins[first] <= int(rank):
        beneath += bins[first]
        first += 1
    last, reached = first, beneath + bins[first]
    while reached < min(int(rank) + 2, count):
        last += 1
        reached += bins[last]
    held = np.empty(reached - beneath, np.float64)
    place = 0
    for y in range(excess_adu.shape[0]):
        for x in range(excess_adu.shape[1]):
            if first <= places[y, x] <= last:
                held[place] = excess_adu[y, x]
                place += 1
    held.sort()
    lower, upper = held[int(rank) - beneath], held[min(int(rank) + 1, count - 1) - beneath]
    return total / count, lower + (rank - int(rank)) * (upper - lower)
