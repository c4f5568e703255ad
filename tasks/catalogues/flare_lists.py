"""Lists of GOES flares and the X-ray flux, as they are fetched for a day. Imports no Prefect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from db.settings import load_settings
from models.errors import CorruptInput, SourceUnavailable
from models.sun.flares import Flare
from tasks.archives.catalogue import SIMULATED, archive
from tasks.archives.fetcher import fetcher
from tasks.catalogues.flares import flares_of_hek, read_swpc_flares
from tasks.catalogues.hek import parse_hek
from tasks.source import Source

DAY = timedelta(days=1)
# SWPC's files hold the last 7 days: so many whole ones before the running one.
WHOLE_DAYS = 6
# A flare is listed when it has ended; own choice.
DELAY = timedelta(hours=1)
# A week of fluxes had 2.2 MB in 2020 and has more columns since.
MAX_BYTES = 32 << 20


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
    read: Callable[[bytes, str], list[Flare]]
    simulated_path: str


def read_hek_flares(data: bytes, name: str) -> list[Flare]:
    """Flares of a reply of the HEK.

    Raises
    ------
    CorruptInput
        It is no such reply.
    """
    try:
        return flares_of_hek(parse_hek(data.decode()).events)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptInput(f"{name}: no reply of the HEK ({type(error).__name__}: {str(error)[:120]})") from error


LISTS = (
    FlareList("swpc", read_swpc_flares, "swpc/{night:%Y/%m/%d}/xray-flares-7-day.json"),
    FlareList("hek", read_hek_flares, "hek/{night:%Y/%m/%d}/her.json"),
)


def flares_on(
    wanted: FlareList, source: Source, day: date, now: datetime, fetch: Callable[[str], bytes]
) -> tuple[list[Flare], datetime] | None:
    """Flares of a list whose peak is of a day, and until when on it the list is whole; None where it cannot tell of that day.

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
    return [flare for flare in listed if start <= flare.t_peak < start + DAY], until


def address(setting: str, simulated_path: str, source: Source, day: date, now: datetime) -> str:
    """Where something of a day stands; "" where nobody keeps it (any longer)."""
    age = (now.date() - day).days
    if source.archive.endswith(SIMULATED):
        # The simulated archives have only days that have ended.
        top = source.root.removesuffix(archive(source.archive).simulated_path)
        return top + simulated_path.format(night=day) if age >= 1 else ""
    of_day = "{day}" in setting
    return setting.format(day=day, next_day=day + DAY) if age >= 0 and (of_day or age <= WHOLE_DAYS) else ""


def document(url: str) -> bytes:
    """Fetch what stands at an address.

    Raises
    ------
    SourceUnavailable
        It cannot be had.
    """
    fetched = fetcher().get(url, MAX_BYTES)
    if fetched.outcome != "fetched":
        raise SourceUnavailable(f"{url} cannot be had: {fetched.reason}")
    return fetched.path.read_bytes() if fetched.path else fetched.body
