"""Rows on their way to Postgres: they wait while it is away, and are written once it is back, none lost and none twice."""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from db.ledger import Ledger
from db.remote_file import RemoteFile
from db.session import transaction
from db.sky import FrameRow, fault_of, write_sequence
from db.sky_readings import sky_readings
from db.verdicts import record_verdicts, register_models
from models import registry
from models.sky.safety import Reading
from models.sky.sequence import MOST_UNSEEN_S, PHOTOMETRIC_S
from models.verdict import Verdict
from tasks.advice import explain, trouble
from tasks.checkpoints import fetch_checkpoints
from tasks.live.headline import headline
from tasks.live.now import Judged, SkyNow, utc_now
from tasks.revision import code_revision
from tasks.sky_sequence import sequence_rows

log = logging.getLogger(__name__)

# So often rows are written, and so often an idle database is asked whether it is there.
EVERY_S, ASKED_EVERY_S = 1.0, 5.0
# Rows of one transaction: half a minute of the camera's fastest.
MOST_ROWS = 300
LAST_TRY_S = 10.0
# So much of the frames before is needed to tell how long the sky has been clear, and how still it is.
COURSE = timedelta(seconds=PHOTOMETRIC_S + MOST_UNSEEN_S)


class Outbox:
    """Writes from a thread of its own, so that a database that does not answer delays no verdict.

    A frame is entered in the ledger as listed, and its verdict stands beside it: the night that settles the file finds it judged.
    """

    def __init__(self, archive: str, sky: SkyNow) -> None:
        self._archive = archive
        self._sky = sky
        self._waiting: deque[tuple[date, Judged]] = deque()
        self._model_ids: dict[str, int] = {}
        self._course: dict[int, FrameRow] = {}
        self._away_since: datetime | None = None
        self._asked = 0.0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self.written = 0

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, night: date, judged: Judged) -> None:
        """Take a judged frame; one that could not be read is left to the night."""
        if judged.verdict is not None:
            self._waiting.append((night, judged))

    def end(self) -> int:
        """Write what still waits, for some seconds at most; return how many rows were left."""
        self._ending.set()
        self._thread.join(LAST_TRY_S + 15)
        return len(self._waiting)

    def readings(self, since: timedelta) -> list[Reading] | None:
        """What was read before this process began; None where the database does not answer."""
        try:
            with transaction() as connection:
                self._register(connection)
                rows = sky_readings(connection, self._archive, utc_now() - since)
        except SQLAlchemyError as error:
            self._is_away(error)
            return None
        return [Reading(row.start_time, row.cloud_fraction if row.state == "judged" else None, row.reason) for row in rows]

    def _run(self) -> None:
        while not self._ending.wait(EVERY_S):
            self._flush()
        last = time.monotonic() + LAST_TRY_S
        while self._waiting and time.monotonic() < last:
            if not self._flush():
                time.sleep(EVERY_S)

    def _flush(self) -> bool:
        """Write what waits, the oldest first; whether the database took it."""
        while self._waiting or time.monotonic() - self._asked > ASKED_EVERY_S:
            batch = list(self._waiting)[:MOST_ROWS]
            try:
                with transaction() as connection:
                    self._register(connection)
                    self._write(connection, batch)
            except Exception as error:  # whatever it is: what is not written down is unsafe, and tried again
                if explain(error) is None:
                    log.exception("rows of the sky cannot be written")
                self._is_away(error)
                return False
            for _ in batch:
                self._waiting.popleft()
            self.written += len(batch)
            self._asked = time.monotonic()
            self._away_since = None
            self._sky.trouble("database", "")
        return True

    def _register(self, connection: Connection) -> None:
        if self._model_ids:
            connection.execute(text("SELECT 1"))
            return
        described = registry.describe("sky", fetch_checkpoints(model.name for model in registry.classifiers("sky")))
        self._model_ids = register_models(connection, "sky", described, code_revision())

    def _write(self, connection: Connection, batch: Sequence[tuple[date, Judged]]) -> None:
        new: dict[int, FrameRow] = {}
        for night, items in groupby(batch, key=lambda item: item[0]):
            frames = [judged for _, judged in items]
            # The header's time where the name tells none, as the night will write it.
            files = [replace(item.file, start=(item.frame and item.frame.t_start) or item.file.start) for item in frames]
            ids = Ledger(connection, self._archive, night).enter(files)
            said = [(file, item.verdict) for file, item in zip(files, frames, strict=True) if item.verdict is not None]
            record_verdicts(connection, "sky", [(ids[file.name], verdict) for file, verdict in said], self._model_ids)
            new |= {ids[file.name]: frame_row(ids[file.name], file, verdict) for file, verdict in said}
        self._describe(connection, new)

    def _describe(self, connection: Connection, new: Mapping[int, FrameRow]) -> None:
        """Write what the newest frames tell together with those before them, as the night will."""
        timed = {key: row for key, row in {**self._course, **new}.items() if row.moment is not None}
        last = max((row.moment for row in timed.values() if row.moment), default=None)
        if last is None:
            return
        self._course = {key: row for key, row in timed.items() if row.moment and last - row.moment <= COURSE}
        course = sorted(self._course.values(), key=lambda row: (row.moment or last, row.name))
        rows = sequence_rows(course, self._model_ids[headline()])
        write_sequence(connection, [row for row in rows if row["source_file_id"] in new])

    def _is_away(self, error: Exception) -> None:
        self._away_since = self._away_since or utc_now()
        waiting = f"{len(self._waiting)} frames wait"
        self._sky.trouble("database", f"since {self._away_since:%H:%M:%S} UTC {trouble(error)}; {waiting}")


def frame_row(file_id: int, file: RemoteFile, verdict: Verdict) -> FrameRow:
    """Return a frame as `db.sky.frames_of` would find it."""
    told = verdict.metrics
    level, excess = told.get("reference_level_adu"), told.get("excess_mean_adu")
    return FrameRow(
        id=file_id,
        name=file.name,
        shard_key="",
        shard_index=0,
        moment=file.start,
        state=verdict.state,
        fault=fault_of(verdict.reason),
        frame_class=told.get("sky_class"),
        sky_class=told.get("sky_class"),
        cloud_fraction=told.get("cloud_fraction"),
        cloud_fraction_sigma=told.get("cloud_fraction_sigma"),
        cloud_fraction_thick=told.get("cloud_fraction_thick"),
        level_adu=None if level is None or excess is None else level + excess,
    )
