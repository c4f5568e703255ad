"""What is known of a picture: its bursts, so that any caption can be told true or false of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from models.radio.burst_learning.scenes import SeenBurst
from models.radio.labelled import UNSURE, BurstBox, LabelledSpectrogram

Place = Literal["start", "middle", "end"]
Strength = Literal["faint", "strong", ""]
THIRD_S = 300.0
# Largest mean of a cell: a quarter of the simulated bursts stay below the one, a quarter are above the other.
FAINT_DB, STRONG_DB = 2.5, 8.0
SPLIT = 1.08  # split bands are 1.15 to 1.25 times apart
HARMONIC = 1.7


@dataclass(frozen=True, slots=True)
class BurstFacts:
    """One burst in a picture; None is what nobody knows.

    Attributes
    ----------
    kind : "I", "II", "III", "IIIg", "IV", "V", None for a burst of unknown type
    places : thirds of the file in which it is
    low_mhz, high_mhz : MHz
    strength : "faint", "strong", or "" for what lies between
    harmonics : fundamental and harmonic are seen
    split : a lane is seen twice
    """

    kind: str | None
    places: tuple[Place, ...]
    low_mhz: float
    high_mhz: float
    strength: Strength | None = None
    harmonics: bool | None = None
    split: bool | None = None

    @classmethod
    def of_simulated(cls, seen: SeenBurst) -> Self:
        """All that the simulation knows."""
        strength: Strength = "faint" if seen.peak_db < FAINT_DB else "strong" if seen.peak_db > STRONG_DB else ""
        low, high = (
            [ratio for ratio in seen.lanes if ratio < HARMONIC],
            [ratio for ratio in seen.lanes if ratio >= HARMONIC],
        )
        split = any(max(lanes) > SPLIT * min(lanes) for lanes in (low, high) if lanes)
        places = _places(seen.first_s, seen.last_s)
        return cls(seen.kind, places, seen.low_mhz, seen.high_mhz, strength, bool(low and high), split)

    @classmethod
    def of_box(cls, box: BurstBox, example: LabelledSpectrogram) -> Self:
        """What a reader's box says."""
        first, last = ((moment - example.prepared.t_start).total_seconds() for moment in (box.t_start, box.t_end))
        kind = box.type if box.type in ("I", "II", "III", "IIIg", "IV", "V") else None
        return cls(kind, _places(first, last), box.frequency_low_mhz, box.frequency_high_mhz)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The bursts of a picture; not ``sure`` where there may be others, too faint to be blamed for or doubted by the reader."""

    bursts: tuple[BurstFacts, ...]
    sure: bool

    @classmethod
    def of_simulated(cls, bursts: tuple[SeenBurst, ...], doubtful: bool) -> Self:
        """Facts of a simulated file; ``doubtful``: it holds bursts of which none clearly fills a cell."""
        return cls(tuple(BurstFacts.of_simulated(seen) for seen in bursts), not doubtful)

    @classmethod
    def of_labelled(cls, example: LabelledSpectrogram) -> Self:
        """Facts of a real file."""
        frequency = example.prepared.frequency_mhz[example.prepared.good]
        boxes = [box for box in example.boxes if box.frequency_low_mhz <= frequency[-1] and box.frequency_high_mhz >= frequency[0]]
        known = tuple(BurstFacts.of_box(box, example) for box in boxes if box.confidence != UNSURE)
        return cls(known, sure=example.scored and all(box.confidence != UNSURE for box in boxes))

    @classmethod
    def of_dict(cls, held: Mapping[str, Any]) -> Self:
        """From what `dataclasses.asdict` made of it, by way of JSON."""
        bursts = [BurstFacts(**{**burst, "places": tuple(burst["places"])}) for burst in held["bursts"]]
        return cls(tuple(bursts), bool(held["sure"]))


def _places(first_s: float, last_s: float) -> tuple[Place, ...]:
    """Return the thirds that a burst reaches into by 20 s; a brief one on a border is in that of its middle."""
    thirds: tuple[Place, ...] = ("start", "middle", "end")
    reached = tuple(
        third for number, third in enumerate(thirds) if first_s < THIRD_S * (number + 1) - 20 and last_s > THIRD_S * number + 20
    )
    return reached or (thirds[min(max(int((first_s + last_s) / 2 // THIRD_S), 0), 2)],)
