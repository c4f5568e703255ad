"""The types of burst lists in our own words."""

import re
from datetime import timedelta

# VI and VII are series of III, VII with V (SWPC's glossary of its event lists); U, J and N are III whose beams follow closed loops
# (Suzuki & Dulk 1985); IIIG and IIIGG are what deARCE's lists call groups.
_LABELS = {
    "I": "I", "II": "II", "III": "III", "IV": "IV", "V": "V",
    "VI": "IIIg", "VII": "IIIg", "IIIG": "IIIg", "IIIGG": "IIIg", "U": "III", "J": "III", "N": "III",
}  # fmt: skip
UNCLASSIFIED = "unclassified"
UNTYPED = "---"  # as deARCE's lists have it
# Caustics and gravity waves are the ionosphere's.
NOT_SOLAR = frozenset({"CAU"})
# A series of III is VI from ten minutes on.
SERIES = timedelta(minutes=10)


def burst_label(listed: str) -> str:
    """Label of a type as lists write it, such as "III/R", "V?" or "VI/CTM": its first part counts, qualifiers do not."""
    first = _first_part(listed)
    return _LABELS.get(first) or _LABELS.get(first.removesuffix("R"), UNCLASSIFIED)


def is_solar(listed: str) -> bool:
    """Whether a type as lists write it is the Sun's at all."""
    return _first_part(listed) not in NOT_SOLAR


def listed_type(label: str, duration: timedelta) -> str:
    """Type under which a list would enter a burst of ours."""
    if label == "IIIg":
        return "VI" if duration >= SERIES else "III"
    return UNTYPED if label == UNCLASSIFIED else label


def _first_part(listed: str) -> str:
    return re.split(r"[/,+_ ]", listed.upper().replace("?", ""))[0]
