"""Every error that Nightshift raises on purpose, and what each one means for the night.

NightshiftError
├── SourceUnavailable   retry with backoff and jitter, then `unreachable` (or `absent`, if the archive says 404/410)
├── CorruptInput        `quarantined`, with a reason a person understands; fetched again on re-visits; the night goes on
├── Declined            the file is good, this model should not judge it: a reason
├── ModelUnavailable    weights cannot be had: `skipped`, said once, recorded in the night
├── ConfigurationError  stops before work starts, names the setting
└── Inconsistent        an account does not balance, or a row lacks its object: the flow fails
"""


class NightshiftError(Exception):
    """Root of the tree above."""


class SourceUnavailable(NightshiftError):
    """An archive did not give what it should; ``gone`` where it says so itself (404 or 410)."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone


class CorruptInput(NightshiftError):
    """The bytes of a file cannot be read as what they claim to be."""


class Declined(NightshiftError):
    """A model should not judge this observation."""


class ModelUnavailable(NightshiftError):
    """The weights of a model cannot be had."""


class ConfigurationError(NightshiftError):
    """A setting or parameter is wrong; nothing has been started."""


class Inconsistent(NightshiftError):
    """The books do not balance."""


class StalePreparation(Inconsistent):
    """Data that were prepared in another way than the models of this version take."""
