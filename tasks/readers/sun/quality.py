"""What the QUALITY keyword means: bits by product, as number, hexadecimal text or words."""

from typing import Any

# aiapy's documentation of the bits of aia.lev1.
AIA = {
    0: "no flat field", 1: "no orbit data", 2: "no ancillary data", 3: "no pointing data",
    8: "pixels missing", 9: "over 1 % of the pixels missing", 10: "over 5 % of the pixels missing",
    11: "over 25 % of the pixels missing", 12: "not in science pointing", 13: "an eclipse", 14: "no Sun in view", 15: "safe mode",
    16: "a dark image", 17: "the ISS loop open", 18: "a calibration image", 20: "out of focus", 21: "a filter's register wrong",
    30: "near-real-time", 31: "no image",
}  # fmt: skip
# Near-real-time images are taken, and those whose pointing is not refined yet or that lack some pixels.
AIA_REFUSED = frozenset({*range(9, 19), 20, 21, 31})
# HMI_observables.c of the JSOC: what is below 0x20000 was made "in sub-optimal conditions", from there on it could not be made.
HMI = {
    5: "poor quality", 8: "noisy target filtergram", 9: "an eclipse", 10: "no list of cosmic rays",
    11: "the limb fit discarded filtergrams", 12: "filtergrams not filled", 13: "no temperatures", 14: "the ISS loop open",
    15: "keywords of the nearest filtergrams", 16: "few filtergrams averaged",
}  # fmt: skip
HMI_REFUSED = frozenset({5, 9, 14, *range(17, 32)})
NEAR_REAL_TIME_BIT = 30


def quality_bits(value: Any) -> frozenset[int] | None:
    """Bits that are set; None where the keyword is missing or no number (K-Cor says 'ok')."""
    if isinstance(value, str):
        try:
            value = int(value.strip(), 16 if value.strip().lower().startswith("0x") else 10)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return None
    number = int(value) & 0xFFFFFFFF  # JSOC writes bit 31 as a negative number
    return frozenset(bit for bit in range(32) if number >> bit & 1)


def judge_quality(value: Any, instrument: str) -> tuple[str, str]:
    """What QUALITY says of an image.

    Parameters
    ----------
    value : of the keyword: a number, hexadecimal text, or words
    instrument : "AIA" and "HMI" have their own meanings; of others the value is passed on as it stands

    Returns
    -------
    remark : what is wrong, in words; "" where nothing
    refusal : why no classifier should judge it, "" where one may
    """
    bits = quality_bits(value)
    if bits is None:
        text = str(value or "").strip()
        return ("" if text.lower() in ("", "ok", "good") else f"QUALITY is {text}"), ""
    meaning, refused = {"AIA": (AIA, AIA_REFUSED), "HMI": (HMI, HMI_REFUSED)}.get(instrument, ({}, frozenset()))
    told = [meaning.get(bit, f"bit {bit}") for bit in sorted(bits) if not (instrument == "AIA" and bit == NEAR_REAL_TIME_BIT)]
    worst = [meaning.get(bit, f"bit {bit}") for bit in sorted(bits & refused)]
    return (f"QUALITY: {', '.join(told)}" if told else ""), (f"QUALITY: {', '.join(worst)}" if worst else "")
