"""Bursts out of detections: what several files, receivers and stations saw of the same thing.

detections ─▶ chains (one receiver, over file borders) ─▶ events (all stations, around the surest chain) ─▶ pieces joined

A chain belongs to one event at most. An event grows around its surest chain, of a receiver that saw the Sun if there is one, and
takes from every other receiver what is nearest to that, never what is near another member: a busy hour does not become one event,
and two bursts of one minute stay two. A noise storm or a continuum overlaps all that comes while it lasts, and is part of nothing
of another kind.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from models.radio.sightings import (
    GAP,
    LASTING,
    LEAST_STORM,
    SHARED_BAND,
    STORM,
    UNKNOWN,
    Chain,
    Sighting,
    alike,
    join_files,
    shared_band,
    upon_a_storm,
)

# Receivers' clocks are off by seconds, bands drift: a type III takes some 10 s from 80 to 20 MHz. ROBUST, the search over this
# network's light curves, takes sixty seconds as well.
TOGETHER = timedelta(seconds=60)
# Long bursts peak where the band is quietest, which differs between stations: they are one if half of the shorter lies in the
# longer.
LONG = timedelta(seconds=60)
SHARED_TIME = 0.5
SUREST = 0.999  # no coincidence makes certain
STROKES = ("III", "IIIg")


@dataclass(frozen=True, slots=True)
class BurstEvent:
    """One burst as the whole network saw it.

    Attributes
    ----------
    label : type, by the scores of those who name one
    score : float in [0, 1], probability that it is real: that of the surest sighting, raised by those of other stations
    t_start, t_peak, t_end : aware UTC datetimes: the earliest start, the surest peak, the latest end of what reaches the threshold,
        over file borders; of all members where nothing does
    frequency_low_mhz, frequency_high_mhz : MHz, over the same
    stations : those that saw it while the Sun was up there, sorted
    coincident : seen by at least two of them
    members : all sightings, first that around which the event was made: the surest of those where the Sun was not down
    """

    label: str
    score: float
    t_start: datetime
    t_peak: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    stations: tuple[str, ...]
    coincident: bool
    members: tuple[Sighting, ...]


def find_events(sightings: Iterable[Sighting], observed_s: Mapping[tuple[str, str], float], threshold: float) -> list[BurstEvent]:
    """Put sightings together; return the events whose probability reaches ``threshold``, by time.

    Parameters
    ----------
    sightings : of one night and one model version
    observed_s : seconds that each receiver observed in the night, by station and focus code
    threshold : of that model version
    """
    chains = sorted(join_files(sightings), key=lambda chain: (chain.is_dark, -chain.best.score, chain.t_start, chain.best.key))
    rates = _Rates(chains, observed_s)
    # Seconds, so that the few chains near a seed are found among the thousands of a night at once.
    starts, ends = (np.array([getattr(chain, side).timestamp() for chain in chains]) for side in ("t_start", "t_end"))
    margin = TOGETHER.total_seconds()
    free = np.ones(len(chains), bool)
    events = []
    for number, seed in enumerate(chains):
        if not free[number]:
            continue
        near = free & (starts <= ends[number] + margin) & (ends >= starts[number] - margin)
        near[: number + 1] = False
        members = _members(seed, {int(other): chains[other] for other in np.flatnonzero(near)})
        event = _event([seed, *(chains[other] for other in members)], rates, threshold)
        if event.score >= threshold:
            free[members] = False
            events.append(event)
    return sorted(_joined(events), key=lambda event: (event.t_start, event.members[0].key))


def _joined(events: Sequence[BurstEvent]) -> list[BurstEvent]:
    """Join the pieces of bursts that last: type II and IV break up where they fade, or where their band is disturbed.

    And what several stations saw of one storm, each in another quarter of an hour.
    """
    whole: list[BurstEvent] = []
    for event in sorted(events, key=lambda event: (event.t_start, event.members[0].key)):
        before = next((other for other in reversed(whole) if _is_a_piece(other, event) or _is_one_storm(other, event)), None)
        if before is None:
            whole.append(event)
        else:
            whole[whole.index(before)] = _both(before, event)
    return whole


def _is_a_piece(one: BurstEvent, later: BurstEvent) -> bool:
    """Whether an event goes on with what a lasting one shows, at one of its receivers."""
    alike = any({one.label, later.label} <= family for family in LASTING)
    receivers = {item.receiver for item in one.members} & {item.receiver for item in later.members}
    return alike and bool(receivers) and later.t_start - one.t_end <= TOGETHER and shared_band(one, later) >= SHARED_BAND


def _is_one_storm(one: BurstEvent, other: BurstEvent) -> bool:
    """Whether two events are noise storms that share half of the shorter one's time, in one band: the Sun has no two there."""
    shorter = min(event.t_end - event.t_start for event in (one, other))
    shared = min(one.t_end, other.t_end) - max(one.t_start, other.t_start)
    return (
        one.label == other.label == STORM
        and shorter >= LEAST_STORM
        and shared >= SHARED_TIME * shorter
        and shared_band(one, other) >= SHARED_BAND
    )


