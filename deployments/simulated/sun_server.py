"""The simulated Sun over HTTP (and FTP): ``/visit-{n}/bbso/…``, ``sdo``, ``aia``, ``swpc``, ``hek``, each in its real tree.

Helioviewer and the JSOC answer questions there: ``/visit-{n}/helioviewer/v2/getClosestImage/`` and ``getJP2Image/``,
``/visit-{n}/jsoc/cgi-bin/ajax/jsoc_info`` and ``jsoc_fetch``.
"""

import fcntl
import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from deployments.simulated.fault import html_page
from deployments.simulated.index_page import Entry, table_page
from deployments.simulated.jsoc import DATE, Jsoc
from deployments.simulated.sun import RECORDS, tree, write_sun_night
from tasks.archives.helioviewer import SOURCES as HELIOVIEWER_SOURCES
from tasks.readers.sun.name import parse_sun_name

# What lies above the days of each archive; the near-real-time images of AIA are in a tree of their own.
HELIOVIEWER, JSOC = "helioviewer", "jsoc"
DAYS = ("bbso/pub/archive", "sdo/assets/img/browse", "aia/nrt", "aia", "swpc", "hek", HELIOVIEWER, JSOC)
PROGRAMS = "cgi-bin/ajax"
SOURCES = {str(number): name.rpartition("_")[2] for name, number in HELIOVIEWER_SOURCES.items()}
LONG_AGO = datetime(2011, 1, 1, tzinfo=UTC)  # of its newest image of a source that is not simulated
TOPS = tuple(dict.fromkeys(days.partition("/")[0] for days in DAYS))
ADDRESS = re.compile(rf"(?:/visit-(?P<visit>[1-9]\d{{0,3}}))?/(?P<path>(?:{'|'.join(TOPS)})(?:/.*)?)")
FIRST_YEAR = 2010


