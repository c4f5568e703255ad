"""The spots of one spectrogram, with what the network says of them."""

from dataclasses import dataclass

import numpy as np

from models.radio.burst_evidence import EVIDENCE, Evidence, evidence_table
from models.radio.candidates import Candidate, View, measure_table, view_of
from models.radio.spectrogram import PreparedSpectrogram
from models.radio.storms import Storms, storms_of


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The spots of one spectrogram.

    Attributes
    ----------
    view : in which they were found
    evidence : what the network says
    found : N candidates
    table : (N, columns) float32 ndarray, the gate's measures and what the network says, as the trees take them
    said : (N, 5) float32 ndarray, share of each of `TYPES` on the network's map
    storms : what may be noise storms, apart from the spots
    """

    view: View
    evidence: Evidence
    found: list[Candidate]
    table: np.ndarray
    said: np.ndarray
    storms: Storms


def see(prepared: PreparedSpectrogram, evidence: Evidence) -> Seen:
    """Find the spots of a spectrogram and measure them; ``evidence`` is what the network says of it."""
    view = view_of(prepared)
    found = view.candidates()
    said = evidence_table(found, evidence)
    table = np.concatenate([measure_table(found), said[:, : len(EVIDENCE)]], axis=1)
    return Seen(view, evidence, found, table, said[:, len(EVIDENCE) :], storms_of(view, evidence))
