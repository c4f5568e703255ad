"""Flares: their flux with the scale that it is on, and what was or will be in progress at a moment.

Three scales are about, up to 2 times apart. NOAA's operational fluxes of GOES 8 to 15 were lowered by 0.7 to continue those of
older satellites, and classes are defined on them; science (reprocessed) fluxes are true W m-2; from GOES 16 on both are one (NCEI,
GOES XRS readme). SDOBenchmark divided operational fluxes by 0.85, which is XRS-A's factor (i4Ds/SDOBenchmark).
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

Scale = Literal["operational", "science", "sdobenchmark"]
XRS_B_FACTOR = 0.7
SDOBENCHMARK_DIVISOR = 0.85
SCALED_SATELLITES = range(8, 16)
LETTERS = {"A": 1e-8, "B": 1e-7, "C": 1e-6, "M": 1e-5, "X": 1e-4}
CLASS = re.compile(r"([ABCMX])\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class GoesFlux:
    """A flux in the band of 0.1 to 0.8 nm and the scale that it is on, never one without the other.

    Attributes
    ----------
    w_m2 : W m-2
    scale : "operational", "science" or "sdobenchmark"
    satellite : number of the GOES, None where unknown; the science scale cannot be compared with classes without it
    """

    w_m2: float
    scale: Scale
    satellite: int | None = None

    @classmethod
    def of_class(cls, goes_class: str) -> Self:
        """The operational flux of a class such as "M1.2"; "M" alone is M1.0.

        Raises
        ------
        ValueError
            It is no class.
        """
        text = goes_class.strip()
        found = CLASS.fullmatch(text if len(text) > 1 else f"{text}1.0")
        if not found:
            raise ValueError(f"{goes_class!r} is no GOES class, such as C3.2")
        return cls(LETTERS[found[1].upper()] * float(found[2]), "operational")

    @property
    def operational(self) -> float:
        """W m-2 on the scale that classes are defined on.

        Raises
        ------
        ValueError
            A science flux of an unknown satellite.
        """
        if self.scale == "operational":
            return self.w_m2
        if self.scale == "sdobenchmark":
            return self.w_m2 * SDOBENCHMARK_DIVISOR
        if self.satellite is None:
            raise ValueError(f"a science flux of {self.w_m2:.3g} W m-2 has no class while its satellite is unknown")
        return self.w_m2 * (XRS_B_FACTOR if self.satellite in SCALED_SATELLITES else 1.0)

    @property
    def goes_class(self) -> str:
        """Class by the operational scale, cut (not rounded) to one decimal as NOAA does."""
        flux = self.operational
        letter = next((letter for letter in "XMCB" if flux >= LETTERS[letter] * (1 - 1e-9)), "A")
        return f"{letter}{math.floor(flux / LETTERS[letter] * 10 + 1e-6) / 10:.1f}"

    def at_least(self, goes_class: str) -> bool:
        """Whether it reaches a class."""
        return self.operational >= self.of_class(goes_class).w_m2 * (1 - 1e-9)


@dataclass(frozen=True, slots=True)
class Flare:
    """One flare.

    Attributes
    ----------
    t_start, t_peak, t_end : aware UTC datetimes; lists state them to the minute
    peak : its largest flux
    region : NOAA's number of its active region with the leading 1 (11389), None where unknown
    latitude_deg, longitude_deg : Stonyhurst, north and west positive, at ``t_start``; None where unknown
    sources : lists that have it
    """

    t_start: datetime
    t_peak: datetime
    t_end: datetime
    peak: GoesFlux
    region: int | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    sources: tuple[str, ...] = ()


def in_progress(flares: Iterable[Flare], moment: datetime) -> Flare | None:
    """The largest flare that had begun and not ended at a moment, both ends included; None where there was none."""
    return max((flare for flare in flares if flare.t_start <= moment <= flare.t_end), key=_size, default=None)


def largest_within(flares: Iterable[Flare], after: datetime, window: timedelta = DAY, region: int | None = None) -> Flare | None:
    """The largest flare whose peak falls into (after, after + window]: nothing at ``after`` itself or before it counts.

    Parameters
    ----------
    flares : in any order
    after : aware datetime, the moment of the image
    window : of the forecast
    region : only flares of this region; None takes the whole disk

    Returns
    -------
    Flare, or None where there was none
    """
    wanted = (flare for flare in flares if after < flare.t_peak <= after + window and region in (None, flare.region))
    return max(wanted, key=_size, default=None)


def region_number(number: float | None, when: datetime) -> int | None:
    """NOAA's number of a region with its leading digit, which lists leave out; None for 0, which is none.

    Numbers passed 10,000 on 2002-06-14; four digits from then on lack the 1 (SRS texts, SSW Latest Events).
    """
    if not number or number != number:
        return None
    since = when.year > 2002 or (when.year, when.month) >= (2002, 6)
    return int(number) + (10_000 if number < 10_000 and since else 0)


def merged(flares: Sequence[Flare]) -> list[Flare]:
    """Flares of several lists, each once: the first list that has one gives its times, later ones what it lacks.

    Two entries are one flare where they start within 2 minutes of each other and their classes are the same.
    """
    found: list[Flare] = []
    for flare in flares:
        for place, known in enumerate(found):
            same_time = abs(known.t_start - flare.t_start) <= timedelta(minutes=2)
            if same_time and known.peak.goes_class == flare.peak.goes_class:
                found[place] = _joined(known, flare)
                break
        else:
            found.append(flare)
    return sorted(found, key=lambda flare: flare.t_start)


def _joined(first: Flare, second: Flare) -> Flare:
    placed = first if first.latitude_deg is not None else second
    return Flare(
        first.t_start,
        first.t_peak,
        first.t_end,
        first.peak,
        first.region if first.region is not None else second.region,
        placed.latitude_deg,
        placed.longitude_deg,
        tuple(dict.fromkeys((*first.sources, *second.sources))),
    )


def _size(flare: Flare) -> float:
    return flare.peak.operational