class SunArchive:
    """Days of the Sun in a folder, made when first asked for.

    Parameters
    ----------
    folder : where they are kept
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._made: set[tuple[date, int]] = set()

    def night_of(self, path: PurePosixPath) -> date | None:
        """Night of a path at or below a day's folder; None above it, or where there is no such day yet."""
        days = next((days for days in DAYS if path.is_relative_to(days)), None)
        parts = path.relative_to(days).parts if days else ()
        try:
            night = date(*(int(part) for part in parts[:3])) if len(parts) >= 3 else None
        except ValueError:
            return None
        return night if night and night.year >= FIRST_YEAR and night < datetime.now(UTC).date() else None

    def make(self, night: date, visit: int) -> None:
        """Make a day if it is not there."""
        if (night, visit) in self._made:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # The thread lock holds within this process, the file lock against another server on the same folder.
        with self._lock, (self.folder / f".lock-sun-{night}").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            write_sun_night(self.folder, night, visit)
            self._made.add((night, visit))

    def entries(self, path: PurePosixPath, visit: int) -> list[Entry] | None:
        """What a folder lists at a visit; None where there is none. Days are listed once they are made."""
        night = self.night_of(path)
        if night:
            self.make(night, visit)
            place = tree(self.folder, visit) / path
            if not place.is_dir():
                return None
            return [_entry(item) for item in sorted(place.iterdir())]
        return self._above(path, visit)

    def file(self, path: PurePosixPath, visit: int) -> Path | None:
        """A file at a visit, None where there is none."""
        night = self.night_of(path)
        if night is None or ".." in path.parts:
            return None
        self.make(night, visit)
        place = tree(self.folder, visit) / path
        return place if place.is_file() else None

    def _above(self, path: PurePosixPath, visit: int) -> list[Entry] | None:
        today = datetime.now(UTC)
        below: set[str] = {PurePosixPath(days).parts[len(path.parts)] for days in DAYS if _is_above(path, days)}
        days = next((days for days in DAYS if path.is_relative_to(days)), None)
        parts = path.relative_to(days).parts if days else ()
        # Days are listed only once they are made: a cloudy one has no folder, which nobody knows before.
        if days and len(parts) < 3 and all(part.isdigit() for part in parts):
            place = tree(self.folder, visit) / path
            below |= {item.name for item in place.iterdir() if item.is_dir()} if place.is_dir() else set()
        return [Entry(f"{name}/", today, None) for name in sorted(below)] if below or (days and not parts) else None

    def _helioviewer(self, question: str, asked: Mapping[str, str], visit: int) -> Response:
        """Answer with the nearest image of a day, however far it is, as Helioviewer does."""
        try:
            moment, channel = datetime.fromisoformat(asked["date"]), SOURCES[asked["sourceId"]]
        except (KeyError, ValueError):
            return JSONResponse({"error": "Invalid date or sourceId"}, 400)
        day = PurePosixPath(HELIOVIEWER, f"{moment:%Y/%m/%d}")
        night = self.night_of(day)
        if night is None or question not in ("getClosestImage", "getJP2Image"):
            return _missing()
        self.make(night, visit)
        places = (tree(self.folder, visit) / day).glob(f"*_{channel}.jp2")
        held = {parse_sun_name(place.name).start or LONG_AGO: place for place in places}
        taken = min(held, key=lambda start: abs(start - moment), default=LONG_AGO)
        if question == "getJP2Image":
            return FileResponse(held[taken]) if held else _missing()
        return JSONResponse({"id": taken.toordinal(), "date": f"{taken:%Y-%m-%d %H:%M:%S}", "width": 4096, "height": 4096})

    def _jsoc(self, program: str, asked: Mapping[str, str], visit: int) -> Response:
        """Answer as the JSOC's database, for the day that the question names."""
        told, places = {}, {}
        if found := DATE.search(asked.get("ds", "")):
            day = PurePosixPath(JSOC, *found.groups())
            night = self.night_of(day)
            if night:
                self.make(night, visit)
                folder = tree(self.folder, visit) / day
                told = json.loads((folder / RECORDS).read_text(encoding="utf-8"))
                moments = (moment for series in told.values() for moment in series)
                places = {moment: f"/{'/'.join(found.groups())}/{re.sub('[.:]', '', moment)}.fits" for moment in moments}
        return JSONResponse(Jsoc(told, places).answer(program, asked))

    async def answer(self, request: Request) -> Response:
        """Answer a request for a folder or a file."""
        found = ADDRESS.fullmatch(request.url.path)
        if found is None:
            return _missing()
        visit, path = int(found["visit"] or 1), PurePosixPath(found["path"])
        if path.parts[0] == HELIOVIEWER:
            return await run_in_threadpool(self._helioviewer, path.name, request.query_params, visit)
        if path.is_relative_to(f"{JSOC}/{PROGRAMS}"):
            return await run_in_threadpool(self._jsoc, path.name, request.query_params, visit)
        if not found["path"].endswith("/"):
            if (place := await run_in_threadpool(self.file, path, visit)) is not None:
                return FileResponse(place)
            if self.night_of(path) is None and self._above(path, visit) is not None:
                return RedirectResponse(request.url.replace(path=request.url.path + "/"), 301)
            return _missing()
        entries = await run_in_threadpool(self.entries, path, visit)
        if entries is None:
            return _missing()
        shown = request.url.path.rstrip("/")
        page = table_page(shown, shown.rsplit("/", 1)[0] + "/", entries, "Nightshift's simulated Sun")
        return Response(page, media_type="text/html;charset=UTF-8")


def _is_above(path: PurePosixPath, days: str) -> bool:
    return path.parts != PurePosixPath(days).parts and PurePosixPath(days).is_relative_to(path)


def _entry(path: Path) -> Entry:
    status = path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return Entry(path.name + "/", modified, None) if path.is_dir() else Entry(path.name, modified, status.st_size)


def _missing() -> Response:
    return Response(html_page("404 Not Found"), 404, media_type="text/html")
