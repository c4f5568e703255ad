"""Verify: a night beside every catalogue that somebody put into the folder of catalogues."""

from prefect import get_run_logger

from db.settings import load_settings
from models.errors import ConfigurationError, CorruptInput
from tasks.batch import step_task
from tasks.catalogues.read import read_catalogue
from tasks.instruments.instrument import instrument_of
from tasks.region_summary import SUMMARY
from tasks.source import Source
from tasks.verification import verify_night


@step_task
def verify(source: Source) -> list[str]:
    """Compare a night with what others say of it, as its instrument does; return their names."""
    return instrument_of(source).verify(source)


def verify_bursts(source: Source) -> list[str]:
    """Compare a radio night with the catalogues of ``NIGHTSHIFT_CATALOGUES`` that looked at it; return their files' names.

    A file that is no catalogue costs a warning, not the night.
    """
    folder = load_settings().catalogues
    compared: list[str] = []
    if folder is None:
        return compared
    for path in sorted(path for path in folder.expanduser().iterdir() if path.is_file() and not path.name.endswith(SUMMARY)):
        try:
            reading = read_catalogue(path)
            if source.night in reading.days:
                verify_night(source.archive, source.night, reading)
                compared.append(path.name)
        except (CorruptInput, ConfigurationError) as error:
            get_run_logger().warning("%s %s is not verified against %s: %s", source.archive, source.night, path.name, error)
    return compared
