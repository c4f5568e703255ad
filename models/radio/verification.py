"""How well a night's detections agree with a catalogue."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from models.catalogue import CatalogueEvent, Span
from models.radio.listed_types import is_solar

# Catalogues whose stations are those that we listen to; others name observatories of their own.
NETWORK = frozenset({"e-callisto"})
ALL = ""  # the station that stands for all of them
# Lists state minutes as somebody reads them off pictures; clocks of stations are off by seconds.
TOLERANCE = timedelta(seconds=60)
# Continua of hours explain every detection and are found by any: they count neither way.
LONGEST = timedelta(hours=1)
# A station that observed less of an entry than this could not see it.
LEAST_OBSERVED = timedelta(seconds=60)
Interval = tuple[datetime, datetime]
Metrics = dict[str, float]


def verify(events: Iterable[CatalogueEvent], found: Iterable[Span], observed: Iterable[Span]) -> dict[str, Metrics]:
    """Compare what was found with what a catalogue lists.

    An entry is *expected* of a station that the catalogue names without a mark and that observed at least a minute of it; what the
    catalogue marks as hardly visible may be found and need not be. A station that did not observe has missed nothing. Where a
    catalogue names no stations of our network, its entries are expected of all stations together, not of any.

    A detection is *right* where it lies within `TOLERANCE` of an entry that names its station or none, *elsewhere* where the entry
    names other stations only, *neutral* where it meets nothing but entries that count neither way, else *false*.

    Parameters
    ----------
    events : entries of the catalogue; only solar ones no longer than `LONGEST` count
    found : detections, each with its station; what the catalogue did not look at must not be among them
    observed : times for which the stations were judged

    Returns
    -------
    dict
        For each station as it is spelt in ``observed``, and for `ALL`: ``expected``, ``hits``, ``detections``, ``right``,
        ``elsewhere``, ``neutral``, ``false``, ``observed_h``; ``recall`` = hits / expected and ``precision`` = right / (right +
        elsewhere + false) where there is anything to divide by; of the hits, start of the detection minus start of the entry (the
        middle of the minute that it states): ``start_bias_s`` (median), ``start_error_s`` and ``start_error_90_s`` (median and 90 %
        of its size).
    """
    listed = [event for event in events if event.instrument == "radio"]
    counted = [event for event in listed if is_solar(event.type) and _duration(event) <= LONGEST]
    uncounted = [_interval(event) for event in listed if event not in counted]
    names = {station_key(span.station): span.station for span in observed}
    covered, detected = _by_station(observed), _by_station(found)
    metrics: dict[str, Metrics] = {}
    total: Counter[str] = Counter()
    errors: dict[str, list[float]] = {}
    for key, name in sorted(names.items()):
        counts, errors[key] = _station(key, counted, uncounted, detected[key], covered[key])
        total += counts
        metrics[name] = _metrics(counts, errors[key])
    for counter in ("expected", "hits"):
        del total[counter]
    total += _together(counted, detected, covered)
    pooled = [error for key in names for error in errors[key]]
    return {ALL: _metrics(total, pooled), **metrics}


def station_key(name: str) -> str:
    """Name of a station without what lists and files write differently: case, ``_`` for ``-``, a focus code at the end."""
    return re.sub(r"[-_]\d\d$", "", name).replace("_", "-").lower()


def _station(
    key: str, counted: Sequence[CatalogueEvent], uncounted: Sequence[Interval], found: list[Interval], observed: list[Interval]
) -> tuple[Counter[str], list[float]]:
    """Counts of one station, and by how much its hits start late."""
    counts = Counter(expected=0, hits=0, detections=len(found), observed_s=sum(round((b - a).total_seconds()) for a, b in observed))
    errors = []
    for event in counted:
        if _plainly_names(event, key) and _observed(event, observed):
            counts["expected"] += 1
            hits = [interval for interval in found if _meets(interval, _interval(event))]
            counts["hits"] += bool(hits)
            errors += [_start_error_s(event, hits)] if hits else []
    for interval in found:
        counts[_kind(interval, key, counted, uncounted)] += 1
    return counts, errors


def _together(
    counted: Sequence[CatalogueEvent], detected: Mapping[str, list[Interval]], covered: Mapping[str, list[Interval]]
) -> Counter[str]:
    """Entries that any station should have found, and those that one of these did."""
    counts = Counter(expected=0, hits=0)
    for event in counted:
        asked = [key for key in covered if (_plainly_names(event, key) or not _names(event)) and _observed(event, covered[key])]
        if asked:
            counts["expected"] += 1
            counts["hits"] += any(_meets(interval, _interval(event)) for key in asked for interval in detected[key])
    return counts


def _kind(interval: Interval, key: str, counted: Sequence[CatalogueEvent], uncounted: Sequence[Interval]) -> str:
    met = [event for event in counted if _meets(interval, _interval(event))]
    if any(key in _names(event) or not _names(event) for event in met):
        return "right"
    if met:
        return "elsewhere"
    return "neutral" if any(_meets(interval, other) for other in uncounted) else "false"


def _metrics(counts: Counter[str], errors: Sequence[float]) -> Metrics:
    names = ("expected", "hits", "detections", "right", "elsewhere", "neutral", "false")
    metrics: Metrics = {name: float(counts[name]) for name in names}
    metrics["observed_h"] = counts["observed_s"] / 3600
    if counts["expected"]:
        metrics["recall"] = counts["hits"] / counts["expected"]
    if judged := counts["right"] + counts["elsewhere"] + counts["false"]:
        metrics["precision"] = counts["right"] / judged
    if errors:
        size = np.abs(errors)
        metrics |= {
            "start_bias_s": float(np.median(errors)),
            "start_error_s": float(np.median(size)),
            "start_error_90_s": float(np.quantile(size, 0.9)),
        }
    return metrics


def _start_error_s(event: CatalogueEvent, hits: Sequence[Interval]) -> float:
    """Of the detection that shares most with the entry."""
    start, end = _interval(event)
    best = max(hits, key=lambda interval: min(interval[1], end) - max(interval[0], start))
    return (best[0] - start).total_seconds() - event.resolution_s / 2


def _names(event: CatalogueEvent) -> frozenset[str]:
    """Keys of the stations of our network that an entry names, with or without a mark."""
    if event.catalogue not in NETWORK:
        return frozenset()
    return frozenset(station_key(sighting.station) for sighting in event.sightings)


def _plainly_names(event: CatalogueEvent, key: str) -> bool:
    named = event.sightings if event.catalogue in NETWORK else ()
    return any(station_key(sighting.station) == key and not sighting.mark for sighting in named)


def _interval(event: CatalogueEvent) -> Interval:
    return event.t_start, event.t_end + timedelta(seconds=event.resolution_s)


def _duration(event: CatalogueEvent) -> timedelta:
    return event.t_end - event.t_start


def _meets(one: Interval, other: Interval) -> bool:
    return one[0] <= other[1] + TOLERANCE and other[0] - TOLERANCE <= one[1]


def _observed(event: CatalogueEvent, observed: Iterable[Interval]) -> bool:
    start, end = _interval(event)
    seen = sum((max(min(last, end) - max(first, start), timedelta()) for first, last in observed), timedelta())
    return seen >= min(LEAST_OBSERVED, end - start)


def _by_station(spans: Iterable[Span]) -> defaultdict[str, list[Interval]]:
    intervals: defaultdict[str, list[Interval]] = defaultdict(list)
    for span in spans:
        intervals[station_key(span.station)].append((span.t_start, span.t_end))
    return intervals
