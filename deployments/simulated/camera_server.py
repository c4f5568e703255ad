"""The simulated sky camera over HTTP: ``/visit-{n}/camera/YYYY-MM-DD/``; every visit sees the same."""

import asyncio
import fcntl
import re
import threading
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from deployments.simulated.camera import CAMERA, write_camera_night
from deployments.simulated.index_page import Entry, table_page

ADDRESS = re.compile(r"(?:/visit-[1-9]\d{0,3})?/camera(?:/(?P<night>\d{4}-\d\d-\d\d)(?:/(?P<name>[^/]*))?)?/?")
PATIENCE_S = 2.0  # an empty line comes this often while a night is made
DAYS_LISTED = 400


class CameraArchive:
    """Nights of the camera in a folder, made when first asked for.

    Parameters
    ----------
    folder : where they are kept
    site : time zone of the camera
    frames : of each night's hour
    """

    def __init__(self, folder: Path, site: ZoneInfo, frames: int) -> None:
        self.folder, self.site, self.frames = folder, site, frames
        self._lock = threading.Lock()

    def make(self, night: date) -> Path:
        """Folder of a night, made now if it is not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # The thread lock holds within this process, the file lock against another server on the same folder.
        with self._lock, (self.folder / f".lock-camera-{night}").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            write_camera_night(self.folder, night, self.site, frames=self.frames)
        return self.folder / CAMERA / f"{night}"

    async def answer(self, request: Request) -> Response:
        """Answer a request below ``camera/``: nights, frames of a night, a frame."""
        found = ADDRESS.fullmatch(request.url.path)
        if found is None:
            return Response("Not Found", 404)
        if found["night"] is None:
            return Response(self._page(request, self._nights()), media_type="text/html;charset=UTF-8")
        try:
            night = date.fromisoformat(found["night"])
        except ValueError:
            return Response("Not Found", 404)
        if night > datetime.now(UTC).date():
            return Response("Not Found", 404)
        if found["name"]:
            path = (await run_in_threadpool(self.make, night)) / found["name"]
            return FileResponse(path, media_type="image/fits") if path.is_file() else Response("Not Found", 404)
        return StreamingResponse(self._listing(request, night), media_type="text/html;charset=UTF-8")

    async def _listing(self, request: Request, night: date) -> AsyncIterator[str]:
        making = asyncio.ensure_future(run_in_threadpool(self._frames, night))
        while not (await asyncio.wait([making], timeout=PATIENCE_S))[0]:
            yield "\n"
        yield self._page(request, making.result())

    def _frames(self, night: date) -> list[Entry]:
        held = ((path.name, path.stat()) for path in sorted(self.make(night).iterdir()))
        return [Entry(name, datetime.fromtimestamp(status.st_mtime, UTC), status.st_size) for name, status in held]

    def _nights(self) -> list[Entry]:
        today = datetime.now(UTC)
        days = (today - timedelta(days=back) for back in range(DAYS_LISTED))
        return [Entry(f"{day:%Y-%m-%d}/", day, None) for day in days]

    def _page(self, request: Request, entries: list[Entry]) -> str:
        path = request.url.path.rstrip("/")
        return table_page(path, path.rsplit("/", 1)[0] + "/", entries, "Nightshift's simulated camera")
