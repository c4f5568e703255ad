"""A night and a catalogue, compared and recorded. Imports no Prefect."""

from datetime import date

from db.catalogues import found_spans, headlines, observed_spans, record_catalogue, record_verification
from db.session import transaction
from models.errors import ConfigurationError
from models.radio.verification import Metrics, verify
from tasks.catalogues.reading import Reading


def verify_night(archive: str, night: date, reading: Reading) -> dict[str, dict[str, Metrics]]:
    """Compare the headline model's detections of a night with a catalogue, and record both the entries and the figures.

    The same night and catalogue give the same rows, however often. The caller holds the night's lock, and renews its bundle.

    Parameters
    ----------
    archive, night : a night that was run
    reading : a catalogue that looked at that night

    Returns
    -------
    dict
        For each headline model, by name, what `verify` says.

    Raises
    ------
    ConfigurationError
        If the catalogue does not say whether anybody looked at the night, or no model has judged it.
    """
    if night not in reading.days:
        raise ConfigurationError(
            f"catalogue: {reading.catalogue} has no entry for {night}, not even that nothing was seen; nothing can be verified"
        )
    events = reading.of_night(night)
    told: dict[str, dict[str, Metrics]] = {}
    with transaction() as connection:
        models = headlines(connection, archive, night)
        if not models:
            raise ConfigurationError(f"night: no headline model has judged {archive} {night}")
        record_catalogue(connection, reading.catalogue, night, events)
        for model_id, name in models.items():
            found = [span for span, _ in found_spans(connection, archive, night, model_id)]
            told[name] = verify(events, found, observed_spans(connection, archive, night, model_id))
            record_verification(connection, archive, night, model_id, reading.catalogue, told[name])
    return told
