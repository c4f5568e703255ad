"""Files damaged as disks, networks and programs damage them."""

import gzip
import re
from collections.abc import Callable

import numpy as np

Damage = Callable[[bytearray, np.random.Generator], bytes | bytearray]
CARD = re.compile(rb"([A-Z][A-Z0-9_-]{2,7}) *= +('[^']*'|[-+0-9.DE]+)")
VALUES = [
    b"0",
    b"-1",
    b"1",
    b"255",
    b"3601",
    b"99999999",
    b"1E300",
    b"-1D-300",
    b"NaN",
    b"'",
    b"''",
    b"'a''b'",
    b"T",
    b"",
    b"(1,2)",
]


def flipped(data: bytearray, chance: np.random.Generator) -> bytearray:
    """Some bits changed, half of the time within the first header."""
    for _ in range(chance.integers(1, 12)):
        data[chance.integers(min(len(data), 2880 if chance.random() < 0.5 else len(data)))] ^= 1 << chance.integers(8)
    return data


def cut(data: bytearray, chance: np.random.Generator) -> bytearray:
    """The end lost."""
    return data[: chance.integers(len(data))]


def swapped(data: bytearray, chance: np.random.Generator) -> bytearray:
    """Two blocks exchanged."""
    size = int(chance.choice([1, 80, 512, 2880]))
    one, other = (int(chance.integers(max(1, len(data) // size))) * size for _ in range(2))
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]
    return data


def doubled(data: bytearray, chance: np.random.Generator) -> bytearray:
    """A block written twice."""
    size = int(chance.choice([1, 80, 512, 2880, 40_000]))
    at = int(chance.integers(max(1, len(data) // size))) * size
    return data[: at + size] + data[at:]


def lost(data: bytearray, chance: np.random.Generator) -> bytearray:
    """A block left out, or full of zeros."""
    size = int(chance.choice([1, 80, 512, 2880]))
    at = int(chance.integers(max(1, len(data) // size))) * size
    return data[:at] + bytearray(size * int(chance.integers(2))) + data[at + size :]


def reworded(data: bytearray, chance: np.random.Generator) -> bytearray:
    """The value of a card replaced by another one."""
    cards = list(CARD.finditer(bytes(data[: 2 * 2880]) + bytes(data[-40_000:])))
    if not cards:
        return data
    card = cards[chance.integers(len(cards))]
    at = data.find(card[0])
    value = VALUES[chance.integers(len(VALUES))].rjust(len(card[2]))
    place = at + card.start(2) - card.start()
    data[place : place + len(value)] = value  # longer values overwrite what follows
    return data


DAMAGES: tuple[Damage, ...] = (flipped, cut, swapped, doubled, lost, reworded)


def mutated(plain: bytes, seed: int) -> bytes:
    """One to three damages to a FITS file, before or after it is gzipped."""
    chance = np.random.default_rng(seed)
    outside = chance.random() < 0.3
    data: bytes | bytearray = bytearray(gzip.compress(plain, 1) if outside else plain)
    for _ in range(chance.integers(1, 4)):
        if data:
            data = bytearray(DAMAGES[chance.integers(len(DAMAGES))](bytearray(data), chance))
    return bytes(data) if outside or chance.random() < 0.5 else gzip.compress(bytes(data), 1)
