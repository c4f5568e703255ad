"""Captions of which it is known, for every picture, whether they are true, false, or nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.radio.clip_learning.facts import BurstFacts, PictureFacts, Place, Strength

# Frequencies that captions name; a burst is "at 100 MHz" where it covers them.
NAMED_MHZ = (20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 600, 800)
# What each kind is called, and which kinds that name fits. The last of each list is kept from training: the test's wording.
NAMES: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "I": (
        ("type I noise storm", frozenset({"I"})),
        ("type I bursts", frozenset({"I"})),
        ("noise storm of many short narrow bursts", frozenset({"I"})),
        ("type I storm", frozenset({"I"})),
        ("solar noise storm", frozenset({"I"})),
    ),
    "II": (
        ("type II burst", frozenset({"II"})),
        ("type II radio burst", frozenset({"II"})),
        ("slowly drifting burst", frozenset({"II"})),
        ("type II burst of a shock wave", frozenset({"II"})),
        ("slow drift burst from a coronal shock", frozenset({"II"})),
    ),
    "III": (
        ("type III burst", frozenset({"III", "IIIg"})),
        ("type III radio burst", frozenset({"III", "IIIg"})),
        ("fast drifting burst", frozenset({"III", "IIIg"})),
        ("isolated type III burst", frozenset({"III"})),
        ("single type III burst", frozenset({"III"})),
        ("type III burst of an electron beam", frozenset({"III", "IIIg"})),
        ("fast drift burst from electron beams", frozenset({"III", "IIIg"})),
    ),
    "IIIg": (
        ("group of type III bursts", frozenset({"IIIg"})),
        ("type III group", frozenset({"IIIg"})),
        ("many fast drifting bursts", frozenset({"IIIg"})),
        ("type III bursts", frozenset({"III", "IIIg"})),
        ("series of type III bursts", frozenset({"IIIg"})),
    ),
    "IV": (
        ("type IV burst", frozenset({"IV"})),
        ("type IV continuum", frozenset({"IV"})),
        ("long broadband continuum", frozenset({"IV"})),
        ("type IV radio burst", frozenset({"IV"})),
        ("long lasting broadband type IV emission", frozenset({"IV"})),
    ),
    "V": (
        ("type V burst", frozenset({"V"})),
        ("type V continuum", frozenset({"V"})),
        ("short continuum after type III bursts", frozenset({"V"})),
        ("type V emission following type III", frozenset({"V"})),
    ),
}
ANY = ("radio burst", "solar radio burst", "burst", "burst of the Sun", "solar burst")
QUIET = (
    "quiet Sun", "no burst", "no solar radio burst", "quiet spectrogram without a burst", "only noise and interference",
    "nothing but interference", "a quiet sky", "no radio burst is seen",
)  # fmt: skip
STRENGTHS: dict[Strength, tuple[str, ...]] = {"faint": ("faint", "weak", "dim"), "strong": ("strong", "bright", "intense")}
PLACES: dict[Place, tuple[str, ...]] = {
    "start": ("at the start", "in the first minutes", "early in the file"),
    "middle": ("in the middle", "around the middle of the file"),
    "end": ("at the end", "in the last minutes", "late in the file"),
}
HARMONICS = ("with fundamental and harmonic", "in two harmonics", "showing fundamental and harmonic lanes")
SPLIT = ("with band splitting", "with split bands", "with split lanes")
OPENINGS = ("", "", "a ", "a spectrogram of a ", "a spectrogram with a ", "radio spectrogram showing a ")


@dataclass(frozen=True, slots=True)
class Claim:
    """One burst as a caption tells of it; what it is silent about is None, empty for ``kinds``."""

    kinds: frozenset[str] = frozenset()
    strength: Strength | None = None
    place: Place | None = None
    at_mhz: float | None = None
    harmonics: bool | None = None
    split: bool | None = None

    def holds(self, burst: BurstFacts) -> bool | None:
        """Whether it is true of a burst; None where nobody knows."""
        told = (
            None if burst.kind is None else burst.kind in self.kinds,
            self.place in burst.places,
            self.at_mhz is not None and burst.low_mhz <= self.at_mhz <= burst.high_mhz,
            None if burst.strength is None else self.strength == burst.strength,
            None if burst.harmonics is None else self.harmonics == burst.harmonics,
            None if burst.split is None else self.split == burst.split,
        )
        asked = (self.kinds, self.place, self.at_mhz, self.strength, self.harmonics, self.split)
        return _all([truth for truth, word in zip(told, asked, strict=True) if word not in (None, frozenset())])


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and what it claims: each of ``claims`` of some burst; none of them says that there is no burst."""

    text: str
    claims: tuple[Claim, ...]

    def holds(self, facts: PictureFacts) -> bool | None:
        """Whether it is true of a picture; None where nobody knows."""
        if not self.claims:
            return False if facts.bursts else (True if facts.sure else None)
        return _all([_any(claim, facts) for claim in self.claims])


