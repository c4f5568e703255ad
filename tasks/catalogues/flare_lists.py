"""Lists of GOES flares and the X-ray flux, as they are fetched for a day. Imports no Prefect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from db.settings import load_settings
from models.errors import CorruptInput
from models.sun.flares import Flare
from tasks.catalogues.documents import DAY, address
from tasks.catalogues.flares import FlareReading, flares_of_hek, read_swpc_flares
from tasks.catalogues.hek import parse_hek
from tasks.catalogues.reading import Problem
from tasks.source import Source

# A flare is listed when it has ended; own choice.
DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FlareList:
    """A list of flares.

    Attributes
    ----------
    name : as it stands in the setting ``flare_lists``
    read : (bytes, name) to its flares; raises `CorruptInput`
    simulated_path : below a visit to the simulated archives, a format of ``night``
    """

    name: str
    read: Callable[[bytes, str], FlareReading]
    simulated_path: str


@dataclass(frozen=True, slots=True)
class DayOfFlares:
    """What a list tells of a day: flares whose peak is of it, until when on it the list is whole, rows that could not be read."""

    flares: list[Flare]
    until: datetime
    problems: tuple[Problem, ...]


def read_hek_flares(data: bytes, name: str) -> FlareReading:
    """Flares of a reply of the HEK, and its events that are none because they are damaged.

    Raises
    ------
    CorruptInput
        It is no such reply.
    """
    try:
        reading = parse_hek(data.decode())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptInput(f"{name}: no reply of the HEK ({type(error).__name__}: {str(error)[:120]})") from error
    sound, problems = [], list(reading.problems)
    for number, event in enumerate(reading.events, start=1):
        try:
            flares_of_hek([event])
            sound.append(event)
        except (ValueError, TypeError) as error:
            problems.append(Problem(number, f"{event.type} {event.t_start:%Y-%m-%d %H:%M}", "refused", str(error)))
    return FlareReading(tuple(flares_of_hek(sound)), tuple(problems))


LISTS = (
    FlareList("swpc", read_swpc_flares, "swpc/{night:%Y/%m/%d}/xray-flares-7-day.json"),
    FlareList("hek", read_hek_flares, "hek/{night:%Y/%m/%d}/her.json"),
)


def flares_on(wanted: FlareList, source: Source, day: date, now: datetime, fetch: Callable[[str], bytes]) -> DayOfFlares | None:
    """What a list tells of a day; None where it cannot tell of that day.

    ``fetch`` gives what stands at an address, as `document` does: one list may tell of several days.

    Raises
    ------
    SourceUnavailable, CorruptInput
        It cannot be had, or is something else.
    """
    setting = load_settings().flare_lists.get(wanted.name, "")
    url = address(setting, wanted.simulated_path, source, day, now)
    start = datetime.combine(day, time(), UTC)
    until = min(start + DAY, now - DELAY)
    if not url or until <= start:
        return None
    listed = wanted.read(fetch(url), url)
    return DayOfFlares([flare for flare in listed.flares if start <= flare.t_peak < start + DAY], until, listed.problems)
