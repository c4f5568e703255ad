"""The simulated archive as a tree: nights made when first asked for, listings by visit, and how it may misbehave."""

import fcntl
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path, PurePosixPath

from deployments.simulated.camera_plan import FRAMES
from deployments.simulated.fault import ALL_FAULTS, Fault
from deployments.simulated.index_page import Entry
from deployments.simulated.misbehaviour import LIES, SINGLE, Misbehaviour, Served, revised
from deployments.simulated.night import DATA, PICTURES, day_folder, write_night
from deployments.simulated.truth import FileTruth, NightTruth

FIRST_YEAR = 2002
# The visit at which a file that changes has another size and time.
CHANGE_AT_VISIT = 3


class SimulatedArchive:
    """Nights in a folder, made on demand.

    Parameters
    ----------
    folder : where the nights are kept
    stations, files_per_station, seed, faults : of every night, as in `write_night`
    misbehaviour : what goes wrong beyond the faults of the files
    permanent : faults that never heal: `Fault.SERVER_ERROR` answers 500 for ever, `Fault.SLOW` is slow every time
    last_night : newest night there is; today (UTC) where None
    clock_ahead : how far the server's clock is ahead of ours
    camera_frames : of each night of the sky camera
    """

    def __init__(
        self,
        folder: Path,
        *,
        stations: int = 24,
        files_per_station: int = 14,
        seed: int | None = None,
        faults: Collection[Fault] = ALL_FAULTS,
        misbehaviour: Collection[Misbehaviour] = (),
        permanent: Collection[Fault] = (),
        last_night: date | None = None,
        clock_ahead: timedelta = timedelta(),
        camera_frames: int = FRAMES,
    ) -> None:
        self.folder = folder
        self.stations, self.files_per_station, self.seed = stations, files_per_station, seed
        self.faults = frozenset(faults)
        self.misbehaviour = frozenset(misbehaviour)
        self.permanent = frozenset(permanent)
        self.last_night = last_night
        self.clock_ahead = clock_ahead
        self.camera_frames = camera_frames
        self._lock = threading.Lock()
        self._truths: dict[date, NightTruth] = {}
        self._listed: dict[tuple[date, int], dict[str, FileTruth]] = {}

    @contextmanager
    def _alone(self, night: date) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        # The thread lock holds within this process, the file lock against another server on the same folder.
        with self._lock, (self.folder / f".lock-{night:%Y-%m-%d}").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def truth(self, night: date) -> NightTruth:
        """Truth of a night, made now if it is not there.

        Parameters
        ----------
        night : date

        Returns
        -------
        NightTruth
        """
        if night not in self._truths:
            with self._alone(night):
                # With the late file: which visit sees it is decided when listing.
                self._truths[night] = write_night(
                    self.folder,
                    night,
                    2,
                    stations=self.stations,
                    files_per_station=self.files_per_station,
                    seed=self.seed,
                    faults=self.faults,
                )
        return self._truths[night]

    def listed(self, night: date, visit: int) -> Mapping[str, FileTruth]:
        """Files that a night lists at a visit, by name: a day of 3,100 is asked for 3,100 times.

        Parameters
        ----------
        night : date
        visit : 1, 2 and so on

        Returns
        -------
        mapping of name to FileTruth
        """
        if (night, visit) not in self._listed:
            self._listed[night, visit] = {file.name: file for file in self.truth(night).listed(visit)}
        return self._listed[night, visit]

    def ready(self, night: date) -> bool:
        """Whether a night is there, so that asking for it takes no time.

        Parameters
        ----------
        night : date

        Returns
        -------
        bool
        """
        return night in self._truths

    def victim(self, night: date, misbehaviour: Misbehaviour) -> str:
        """Name of the file that a misbehaviour of single files strikes.

        Parameters
        ----------
        night : date
        misbehaviour : one of the ``file_`` ones

        Returns
        -------
        str
        """
        good = sorted((file.oddity is not None, file.name) for file in self.truth(night).files if file.fault is None)
        # In a night of fewer than five good files two of them strike the same one.
        return good[SINGLE.index(misbehaviour) % len(good)][1]

    def strikes(self, misbehaviour: Misbehaviour, night: date, name: str) -> bool:
        """Whether a misbehaviour is switched on and strikes this file.

        Parameters
        ----------
        misbehaviour : one of the ``file_`` ones
        night : date
        name : of the file

        Returns
        -------
        bool
        """
        return misbehaviour in self.misbehaviour and self.victim(night, misbehaviour) == name

    def day(self, path: PurePosixPath) -> tuple[Path, date] | None:
        """Product and night of a day's folder.

        Parameters
        ----------
        path : below the root, ``data/2002-20yy_Callisto/YYYY/MM/DD`` or ``qkl/YYYY/MM/DD``

        Returns
        -------
        (product, night), or None where it is no such folder or there is no such night
        """
        for product in (DATA, PICTURES):
            found = re.fullmatch(rf"{re.escape(product.as_posix())}/(\d{{4}})/(\d\d)/(\d\d)", path.as_posix())
            if found:
                try:
                    night = date(*(int(part) for part in found.groups()))
                except ValueError:
                    return None
                return (product, night) if self._exists(night) else None
        return None

    def _newest(self) -> date:
        return self.last_night or self.now().date()

    def now(self) -> datetime:
        """The time by the server's clock, UTC."""
        return datetime.now(UTC) + self.clock_ahead

    def _exists(self, night: date) -> bool:
        return night.year >= FIRST_YEAR and night <= self._newest()

    def entries(self, path: PurePosixPath, visit: int) -> list[Entry] | None:
        """What a folder lists.

        Parameters
        ----------
        path : below the root
        visit : 1, 2 and so on

        Returns
        -------
        list of Entry, by name; None where there is no such folder
        """
        if (found := self.day(path)) is not None:
            return self._day_entries(*found, visit)
        return self._parent_entries(path)

    def _day_entries(self, product: Path, night: date, visit: int) -> list[Entry]:
        truth = self.truth(night)
        if product == PICTURES:
            folder = self.folder / PICTURES / day_folder(night)
            stats = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
            return [Entry(name, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size) for name, stat in stats]
        entries = []
        for file in truth.listed(visit):
            if self._changed(night, file.name, visit):
                served = self.read(DATA, night, file.name, visit)
                assert served is not None
                entries.append(Entry(file.name, served.modified, len(served.data)))
            else:
                entries.append(Entry(file.name, datetime.fromisoformat(file.modified), file.size))
        return entries

    def _parent_entries(self, path: PurePosixPath) -> list[Entry] | None:
        newest = self._newest()
        above = {".": ["data/", "qkl/"], "data": [f"{DATA.name}/"]}.get(path.as_posix())
        if above is None:
            product = next((p for p in (DATA, PICTURES) if path.is_relative_to(p.as_posix())), None)
            if product is None:
                return None
            parts = path.relative_to(product.as_posix()).parts
            if not parts:
                above = [f"{year}/" for year in range(FIRST_YEAR, newest.year + 1)]
            elif not re.fullmatch(r"\d{4}", parts[0]) or not FIRST_YEAR <= int(parts[0]) <= newest.year:
                return None
            elif len(parts) == 1:
                above = [f"{month:02d}/" for month in range(1, 13) if date(int(parts[0]), month, 1) <= newest]
            elif len(parts) == 2 and re.fullmatch(r"0[1-9]|1[0-2]", parts[1]):
                first = date(int(parts[0]), int(parts[1]), 1)
                days = [first + timedelta(days=i) for i in range(31)]
                above = [f"{day:%d}/" for day in days if day.month == first.month and day <= newest]
            if not above:
                return None
        when = datetime.combine(newest, time(), UTC)
        return [Entry(name, when, None) for name in above]

    def _changed(self, night: date, name: str, visit: int) -> bool:
        return visit >= CHANGE_AT_VISIT and self.strikes(Misbehaviour.FILE_CHANGES, night, name)

    def read(self, product: Path, night: date, name: str, visit: int) -> Served | None:
        """Bytes of a file at a visit.

        Parameters
        ----------
        product : DATA or PICTURES
        night : date
        name : of the file
        visit : 1, 2 and so on

        Returns
        -------
        Served, or None where it cannot be had
        """
        if product == DATA and name not in self.listed(night, visit):
            return None
        path = self.folder / product / day_folder(night) / name
        if "/" in name or not path.is_file():
            return None
        data, modified = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
        for misbehaviour, lie in LIES.items():
            if product == DATA and self.strikes(misbehaviour, night, name):
                data = lie(data)
        if product == DATA and self._changed(night, name, visit):
            return revised(Served(data, modified))
        return Served(data, modified)
