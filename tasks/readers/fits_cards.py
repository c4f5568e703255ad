"""Values of FITS cards."""

import re
from functools import lru_cache
from typing import Any

# 'text', T or F, a number, or nothing; then perhaps a comment. Two quotes in a text are one, unless a blank or a slash follows,
# where readers differ about what ends the text: such a card has no plain value.
VALUE = re.compile(
    r" *(?:'(?P<text>(?:[^']|''(?![ /]))*)'(?=[ /]|$)|(?P<truth>[TF])"
    r"|(?P<whole>[+-]?\d{1,18})|(?P<real>[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[DE]))(?:[DE][+-]?\d{1,3})?))? *(?:/.*)?"
)


@lru_cache(maxsize=4096)  # the files of a station share most of their cards
def plain_value(card: str) -> str | int | float | bool | None:
    """What the card says; None where it says nothing.

    Parameters
    ----------
    card : what follows the "=" of a card, value and comment

    Raises
    ------
    ValueError
        The value can be understood in more than one way.
    """
    match = VALUE.fullmatch(card)
    if match is None:
        raise ValueError(f"the card {card.strip()!r} has no plain value")
    kind = match.lastgroup
    if kind is None:
        return None
    text = match[kind]
    if kind == "text":
        if ": " in text:  # 'AXIS.1: 2' is a record: a keyword within a keyword
            raise ValueError(f"the card {card.strip()!r} may be a record")
        return text.replace("''", "'").rstrip()
    if kind == "truth":
        return text == "T"
    return int(text) if kind == "whole" else float(text.replace("D", "E"))


def plain_number(cards: dict[str, str], key: str, default: float) -> float:
    """A number, ``default`` where the card is missing.

    Raises
    ------
    ValueError
        The card holds no number, or one so large that arithmetic in single precision would overflow.
    """
    value: Any = plain_value(cards[key]) if key in cards else default
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e30:
        raise ValueError(f"{key} is {value!r}, not a usable number")
    return value
