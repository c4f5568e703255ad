"""Which archive a run reads, and where: the real one, a simulated one, a mirror."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from db.settings import Settings
from models.errors import ConfigurationError
from tasks.archives.archive import Archive
from tasks.archives.catalogue import SIMULATED
from tasks.archives.fetcher import root_url


@dataclass(frozen=True, slots=True)
class Source:
    """One night of one archive, as one run reads it.

    Attributes
    ----------
    archive : name in the tables; simulated data have one of their own
    root : URL of the archive's root, ending in a slash
    products : those of the declaration that are wanted
    night : its date
    """

    archive: str
    root: str
    products: tuple[str, ...]
    night: date

    @property
    def remote(self) -> bool:
        """Whether files come over a network, so that a raw copy is worth keeping."""
        return not self.root.startswith("file:")


def find_source(declared: Archive, choice: str, night: date, visit: int, settings: Settings) -> Source:
    """Find the source that ``choice`` means: "live", "simulated", a folder, or an address.

    ``visit`` counts visits to a simulated archive, whose late files come with the second.

    Raises
    ------
    ConfigurationError
        Naming the parameter that is wrong.
    """
    products = settings.ecallisto_products
    if choice == "simulated":
        if settings.simulated_url is None:
            raise ConfigurationError("archive: no simulated archive is running; run `nightshift up`")
        return Source(declared.name + SIMULATED, f"{settings.simulated_url.rstrip('/')}/visit-{visit}/solarradio/", products, night)
    if visit != 1:
        raise ConfigurationError("visit: only the simulated archive counts visits")
    address = getattr(settings, declared.root_setting) if choice == "live" else choice
    return Source(declared.name, root_url(address), products, night)


def parse_night(text: str) -> date:
    """Parse a night's date; "" is the last night that has ended.

    Raises
    ------
    ConfigurationError
        If it is no date, or has not ended.
    """
    today = datetime.now(UTC).date()
    if not text:
        return today - timedelta(days=1)
    try:
        night = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ConfigurationError(f"night: {text!r} is no date (YYYY-MM-DD)") from error
    if night >= today:
        raise ConfigurationError(f"night: {text} has not ended yet (UTC)")
    return night
