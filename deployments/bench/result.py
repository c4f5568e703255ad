"""What a benchmark found."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Role = Literal["ours", "peer", "bound"]


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant.

    Attributes
    ----------
    name : who, and what it did
    role : "ours", "peer", or "bound": what no program of this kind can be quicker than
    seconds, cpu_s : wall and processor time of one item, the best of ``best_of``; None where it could not run
    n : items
    best_of : rounds
    note : why it could not run, or how it differs from the others
    """

    name: str
    role: Role
    seconds: float | None = None
    cpu_s: float | None = None
    n: int = 0
    best_of: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a benchmark.

    Attributes
    ----------
    benchmark : its name
    item : what the seconds of a row are for, such as "file" or "day"
    ours : name of the row that all others are compared with
    rows : all contestants
    parameters : size of the run
    tables : further rows, by title: where the time went
    notes : what a reader must know, a sentence each
    """

    benchmark: str
    item: str
    ours: str
    rows: tuple[Row, ...]
    parameters: Mapping[str, Any]
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def compared(self) -> list[dict[str, Any]]:
        """Rows as plain objects, each with its ``ratio``: its seconds over ours, None where either is missing."""
        ours = next((row.seconds for row in self.rows if row.name == self.ours), None)
        return [asdict(row) | {"ratio": row.seconds / ours if row.seconds is not None and ours else None} for row in self.rows]