def _both(one: BurstEvent, other: BurstEvent) -> BurstEvent:
    """Two pieces as one event, around the surer of them."""
    first, second = sorted((one, other), key=lambda event: (-event.score, event.t_start))
    members = [
        first.members[0],
        *sorted((*first.members[1:], *second.members), key=lambda item: (-item.score, item.t_start, item.key)),
    ]
    stations = tuple(sorted({*one.stations, *other.stations}))
    return BurstEvent(
        label=_label(members),
        score=first.score,
        t_start=min(one.t_start, other.t_start),
        t_peak=first.t_peak,
        t_end=max(one.t_end, other.t_end),
        frequency_low_mhz=min(one.frequency_low_mhz, other.frequency_low_mhz),
        frequency_high_mhz=max(one.frequency_high_mhz, other.frequency_high_mhz),
        stations=stations,
        coincident=len(stations) >= 2,
        members=tuple(members),
    )


def _members(seed: Chain, free: Mapping[int, Chain]) -> list[int]:
    """Numbers of the chains that show what the surer ``seed`` shows: of each other receiver the nearest, and its pieces."""
    by_receiver: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, chain in free.items():
        by_receiver[chain.best.receiver].append(number)
    members = []
    for receiver, numbers in by_receiver.items():
        nearest: Chain | None = seed
        if receiver != seed.best.receiver:
            near = [number for number in numbers if _same_burst(seed, free[number])]
            nearest = min(
                (free[number] for number in near), key=lambda chain: abs(chain.best.t_peak - seed.best.t_peak), default=None
            )
        if nearest is not None:
            # A grain near a stroke may be its own; the storm that it lies in is not.
            pieces = (number for number in numbers if not upon_a_storm(seed, free[number]))
            members += [number for number in pieces if free[number] is nearest or _touch(nearest, free[number])]
    return members


def _same_burst(seed: Chain, other: Chain) -> bool:
    """Whether a chain of another receiver may show what the surer one shows."""
    if upon_a_storm(seed, other):
        return False
    if abs(seed.best.t_peak - other.best.t_peak) <= TOGETHER:
        return True
    shorter = min(seed.t_end - seed.t_start, other.t_end - other.t_start)
    shared = min(seed.t_end, other.t_end) - max(seed.t_start, other.t_start)
    return shorter >= LONG and shared >= SHARED_TIME * shorter and alike(seed.label, other.label)


def _touch(one: Chain, other: Chain) -> bool:
    """Whether two chains of one receiver overlap or nearly touch in time: pieces of one burst."""
    near = min(one.t_end, other.t_end) - max(one.t_start, other.t_start) >= -GAP
    return near and not upon_a_storm(one, other)


class _Rates:
    """How often a receiver reports something, so that a coincidence by chance can be told from one that says something."""

    def __init__(self, chains: Sequence[Chain], observed_s: Mapping[tuple[str, str], float]) -> None:
        self._scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for chain in chains:
            self._scores[chain.best.receiver].append(chain.best.score)
        self._observed_s = observed_s

    def by_chance(self, chain: Chain) -> float:
        """Probability that the receiver reports something as sure within `TOGETHER` of any moment (Poisson)."""
        receiver = chain.best.receiver
        others = sum(score >= chain.best.score for score in self._scores[receiver]) - 1
        observed = max(self._observed_s.get(receiver, 0.0), 2 * TOGETHER.total_seconds())
        return 1 - math.exp(-others * 2 * TOGETHER.total_seconds() / observed)


def _event(chains: Sequence[Chain], rates: _Rates, threshold: float) -> BurstEvent:
    seed = chains[0].best
    sure = [item for chain in chains if chain.best.score >= threshold for item in chain.sightings]
    others = (item for chain in chains for item in chain.sightings if item is not seed)
    members = [seed, *sorted(others, key=lambda item: (-item.score, item.t_start, item.key))]
    stations = {chain.best.station for chain in chains if chain.sees_sun}
    shown = sure or members
    return BurstEvent(
        label=_label([item for chain in chains if not chain.is_dark for item in chain.sightings] or members),
        score=_confidence(chains, rates),
        t_start=min(item.t_start for item in shown),
        t_peak=seed.t_peak,
        t_end=max(item.t_end for item in shown),
        frequency_low_mhz=min(item.frequency_low_mhz for item in shown),
        frequency_high_mhz=max(item.frequency_high_mhz for item in shown),
        stations=tuple(sorted(stations)),
        coincident=len(stations) >= 2,
        members=tuple(members),
    )


def _confidence(chains: Sequence[Chain], rates: _Rates) -> float:
    """Probability that at least one station is right: 1 - (1 - p) prod(1 - p_i (1 - c_i)).

    p is that of the surest sighting; of every other station that can see the Sun p_i is the probability of its sighting and c_i
    that of one as sure by chance. What a station saw by itself stays as it is.
    """
    seed = chains[0].best
    support: dict[str, float] = {}
    for chain in chains[1:]:
        if chain.sees_sun and chain.best.station != seed.station:
            said = chain.best.score * (1 - rates.by_chance(chain))
            support[chain.best.station] = max(said, support.get(chain.best.station, 0.0))
    if not support or not chains[0].sees_sun:
        return seed.score
    wrong = (1 - seed.score) * math.prod(1 - said for said in support.values())
    return max(seed.score, min(SUREST, 1 - wrong))


def _label(members: Sequence[Sighting]) -> str:
    """Type with most votes; strokes and groups of them, III and IIIg, vote together, and then the more of the two is told."""
    votes: Counter[str] = Counter()
    for item in members:
        if item.label != UNKNOWN:
            votes[item.label] += item.score  # type: ignore[assignment]
    if not votes:
        return UNKNOWN
    strokes = sum(votes[label] for label in STROKES)
    return max(sorted(votes), key=lambda label: (strokes if label in STROKES else votes[label], votes[label]))
