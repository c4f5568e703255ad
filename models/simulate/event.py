"""One solar event as several stations see it: useful positive pairs, and what coincidence is tested on."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from models.simulate.bursts.burst import SolarBurst
from models.simulate.receiver import Receiver
from models.simulate.spectrogram import SimulatedSpectrogram, simulate_spectrogram


def observe_event(
    seed: int,
    bursts: Sequence[SolarBurst],
    receivers: Sequence[Receiver],
    t_start: Sequence[datetime],
    clock_offset_s: Sequence[float],
) -> tuple[SimulatedSpectrogram, ...]:
    """Let several stations record the same bursts: same flux, other bands, sensitivity, noise, interference and clocks.

    Parameters
    ----------
    seed : of the stations' noise and interference
    bursts : what the Sun does
    receivers : one a station
    t_start : aware UTC datetime of each file's first sample by its own clock
    clock_offset_s : s that each clock is ahead of UTC; real ones are off by seconds, some by minutes

    Returns
    -------
    tuple of SimulatedSpectrogram, one a station
    """
    stations = zip(receivers, t_start, clock_offset_s, strict=True)
    return tuple(
        simulate_spectrogram(np.random.default_rng([seed, number]), receiver, start, bursts=bursts, clock_offset_s=offset_s)
        for number, (receiver, start, offset_s) in enumerate(stations)
    )
