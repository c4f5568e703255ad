"""Which archive a run reads, and where: the real one, a simulated one, a mirror."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from db.dates import parse_date
from db.settings import Settings
from models.errors import ConfigurationError
from tasks.archives.archive import Archive
from tasks.archives.catalogue import SIMULATED, archives
from tasks.archives.fetcher import root_url

MIRRORED = "radio"  # whose mirrors need no name


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


def find_sources(instrument: str, choice: str, night: date, visit: int, settings: Settings) -> list[Source]:
    """Find what ``choice`` means for the archives of an instrument.

    Parameters
    ----------
    instrument : "radio", "sun" or "sky"
    choice : "live", "simulated", or the folder or address of a mirror; "NAME=..." means one archive alone, as a mirror must where
        there are several. A mirror without a name is one of a radio archive
    night : its date
    visit : counts visits to a simulated archive, whose late files come with the second
    settings : where the archives are

    Raises
    ------
    ConfigurationError
        Naming the parameter that is wrong.
    """
    declared = [archive for archive in archives().values() if archive.instrument == instrument]
    name, _, rest = choice.partition("=")
    if rest and name in archives():
        declared, choice = [archive for archive in declared if archive.name == name], rest
    if choice == "simulated":
        if settings.simulated_url is None:
            raise ConfigurationError("archive: no simulated archive is running; run `nightshift up`")
        top = f"{settings.simulated_url.rstrip('/')}/visit-{visit}/"
        simulated = [archive for archive in declared if archive.simulated_path]
        return [_source(archive, top + archive.simulated_path, night, settings, suffix=SIMULATED) for archive in simulated]
    if visit != 1:
        raise ConfigurationError("visit: only the simulated archive counts visits")
    if choice == "live":
        roots = {archive.name: settings.archive_roots.get(archive.name, archive.root) for archive in declared}
        return [_source(archive, roots[archive.name], night, settings) for archive in declared if roots[archive.name]]
    if not rest and instrument != MIRRORED:
        return []
    if len(declared) > 1:
        names = ", ".join(archive.name for archive in declared)
        raise ConfigurationError(f"archive: {choice} could be the mirror of {names}; write NAME={choice}")
    return [_source(archive, choice, night, settings) for archive in declared]


def _source(declared: Archive, address: str, night: date, settings: Settings, *, suffix: str = "") -> Source:
    known = [product.name for product in declared.products]
    products = settings.archive_products.get(declared.name, tuple(known[:1]))
    if unknown := sorted(set(products) - set(known)):
        raise ConfigurationError(f"NIGHTSHIFT_ARCHIVE_PRODUCTS: {declared.name} has {', '.join(known)}, not {', '.join(unknown)}")
    return Source(declared.name + suffix, root_url(address), products, night)


def nights_between(first: str, last: str) -> list[date]:
    """Parse two dates; return all nights from the one to the other, newest first.

    Raises
    ------
    ConfigurationError
        If one is no date or has not ended, or the first is later than the last.
    """
    begin, end = parse_night(first or "-"), parse_night(last or "-")
    if begin > end:
        raise ConfigurationError(f"first: {first} is later than {last}")
    return [end - timedelta(days=back) for back in range((end - begin).days + 1)]


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
    night = parse_date("night", text)
    if night >= today:
        raise ConfigurationError(f"night: {text} has not ended yet (UTC)")
    return night


def last_ended(instrument: str) -> date:
    """Return the newest night that has ended for every archive of an instrument: a site's ends at its noon."""
    now = datetime.now(UTC)
    night = now.date()
    while any(item.bounds(night)[1] > now for item in archives().values() if item.instrument == instrument):
        night -= timedelta(days=1)
    return night
