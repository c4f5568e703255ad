"""Real bursts in other real receivers: what one file shows is added to another."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.radio.burst_learning.weak_truth import box_truth, cropped, either, with_excess
from models.radio.burst_planes import planes_of
from models.radio.labelled import LabelledSpectrogram

SEED = 777
# A donor is drawn so many times at most: it has to see so much of the receiver's band, and its label has to count.
TRIES, LEAST_SHARED = 20, 0.5
GAIN_SPREAD = 0.3  # of what is added, natural logarithm


def transplant(example: LabelledSpectrogram, donors: Sequence[LabelledSpectrogram], number: int) -> tuple[np.ndarray, np.ndarray]:
    """A real file, or part of its band, with all that another one shows added: bursts, interference and noise.

    All of it, as a burst that is cut out along its box would be told by the noise that ends there.

    Parameters
    ----------
    example : LabelledSpectrogram
    donors : files of which one is drawn; no network may learn from the transplant that leaves one of them out
    number : the same file, donors and number give the same transplant

    Returns
    -------
    (planes, truth), (5, ROWS, COLUMNS) float32 and (6, MAP_ROWS, MAP_COLUMNS) int8 ndarray; of the file alone where no donor fits
    """
    rng = np.random.default_rng([SEED, number, *example.name.encode()])
    example = replace(example, prepared=cropped(example.prepared, rng))
    prepared = example.prepared
    planes = planes_of(prepared)
    truth = box_truth(example, planes)
    donor = _draw_donor(example, donors, rng)
    if donor is None:
        return planes, truth
    added = _as_seen_by(example, donor)
    rows, bins = prepared.good, slice(prepared.n_bins)
    added.prepared.mean_db[rows, bins] *= np.float32(np.exp(rng.normal(0, GAIN_SPREAD)))
    also = box_truth(added, planes_of(added.prepared))
    return planes_of(with_excess(prepared, added.prepared.mean_db[rows, bins])), either(truth, also)


def _draw_donor(
    example: LabelledSpectrogram, donors: Sequence[LabelledSpectrogram], rng: np.random.Generator
) -> LabelledSpectrogram | None:
    frequency = _good_frequency(example)
    for _ in range(TRIES):
        donor = donors[int(rng.integers(len(donors)))]
        if donor.name != example.name and donor.scored and _within(frequency, _good_frequency(donor)).mean() >= LEAST_SHARED:
            return donor
    return None


def _as_seen_by(example: LabelledSpectrogram, donor: LabelledSpectrogram) -> LabelledSpectrogram:
    """What a donor shows, dB over its quiet level, in the channels and at the time of a file; nothing beyond its band.

    Each channel takes one of the donor's, not a mean of two: noise stays as it is.
    """
    prepared, frequency, band = example.prepared, _good_frequency(example), _good_frequency(donor)
    order = np.argsort(band)
    channel = order[np.clip(np.searchsorted(band[order], frequency), 0, band.size - 1)]
    bins, seen = min(prepared.n_bins, donor.prepared.n_bins), _within(frequency, band)
    excess = np.zeros((frequency.size, prepared.n_bins), np.float32)
    excess[seen, :bins] = donor.prepared.mean_db[donor.prepared.good][channel[seen], :bins]
    mean, sigma = np.zeros_like(prepared.mean_db), prepared.sigma_db.copy()
    mean[prepared.good, : prepared.n_bins] = excess
    sigma[prepared.good] = donor.prepared.sigma_db[donor.prepared.good][channel]
    later = prepared.t_start - donor.prepared.t_start
    boxes = tuple(replace(box, t_start=box.t_start + later, t_end=box.t_end + later) for box in donor.boxes)
    return replace(donor, prepared=replace(prepared, mean_db=mean, sigma_db=sigma), boxes=boxes)


def _good_frequency(example: LabelledSpectrogram) -> np.ndarray:
    return np.asarray(example.prepared.frequency_mhz[example.prepared.good])


def _within(frequency: np.ndarray, band: np.ndarray) -> np.ndarray:
    return np.asarray((frequency >= band.min()) & (frequency <= band.max()))
