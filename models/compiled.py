"""Compiled functions, whose machine code is kept only as long as everything that was compiled into it stays as it is.

Numba keeps the machine code of a function beside its source (``__pycache__``, or in the user's cache where that cannot be written),
stamped with the contents of that file alone. Callees and constants of other files are compiled into it as well: after they had
changed, the old machine code was used without a word. Here the stamp is that of the file and of all our files that it imports, one
after another. Machine code of an older stamp is written over, so that nothing piles up.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from numba import config, njit
from numba.core import caching

__all__ = ["njit"]

ROOT = Path(__file__).resolve().parents[1]
# At a line's beginning, as imports within functions bring in nothing that is compiled; all of ours are absolute.
IMPORT = re.compile(r"^from ([\w.]+) import (\([^)]*\)|.*)|^import ([\w., ]+)", re.MULTILINE)
NAME = re.compile(r"[\w.]+")
ROOMS = ("db", "models", "tasks")  # whose files what is compiled may import


class _Stamped:
    """A place of numba's for machine code, with our stamp."""

    def __init__(self, function: object, file: str) -> None:
        super().__init__(function, file)  # type: ignore[call-arg]
        self._source = Path(file).resolve()

    def get_source_stamp(self) -> str:
        """Hexadecimal digest of all that the function's file is made of."""
        return stamp(self._source)


class Provided(_Stamped, caching.UserProvidedCacheLocator):
    """The folder that NUMBA_CACHE_DIR names."""


class BesideSource(_Stamped, caching.InTreeCacheLocator):
    """``__pycache__``."""


class OfUser(_Stamped, caching.UserWideCacheLocator):
    """The user's cache folder, where the source's cannot be written."""


# In numba's own order, and its own for what has no file; asked when a function is decorated: who decorates imports njit from here.
OURS = tuple(f"{__name__}.{place.__name__}" for place in (Provided, BesideSource, OfUser))
config.CACHE_LOCATOR_CLASSES = ",".join((*OURS, "IPythonCacheLocator", "ZipCacheLocator"))  # type: ignore[attr-defined]


def stamp(source: Path) -> str:
    """Hexadecimal digest of a file and of all our files that it imports, one after another.

    Parameters
    ----------
    source : absolute path of a Python file
    """
    found, ahead = {source}, [source]
    while ahead:
        for path in _imported(ahead.pop()) - found:
            found.add(path)
            ahead.append(path)
    return sha256("".join(sorted(map(_digest, found))).encode()).hexdigest()


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _digest(path: Path) -> str:
    return sha256(_text(path).encode()).hexdigest()


@cache
def _imported(path: Path) -> frozenset[Path]:
    """Those of our files that a file imports: modules, and packages where a name comes from one."""
    names = set()
    for package, members, modules in IMPORT.findall(_text(path)):
        names |= {package, *(f"{package}.{name}" for name in NAME.findall(members))} if package else set(NAME.findall(modules))
    return frozenset(file for name in names if name.partition(".")[0] in ROOMS and (file := _file(name)))


@cache
def _file(name: str) -> Path | None:
    """File of a module or package of ours; None where the name is of something else, such as a function."""
    place = ROOT.joinpath(*name.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)
