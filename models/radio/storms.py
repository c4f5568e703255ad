"""Noise storms: grains of type I that belong together, judged as one burst.

A storm may fill a file, and then becomes its quiet level; what is left of it are grains and patches, here and there. So the
network's map says where it might be, and measures of all that lies between say whether it is one: a receiver's carriers come and go
in single channels, grains and the waning of a continuum are seen in several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from models.radio.blobs import Blob
from models.radio.burst_evidence import Evidence, evidence_table
from models.radio.burst_planes import TYPES
from models.radio.candidates import Candidate, View
from models.radio.gate import logistic
from models.radio.map_spots import map_spots
from models.radio.sightings import STORM

# Cells of this probability of type I may be a storm's, two minutes apart at most, if there are three minutes of them.
LIKELY, GAP, LEAST_CELLS = 0.15, 30, 45
# What is known of a storm, in the order of its weights: measures of spots, the map's share of type I, and how alike channels are.
MEASURED = ("log_duration", "band_fraction", "fill", "mean_sigma", "lit", "recurrence", "jump", "ripple", "kinship")
APART = (2, 5)  # channels: within a grain, and beyond most
COLUMNS = (*MEASURED, "share", "alike_2", "alike_5", "alike_half")
SMOOTH_S, CHANNELS = 31.0, 3
MOST_SIGMA = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Storms:
    """What may be the storms of one spectrogram.

    Attributes
    ----------
    found : N candidates
    shares : (N, 5) float32 ndarray, share of each type on the network's map
    table : (N, columns) float64 ndarray, in the order of `COLUMNS`
    """

    found: list[Candidate]
    shares: np.ndarray
    table: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class StormJudge:
    """Logistic regression over `COLUMNS`.

    Attributes
    ----------
    weight : (columns,) float64 ndarray
    offset : log odds where all columns are zero
    """

    weight: np.ndarray
    offset: float

    def scores(self, storms: Storms) -> np.ndarray:
        """(N,) float64 ndarray: probability that each is a storm."""
        return logistic(storms.table @ self.weight, np.array([1.0, self.offset]))

    def arrays(self) -> dict[str, np.ndarray]:
        """For a safetensors file."""
        return {"storm_weight": self.weight, "storm_offset": np.array([self.offset])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """What `arrays` gave."""
        return cls(arrays["storm_weight"], float(arrays["storm_offset"][0]))


def storms_of(view: View, evidence: Evidence) -> Storms:
    """Find what may be the storms of a spectrogram, and measure them."""
    likely = evidence.shares[TYPES.index(STORM)] > LIKELY
    blobs = map_spots(likely, evidence, view.scene.z.shape[1], apart=GAP, least=LEAST_CELLS)
    found = view.measured(blobs, lasting=1)
    shares = evidence_table(found, evidence)[:, -len(TYPES) :]
    table = np.array(
        [
            [*(item.measures[name] for name in MEASURED), share, *alike(view.scene.z, item.blob, view.scene.bin_s)]
            for item, share in zip(found, shares[:, TYPES.index(STORM)], strict=True)
        ]
    )
    return Storms(found, shares, table.reshape(-1, len(COLUMNS)))


def alike(z: np.ndarray, blob: Blob, bin_s: float) -> tuple[float, ...]:
    """How channels of a spot vary together within half a minute.

    Parameters
    ----------
    z : (F, B) float32 ndarray, sigma
    blob : the spot; all of its box counts
    bin_s : seconds of one bin

    Returns
    -------
    mean correlation of channels 2 and 5 apart (`APART`), and half of the spot apart; 0 where it is not as high
    """
    part = np.clip(z[blob.y0 : blob.y1, blob.x0 : blob.x1], -MOST_SIGMA, MOST_SIGMA)
    half_minute = max(1, round(SMOOTH_S / bin_s))
    part = part - cv2.blur(part, (half_minute, 1), borderType=cv2.BORDER_REPLICATE)
    part = cv2.blur(part, (CHANNELS, 1))
    part /= np.maximum(part.std(axis=1, keepdims=True), 1e-6)
    high = len(part)
    return tuple(float((part[:-apart] * part[apart:]).mean()) if apart < high else 0.0 for apart in (*APART, max(high // 2, 1)))
