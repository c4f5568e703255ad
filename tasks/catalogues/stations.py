"""The column of stations in a burst list."""

import re

from models.catalogue import CatalogueEvent, Sighting

# Keys of an event's attributes: what stands there instead of stations, and what else stands among them.
UNTOLD, NOTE = "stations_untold", "note"
_UNTOLD = {"*": "*", "e-callisto": "e-Callisto"}
_NOTE = re.compile(r"\{([^{}]*)\}|\"([^\"]*)\"")
_PLAIN = re.compile(r"(\(\(|\[\(|\(|\[|)([\w-]+)(\)\)|\)\]|\)|\]|\?|)")
_NAME = re.compile(r"[A-Za-z0-9][\w-]+")
_PAIRS = {("", ""): "", ("(", ")"): "()", ("((", "))"): "(())", ("[", "]"): "[]", ("[(", ")]"): "[()]", ("", "?"): "?"}
# A type among the stations is a remark on the type.
_TYPES = {"CTM", "III", "II", "IV", "V", "VI", "DCIM", "RBR"}


def read_stations(text: str) -> tuple[tuple[Sighting, ...], dict[str, str], list[str]]:
    """Read the column: stations, what else it tells (`UNTOLD`, `NOTE`), and what had to be mended."""
    told: dict[str, str] = {}
    repairs: list[str] = []
    note = _NOTE.search(text)
    if note:
        told[NOTE] = (note[1] or note[2] or "").strip()
        text = text[: note.start()] + text[note.end() :]
        if not note[0].startswith("{"):
            repairs.append("a note among the stations")
    sightings: list[Sighting] = []
    opened = ""  # a bracket that the name before left open
    names = [name.strip() for name in text.split(",")]
    for place, name in enumerate(names):
        if not name:
            if place not in (0, len(names) - 1):
                repairs.append("an empty station")
        elif name.lower() in _UNTOLD:
            told[UNTOLD] = _UNTOLD[name.lower()]
        elif (plain := _PLAIN.fullmatch(name)) and (plain[1], plain[3]) in _PAIRS and not opened:
            sightings.append(Sighting(plain[2], _PAIRS[plain[1], plain[3]]))
        else:
            found, why = _mended(name, opened)
            closed_next = place + 1 < len(names) and names[place + 1].endswith(")") and "(" not in names[place + 1]
            opened = "(" if name.startswith("(") and ")" not in name and closed_next else ""
            sightings += found
            repairs.append(f"station {name!r}: {why}")
    return tuple(sightings), told, repairs


def write_stations(event: CatalogueEvent) -> str:
    """Write the column of an event."""
    names = [_marked(sighting) for sighting in event.sightings]
    if UNTOLD in event.attributes:
        names.append(str(event.attributes[UNTOLD]))
    note = event.attributes.get(NOTE)
    return ", ".join(names) + (f" {{{note}}}" if note is not None else "")


def _marked(sighting: Sighting) -> str:
    before, after = next(pair for pair, mark in _PAIRS.items() if mark == sighting.mark)
    return f"{before}{sighting.station}{after}"


def _mended(text: str, opened: str) -> tuple[list[Sighting], str]:
    """Stations in what is not written as one, and what is wrong with it."""
    names = [name for name in _NAME.findall(text) if name not in _TYPES]
    if len(names) != 1:
        return [Sighting(name, "()" if f"({name})" in text else "") for name in names], (
            "no name" if not names else "comma missing"
        )
    brackets = {bracket for bracket in text if bracket in "()[]"}
    if opened or brackets & {"(", ")"}:
        mark = "[()]" if brackets & {"[", "]"} else "()"
    else:
        mark = "[]" if brackets else "?" if "?" in text else ""
    bare = re.sub(r"[()\[\]?]", "", text)
    return [Sighting(names[0], mark)], "brackets out of order" if bare == names[0] else "a stray character"
