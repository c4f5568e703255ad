"""Focus codes of one station, merged in frequency on one time axis."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from models.radio.stretch import Stretch, blank, same_axis, usual_step

# Neighbouring receivers of a station share the edges of their bands (BIR 01 and 02: 5.5 of 95 MHz). Codes that share more than
# half of the narrower band see the same sky twice, in two polarisations or with two antennas (GREENLAND 62 and 63, OOTY 58 and 59).
SAME_BAND = 0.5
# A sample stands for the time up to three quarters of a step from it: half, and what the clocks of joined files wander.
REACH_STEPS = 0.75


def merge_bands(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Merge the focus codes of each station that observe at the same time.

    Channels are sorted by frequency, also where bands overlap, and remember their focus code. Focus codes that share more than
    half of the narrower band are polarisations or antennas of the same band, whose gains differ, so that interleaved channels
    would alternate: such codes, in the order of their names, go to layers of their own. The time axis is the regular one of the
    finest sampling; on it, each code gives its nearest sample.

    Parameters
    ----------
    stretches : in any order, of any stations

    Returns
    -------
    list of `Stretch`, by station, product, unit, layer and time
    """
    groups: defaultdict[tuple[str, str, str], list[Stretch]] = defaultdict(list)
    for one in stretches:
        groups[one.station, one.product, str(one.header.get("BUNIT", ""))].append(one)
    return [
        _merged(meanwhile) if len(meanwhile) > 1 else meanwhile[0]
        for _, members in sorted(groups.items())
        for layer in _layers(members)
        for meanwhile in _together(layer)
    ]


def _layers(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches whose focus codes may stand beside each other, code by code into the first layer that has room."""
    by_codes: defaultdict[tuple[str, ...], list[Stretch]] = defaultdict(list)
    for one in stretches:
        by_codes[one.focus_codes].append(one)
    layers: list[list[Stretch]] = []
    for _, members in sorted(by_codes.items()):
        free = (layer for layer in layers if not any(_same_band(one, other) for one in members for other in layer))
        layer = next(free, None)
        if layer is None:
            layers.append(list(members))
        else:
            layer.extend(members)
    return layers


def _same_band(one: Stretch, other: Stretch) -> bool:
    (low, high), (other_low, other_high) = one.band_mhz, other.band_mhz
    narrower = min(high - low, other_high - other_low)
    return min(high, other_high) - max(low, other_low) > SAME_BAND * narrower


def _together(layer: Sequence[Stretch]) -> list[list[Stretch]]:
    """Groups of stretches that overlap in time, directly or by way of others."""
    groups: list[list[Stretch]] = []
    end: datetime | None = None
    for one in sorted(layer, key=lambda one: (one.t_start, one.focus_codes)):
        if end is not None and one.t_start < end:
            groups[-1].append(one)
            end = max(end, one.t_end)
        else:
            groups.append([one])
            end = one.t_end
    return groups


def _merged(stretches: Sequence[Stretch]) -> Stretch:
    start = min(one.t_start for one in stretches)
    step = min(usual_step(one.time_s) for one in stretches)
    last = max((one.t_start - start).total_seconds() + float(one.time_s[-1]) for one in stretches)
    time_s = np.arange(round(last / step) + 1) * step
    axes = _axes(stretches)
    frequency = np.concatenate([members[0].frequency_mhz for members in axes])
    order = np.argsort(frequency, kind="stable")
    row = np.argsort(order, kind="stable")  # where each channel goes
    intensity = blank(frequency.size, time_s.size, np.result_type(*(one.intensity.dtype for one in stretches)))
    covered = np.zeros((sum(len(members[0].covered) for members in axes), time_s.size), dtype=bool)
    part, good, first_row, first_part = [], [], 0, 0
    for members in axes:
        rows = row[first_row : first_row + members[0].frequency_mhz.size]
        parts = slice(first_part, first_part + len(members[0].covered))
        for one in members:
            own = one.time_s + (one.t_start - start).total_seconds()
            nearest = np.searchsorted((own[1:] + own[:-1]) / 2, time_s)
            reached = np.flatnonzero(np.abs(own[nearest] - time_s) <= REACH_STEPS * usual_step(own))
            intensity[np.ix_(rows, reached)] = one.intensity[:, nearest[reached]]
            covered[parts, reached] = one.covered[:, nearest[reached]]
        part.append(members[0].part + first_part)
        good.append(np.any([one.good for one in members], axis=0))
        first_row, first_part = first_row + rows.size, parts.stop
    return Stretch(
        intensity=intensity,
        covered=covered,
        part=np.concatenate(part)[order],
        focus_codes=tuple(code for members in axes for code in members[0].focus_codes),
        frequency_mhz=frequency[order],
        time_s=time_s,
        t_start=start,
        t_end=start + timedelta(seconds=float(time_s[-1] + step)),
        station=stretches[0].station,
        product=stretches[0].product,
        good=np.concatenate(good)[order],
        header=stretches[0].header,
    )


def _axes(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches of the same focus codes and frequency axis, which share their channels."""
    axes: list[list[Stretch]] = []
    for one in stretches:
        same = (members for members in axes if members[0].focus_codes == one.focus_codes)
        members = next((members for members in same if same_axis(members[0].frequency_mhz, one.frequency_mhz)), None)
        if members is None:
            axes.append([one])
        else:
            members.append(one)
    return axes
