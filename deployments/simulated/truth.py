"""The truth of a simulated night, as Python objects and as its side file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from deployments.simulated.fault import Fault, Oddity


def stamp(when: datetime) -> str:
    """ISO 8601 UTC with milliseconds, ending in Z.

    Parameters
    ----------
    when : aware UTC datetime

    Returns
    -------
    str
    """
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"


@dataclass(frozen=True, slots=True)
class BurstRecord:
    """One burst, on the Sun (times in UTC) or in one file (times by the file's clock).

    Attributes
    ----------
    event : number of the burst in the night
    type : its type
    t_start, t_peak, t_end : ISO 8601 UTC
    frequency_low_mhz, frequency_high_mhz : MHz, where it passes one sigma
    peak_db : largest excess, dB
    pixels : samples above one sigma
    snr : root of the summed squares of excess over sigma
    physics : its parameters
    """

    event: int
    type: str
    t_start: str
    t_peak: str
    t_end: str
    frequency_low_mhz: float
    frequency_high_mhz: float
    peak_db: float
    pixels: int
    snr: float
    physics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileTruth:
    """One file of the archive.

    Attributes
    ----------
    name, station, focus_code, product : as in the tree; product "intensity" or "polarisation"
    t_start, t_end : ISO 8601 UTC by the file's clock
    clock_offset_s : s that this clock is ahead
    size, modified : bytes and ISO 8601 UTC, as the archive lists them
    sha256 : of the bytes as served
    first_visit : 1, or 2 for the late file
    fault, oddity : or None
    expected : state in which the ledger should leave it: "stored", "quarantined" or "absent"
    bursts : what it shows
    """

    name: str
    station: str
    focus_code: str
    product: str
    t_start: str
    t_end: str
    clock_offset_s: float
    size: int
    modified: str
    sha256: str
    first_visit: int
    fault: Fault | None
    oddity: Oddity | None
    expected: str
    bursts: tuple[BurstRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class NightTruth:
    """One night of the archive.

    Attributes
    ----------
    night : ISO date
    parameters : what `write_night` was called with
    events : all bursts in UTC, each as the station sees it that sees it best
    files : all files, by name, the late one among them
    """

    night: str
    parameters: Mapping[str, Any]
    events: tuple[BurstRecord, ...]
    files: tuple[FileTruth, ...] = field(default_factory=tuple)

    def by_fault(self) -> dict[Fault, str]:
        """Name of the file with each fault.

        Returns
        -------
        dict from Fault to str
        """
        return {file.fault: file.name for file in self.files if file.fault is not None}

    def listed(self, visit: int) -> tuple[FileTruth, ...]:
        """Files that the archive lists at a visit.

        Parameters
        ----------
        visit : 1, 2 and so on

        Returns
        -------
        tuple of FileTruth
        """
        return tuple(file for file in self.files if file.first_visit <= visit)

    def write(self, path: Path) -> None:
        """Write the side file.

        Parameters
        ----------
        path : file to write
        """
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a side file.

        Parameters
        ----------
        path : file

        Returns
        -------
        NightTruth
        """
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(
            FileTruth(
                **{
                    **row,
                    "fault": row["fault"] and Fault(row["fault"]),
                    "oddity": row["oddity"] and Oddity(row["oddity"]),
                    "bursts": tuple(BurstRecord(**burst) for burst in row["bursts"]),
                }
            )
            for row in raw["files"]
        )
        return cls(raw["night"], raw["parameters"], tuple(BurstRecord(**row) for row in raw["events"]), files)

    @staticmethod
    def path(out: Path, night: date) -> Path:
        """Where a night's side file lies.

        Parameters
        ----------
        out : root of the tree
        night : date

        Returns
        -------
        Path
        """
        return out / "truth" / f"{night:%Y-%m-%d}.json"
