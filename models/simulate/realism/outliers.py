"""Interference: how much of a patch stands out, in which channels, for how long, and what it leaves beside it."""

import numpy as np

from models.simulate.realism.patch import above_level, white_sigma

HIGH_SIGMA = 5.0
# A column is a broadband spike where so much of the band passes 2 sigma at once (2 % would in noise alone).
SPIKE_SIGMA, SPIKE_SHARE = 2.0, 0.15


def outlier_features(patch: np.ndarray) -> dict[str, float]:
    """Features of what stands out.

    Parameters
    ----------
    patch : (F, T) ndarray, digits

    Returns
    -------
    dict of float by name; heights in units of the channel's white sigma
    """
    excess = above_level(patch) / white_sigma(patch)[:, None]
    high = excess > HIGH_SIGMA
    duty = high.mean(axis=1)
    starts = high & ~np.pad(high[:, :-1], ((0, 0), (1, 0)))
    runs = np.diff(np.flatnonzero(np.diff(np.pad(high, ((0, 0), (1, 1))).astype(np.int8).ravel())))[::2]
    # Single channels standing out alone in time: what is left above and below of them.
    single = high[1:-1] & ~high[2:] & ~high[:-2]
    heights = np.maximum(excess[1:-1][single], HIGH_SIGMA)
    columns = (excess > SPIKE_SIGMA).mean(axis=0)
    return {
        "outliers: above 3 sigma": float((excess > 3).mean()),
        "outliers: above 5 sigma": float(high.mean()),
        "outliers: above 8 sigma": float((excess > 8).mean()),
        "outliers: below -3 sigma": float((excess < -3).mean()),
        "outliers: below -5 sigma": float((excess < -5).mean()),
        "outliers: channels with any": float((duty > 0).mean()),
        "outliers: channels above 1 %": float((duty > 0.01).mean()),
        "outliers: channels above 10 %": float((duty > 0.1).mean()),
        "outliers: events of a channel with any": float(starts.sum() / max((duty > 0).sum(), 1)),
        "outliers: single samples of all runs": float((runs == 1).mean()) if runs.size else 1.0,
        "outliers: 90 % of the runs, samples": float(np.quantile(runs, 0.9)) if runs.size else 0.0,
        "outliers: median height": float(np.median(excess[high])) if high.any() else 0.0,
        "outliers: 95 % of the heights": float(np.quantile(excess[high], 0.95)) if high.any() else 0.0,
        "outliers: left one channel up": float((excess[2:][single] / heights).mean()) if heights.size else 0.0,
        "outliers: left one channel down": float((excess[:-2][single] / heights).mean()) if heights.size else 0.0,
        "spikes: share of samples": float((columns > SPIKE_SHARE).mean()),
        "spikes: widest, share of the band": float(columns.max()),
    }
