"""Parameters of the flows, with the patterns that the Prefect server checks before it makes a run."""

from typing import Annotated, Literal

from pydantic import Field

# The descriptions stand in the form of the UI. Prefect sets title and description of a field itself, from a Google docstring or to
# nothing (3.8.8), but leaves what is extra in the schema.
# The server accepts a malformed `date`, but refuses a string that breaks its pattern (measured on 3.8.8).
NightDate = Annotated[
    str,
    Field(
        pattern=r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$",
        json_schema_extra={"description": "Date of the night, YYYY-MM-DD; empty: the last night that has ended"},
    ),
]
ArchiveChoice = Annotated[
    str,
    Field(
        pattern=r"^\S(.*\S)?$",
        json_schema_extra={"description": "live, simulated, or the folder or address of a mirror"},
    ),
]
Visit = Annotated[
    int,
    Field(
        ge=1,
        le=99,
        json_schema_extra={"description": "Number of the visit to a simulated archive; late files come with the second"},
    ),
]
Force = Annotated[
    bool,
    Field(json_schema_extra={"description": "Judge every stored file again, not only those without a verdict"}),
]
# Whose nights a roll-call looks at: those of archives whose nights are UTC days, those from a site's noon to the next, or all.
NightsOf = Literal["all", "utc", "site"]
Instrument = Literal["radio", "sun", "sky"]
Only = Annotated[
    list[Instrument],
    Field(json_schema_extra={"description": "Instruments to observe; empty: all"}),
]
