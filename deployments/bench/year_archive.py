"""One station that records the same day every day, over HTTP: ``python -m deployments.bench.year_archive --day FOLDER --port N``.

Writing the 20,000 files of a year would take a quarter of an hour and 5 GB; instead the files of one day are given every date when
it is asked for. The sky is the same every night, so that whatever grows over the nights is ours.
"""

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import uvicorn
from isal import isal_zlib
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.bench.radio_read import GZIP
from deployments.bench.restamp import restamp
from deployments.bench.spectrograms import NIGHT, files_of_day
from deployments.simulated.conditional import answer
from deployments.simulated.index_page import Entry, table_page
from deployments.simulated.night import DATA
from deployments.stack.ports import LOOPBACK

NIGHTS_KEPT = 3  # in memory, of some 12 MB each


class RepeatedDay:
    """The files of one simulated day, on any date.

    Parameters
    ----------
    root : tree with the day
    """

    def __init__(self, root: Path) -> None:
        self._raw = {path.name: isal_zlib.decompress(path.read_bytes(), GZIP) for path in files_of_day(root)}
        self.files = lru_cache(maxsize=NIGHTS_KEPT)(self._files)

    def _files(self, night: date) -> Mapping[str, bytes]:
        """Bytes by name, as they would have been recorded that night."""
        old, new = f"_{NIGHT:%Y%m%d}_", f"_{night:%Y%m%d}_"
        return {name.replace(old, new): restamp(raw, NIGHT, night) for name, raw in self._raw.items()}


def application(day: RepeatedDay) -> Starlette:
    """Make the web application of a repeated day; it has the folders of days, and none above them.

    Parameters
    ----------
    day : RepeatedDay
    """

    def listing(request: Request) -> Response:
        night = _night(request)
        if night is None:
            return Response(status_code=404)
        entries = [Entry(name, _modified(night), len(data)) for name, data in day.files(night).items()]
        page = table_page(request.url.path.rstrip("/"), "../", entries, "Apache/2.4.29 (Ubuntu)")
        return Response(page, media_type="text/html;charset=UTF-8")

    def file(request: Request) -> Response:
        night = _night(request)
        data = day.files(night).get(request.path_params["name"]) if night else None
        if night is None or data is None:
            return Response(status_code=404)
        reply = answer(request.headers, data, _modified(night), "application/x-gzip")
        return Response(reply.body, reply.status, dict(reply.headers))

    folder = f"/solarradio/{DATA.as_posix()}/{{year:int}}/{{month:int}}/{{day:int}}/"
    return Starlette(routes=[Route(folder, listing), Route(folder + "{name}", file)])


def _night(request: Request) -> date | None:
    try:
        return date(*(request.path_params[part] for part in ("year", "month", "day")))
    except ValueError:
        return None


def _modified(night: date) -> datetime:
    return datetime.combine(night + timedelta(days=1), time(1), UTC)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deployments.bench.year_archive")
    parser.add_argument("--day", type=Path, required=True, help="tree with a simulated day")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    uvicorn.run(application(RepeatedDay(chosen.day)), host=LOOPBACK, port=chosen.port, log_level="error", lifespan="off", ws="none")


if __name__ == "__main__":
    main()