def _all(told: Sequence[bool | None]) -> bool | None:
    """False if one is, else None if one is, else true."""
    return False if False in told else None if None in told else True


def _any(claim: Claim, facts: PictureFacts) -> bool | None:
    told = [claim.holds(burst) for burst in facts.bursts]
    if True in told:
        return True
    return None if None in told or not facts.sure else False


def truth_table(pictures: Sequence[PictureFacts], captions: Sequence[Caption]) -> np.ndarray:
    """(pictures, captions) int8 ndarray: 1 true, 0 false, -1 nobody knows."""
    answers = {True: 1, False: 0, None: -1}
    return np.array([[answers[caption.holds(facts)] for caption in captions] for facts in pictures], dtype=np.int8)


def draw_caption(facts: PictureFacts, rng: np.random.Generator, *, held_out: bool = False) -> Caption:
    """Draw a caption that is true of a picture.

    Parameters
    ----------
    facts : PictureFacts
    rng : generator
    held_out : in the words that are kept from training
    """
    if not facts.bursts:
        return Caption(_pick(rng, QUIET, held_out), ())
    count = 1 if len(facts.bursts) == 1 or rng.random() < 0.7 else 2
    chosen = [facts.bursts[int(index)] for index in rng.choice(len(facts.bursts), count, replace=False)]
    told = [_tell(burst, rng, held_out) for burst in chosen]
    opening = _pick(rng, OPENINGS, held_out)
    return Caption(opening + " and a ".join(text for text, _ in told), tuple(claim for _, claim in told))


def _tell(burst: BurstFacts, rng: np.random.Generator, held_out: bool) -> tuple[str, Claim]:
    """Words for a burst: its name, and each of what else is known of it with a chance of a third."""
    if burst.kind is None or rng.random() < 0.1:
        words, claim = [_pick(rng, ANY, held_out)], Claim()
    else:
        names = NAMES[burst.kind]
        name, kinds = names[-1] if held_out else names[int(rng.integers(len(names) - 1))]
        words, claim = [name], Claim(kinds)
    if burst.strength and rng.random() < 0.35:
        words.insert(0, _pick(rng, STRENGTHS[burst.strength], held_out))
        claim = replace(claim, strength=burst.strength)
    if burst.harmonics and rng.random() < 0.6:
        words.append(_pick(rng, HARMONICS, held_out))
        claim = replace(claim, harmonics=True)
    if burst.split and rng.random() < 0.5:
        words.append(_pick(rng, SPLIT, held_out))
        claim = replace(claim, split=True)
    covered = [at_mhz for at_mhz in NAMED_MHZ if burst.low_mhz <= at_mhz <= burst.high_mhz]
    if covered and rng.random() < 0.35:
        at_mhz = covered[int(rng.integers(len(covered)))]
        words.append(f"at {at_mhz} MHz")
        claim = replace(claim, at_mhz=at_mhz)
    if rng.random() < 0.35:
        place = burst.places[int(rng.integers(len(burst.places)))]
        words.append(_pick(rng, PLACES[place], held_out))
        claim = replace(claim, place=place)
    return " ".join(words), claim


def _pick(rng: np.random.Generator, words: Sequence[str], held_out: bool) -> str:
    """One of the words; the last is kept from training."""
    return words[-1] if held_out else words[int(rng.integers(len(words) - 1))]
