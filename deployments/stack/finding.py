"""One thing that the doctor looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and one line: what is there, or what is wrong and what to do.

    A finding that is not ``essential`` may be bad and nights still run.
    """

    what: str
    ok: bool
    line: str
    essential: bool = True
