"""Clouds as the camera sees them: a field of emissivity that drifts, and the temperature of their base."""

from dataclasses import dataclass

import numpy as np

KINDS = ("cirrus", "altocumulus", "cumulus", "stratus")
# Temperature of the base below that of the air at the ground, K: bases of 5 to 11, 2 to 6, 0.5 to 2.5 and 0.2 to 2 km at 6.5 K/km.
COOLER_K = {"cirrus": (32.0, 65.0), "altocumulus": (13.0, 38.0), "cumulus": (3.0, 16.0), "stratus": (1.5, 13.0)}
EMISSIVITY = {"cirrus": (0.05, 0.6), "altocumulus": (0.3, 1.0), "cumulus": (0.85, 1.0), "stratus": (0.9, 1.0)}
# Power law of the fluctuations' spectrum (5/3 in one dimension is 8/3 in two); how sharp an edge is, in its standard deviations;
# how much longer its structures are along the wind than across.
SLOPE = {"cirrus": 3.0, "altocumulus": 2.7, "cumulus": 3.2, "stratus": 3.6}
EDGE = {"cirrus": 0.9, "altocumulus": 0.4, "cumulus": 0.12, "stratus": 0.5}
LONGER = {"cirrus": 4.0, "altocumulus": 1.3, "cumulus": 1.0, "stratus": 1.5}
# Share of the air's water vapour, whose scale height is 2 km, beneath the base.
AIR_BENEATH = {"cirrus": (0.92, 1.0), "altocumulus": (0.63, 0.95), "cumulus": (0.2, 0.7), "stratus": (0.1, 0.6)}
FIELD_DEG = 10.4


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """One layer.

    Attributes
    ----------
    kind : of `KINDS`
    thickness : (2H, 2W) float32 ndarray, emissivity of a periodic field; 0 where there is no cloud
    relief_k : (2H, 2W) float32 ndarray, K, how much colder its base is than the air at the ground
    air_beneath : share of the clear sky's optical depth beneath it
    wind_px_s : (rows, columns) of the field that pass in a second
    """

    kind: str
    thickness: np.ndarray
    relief_k: np.ndarray
    air_beneath: float
    wind_px_s: tuple[float, float]

    def at(self, shape: tuple[int, int], seconds: float) -> tuple[np.ndarray, np.ndarray]:
        """Emissivity and coldness (K) of the layer in the frame at a time, each (H, W); moved by whole and parts of pixels."""
        rows, columns = (speed * seconds for speed in self.wind_px_s)
        whole = int(np.floor(rows)), int(np.floor(columns))
        seen = []
        for field in (self.thickness, self.relief_k):
            moved = np.roll(field, whole, axis=(0, 1))
            for axis, part in enumerate((rows - whole[0], columns - whole[1])):
                if part:
                    moved = np.float32(1 - part) * moved + np.float32(part) * np.roll(moved, 1, axis=axis)
            seen.append(moved[: shape[0], : shape[1]])
        return seen[0], seen[1]


def draw_cloud(rng: np.random.Generator, kind: str, cover: float, shape: tuple[int, int]) -> Cloud:
    """Draw a layer that covers a share of its field.

    Parameters
    ----------
    rng : generator
    kind : of `KINDS`
    cover : share of the field under cloud, 0 to 1
    shape : (H, W) of the frame
    """
    field = turbulence(rng, (2 * shape[0], 2 * shape[1]), SLOPE[kind], LONGER[kind])
    top = rng.uniform(*EMISSIVITY[kind])
    low = np.quantile(field, 1 - cover) if cover < 1 else field.min() - 2 * EDGE[kind]
    # The emissivity rises from 0 at the edge; above, the thickness goes on to vary: thin holes within a layer.
    thickness = top * -np.expm1(-np.clip(field - low, 0, None) / EDGE[kind])
    speed = rng.gamma(2.0, 0.02) / FIELD_DEG * shape[1]  # degrees a second: 10 m/s at 5 km is 0.11
    heading = rng.uniform(0, 2 * np.pi)
    wind = float(speed * np.sin(heading)), float(speed * np.cos(heading))
    height = rng.uniform()
    cooler, beneath = (low + height * (high - low) for low, high in (COOLER_K[kind], AIR_BENEATH[kind]))
    # The flattest of 400 published frames varies by 8.6 ADU under an overcast sky, most by 20 to 60: 1 K is 27 ADU.
    relief = cooler + rng.gamma(2.0, 0.6) * (field + turbulence(rng, (2 * shape[0], 2 * shape[1]), SLOPE[kind])) / np.sqrt(2)
    return Cloud(kind, thickness.astype(np.float32), relief.astype(np.float32).clip(0), float(beneath), wind)


def turbulence(rng: np.random.Generator, shape: tuple[int, int], slope: float, longer: float = 1.0) -> np.ndarray:
    """Periodic random field of mean 0 and deviation 1 with a power-law spectrum.

    Parameters
    ----------
    rng : generator
    shape : (H, W)
    slope : of the power spectrum over the wave number
    longer : how much longer its structures are in one direction, which is drawn

    Returns
    -------
    (H, W) float32 ndarray
    """
    rows, columns = np.fft.fftfreq(shape[0])[:, None] * shape[1], np.fft.rfftfreq(shape[1])[None] * shape[1]
    angle = rng.uniform(0, np.pi)
    along, across = rows * np.sin(angle) + columns * np.cos(angle), rows * np.cos(angle) - columns * np.sin(angle)
    wave = np.hypot(along * np.sqrt(longer), across / np.sqrt(longer))
    wave[0, 0] = np.inf
    # Nothing larger than about twice the frame: a layer of one shade is a sheet, not a cloud's structure.
    spectrum = np.fft.rfft2(rng.standard_normal(shape)) * np.maximum(wave, 1.5) ** (-slope / 2)
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=shape)
    return np.asarray(field / field.std(), dtype=np.float32)
