"""Regular patterns: mains hum as the scan samples it, pulses, standing waves, texture along the band."""

import numpy as np

from models.simulate.realism.noise import CLIP_SIGMA
from models.simulate.realism.patch import above_level, white_sigma

# 200 channels in 0.25 s: a tone of h Hz repeats every 800 / h channels, and in time every sample at h modulo 4 Hz.
SCAN_HZ, SAMPLE_HZ = 800.0, 4.0
MAINS_HZ = (50.0, 100.0, 150.0)
# Half a width of the window about a tone: cycles per channel, Hz. Dummy rows and other scans shift it a little.
NEAR_CHANNEL, NEAR_HZ = 0.006, 0.15
TINY = 1e-6  # so that a patch without any noise has a flat spectrum; noise has some 1e4


def tone_features(patch: np.ndarray) -> dict[str, float]:
    """Features of the power spectrum in two dimensions.

    Parameters
    ----------
    patch : (F, T) ndarray, digits, 0.25 s a sample

    Returns
    -------
    dict of float by name: logarithms of mean power over the mean of all, unless the name says "share"
    """
    unit = np.clip(above_level(patch) / white_sigma(patch)[:, None], -CLIP_SIGMA, CLIP_SIGMA)
    unit -= unit.mean(axis=1, keepdims=True)
    taper = np.outer(np.hanning(unit.shape[0]), np.hanning(unit.shape[1]))
    # Half of the plane along the channels, all of it in time: the sign tells which way fringes creep.
    power = np.abs(np.fft.fft(np.fft.rfft(unit * taper, axis=0), axis=1)) ** 2
    per_channel = np.fft.rfftfreq(unit.shape[0])[:, None]
    hertz = np.abs(np.fft.fftfreq(unit.shape[1], 1 / SAMPLE_HZ))[None, :]
    power[0] = 0  # what all channels share has features of its own
    power += TINY
    mean = power[1:].mean()

    def told(where: np.ndarray) -> float:
        return float(np.log(power[where].mean() / mean))

    features = {}
    for tone in MAINS_HZ:
        alias = abs((tone + SAMPLE_HZ / 2) % SAMPLE_HZ - SAMPLE_HZ / 2)
        near = (np.abs(per_channel - tone / SCAN_HZ) < NEAR_CHANNEL) & (np.abs(hertz - alias) < NEAR_HZ)
        features[f"tones: {tone:.0f} Hz"] = told(near)
    sky = per_channel > 0
    features |= {
        "tones: 2 Hz in single channels": told(sky & (np.abs(hertz - 2) < NEAR_HZ)),
        "tones: strongest over median": float(np.log(power[1:].max() / np.median(power[1:]))),
        "tones: slower than 10 s": told(sky & (hertz < 0.1)),
        "tones: 0.1 to 0.5 Hz": told(sky & (hertz >= 0.1) & (hertz < 0.5)),
        "tones: coarser than 30 channels": told(sky & (per_channel < 1 / 30) & (hertz > 0.2)),
        "tones: finer than 3 channels": told((per_channel > 1 / 3) & (hertz > 0.2)),
    }
    slow = power[1:, hertz[0] < 0.1].sum(axis=1)
    features["tones: share of a standing wave's period"] = float(slow.max() / slow.sum())
    return features
