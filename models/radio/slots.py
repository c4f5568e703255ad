"""Which files of a night get injected bursts, and how many."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date

# So that each station that observed has some, and no file many: a file is read once for all of its own.
LEAST_OF_STATION = 4
MOST_OF_FILE = 4

Slot = tuple[str, int]  # name of a file, number of the injection in it


def seed_of(night: date, name: str, number: int) -> str:
    """What an injection is drawn from.

    Parameters
    ----------
    night, name, number : night, file, and number of the injection in it
    """
    return f"{night} {name} {number}"


def choose_slots(files: Iterable[tuple[str, str]], night: date, count: int) -> list[Slot]:
    """Choose where to inject: by lot, one a file before any gets two; then up to `LEAST_OF_STATION` for each station.

    The choice depends on the files there are and on nothing else; a file that comes late changes it by a slot or two.

    Parameters
    ----------
    files : station and name of each
    night : its date
    count : how many; with 0 there are none, for no station

    Returns
    -------
    list of slots, by name and number
    """
    if not count:
        return []
    drawn = sorted(
        (number, hashlib.sha256(seed_of(night, name, number).encode()).digest(), station, name)
        for station, name in files
        for number in range(MOST_OF_FILE)
    )
    of_station: Counter[str] = Counter()
    chosen = []
    for place, (number, _, station, name) in enumerate(drawn):
        if place < count or of_station[station] < LEAST_OF_STATION:
            of_station[station] += 1
            chosen.append((name, number))
    return sorted(chosen)
