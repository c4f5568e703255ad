"""sky-night: what a frame of the sky camera costs from its file to its row, and what a real night would."""

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from db.ledger import Ledger, Settlement
from db.objects import StoredObject
from db.session import engine
from db.sky import record_sky
from db.verdicts import register_models, unjudged
from deployments.bench.result import Result, Row
from deployments.bench.sky_rebin import NIGHT_FRAMES, _mean, frame_files
from deployments.stack.dask_cluster import WORKER_ENVIRONMENT
from models import registry
from models.errors import ConfigurationError
from models.sky.frame import PreparedFrame, prepare
from models.sky.origin_mask import origin_mask, origin_quality
from models.verdict import Verdict
from tasks import shard
from tasks.archives.catalogue import archives
from tasks.judge import to_record
from tasks.readers.prepared_frame import read_prepared_frame
from tasks.readers.sky_frame import read_sky_frame

OURS = "nightshift: file, hash, rebin, QA, shard, sky-clear with its metrics, row"
ORIGIN = "the origin's way: astropy, rebin, mask, blobs, its quality; nothing kept"
MODEL = "sky-clear"
PART = 100  # frames of one part
NIGHT = date(2024, 5, 14)


def sky_night(folder: Path, frames: int, rounds: int, progress: Callable[[int, int], None]) -> Result:
    """Take the same frames through every step of a night, and through the origin's.

    Parameters
    ----------
    folder : where simulated frames are kept
    frames : how many
    rounds : of which the best counts
    progress : called with steps done and of how many
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    paths = frame_files(folder / "sky-frames", [], frames)
    parts = [paths[first : first + PART] for first in range(0, len(paths), PART)]
    with _as_workers(), ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(judge_part, [paths[:2]] * 4 * cores))  # imports, weights and compiled code
        judged, _, verdicts = _best(lambda: _joined(pool.map(judge_part, parts)), rounds)
        progress(1, 3)
        list(pool.map(_origin_part, [paths[:2]] * 4 * cores))
        origin, _, _ = _best(lambda: list(pool.map(_origin_part, parts)), rounds)
    progress(2, 3)
    record_s = _record_s(verdicts)
    whole = judged + (record_s or 0.0)
    rows = [
        Row(OURS, "ours", whole / frames, None, frames, rounds, "" if record_s else "without the row: no database is up"),
        Row(ORIGIN, "peer", origin / frames, None, frames, rounds, "marks cloud on every sky"),
    ]
    some = paths[: min(frames, 2 * PART)]
    bodies = [path.read_bytes() for path in some]
    held = [read_prepared_frame(body, "x.fits") for body in bodies]
    pictures = [read_sky_frame(body, "x.fits") for body in bodies]
    model = registry.load(MODEL)
    for name, run in (
        ("file and its SHA-256", lambda: [hashlib.sha256(path.read_bytes()).hexdigest() for path in some]),
        ("its header and counts", lambda: [read_sky_frame(body, "x.fits") for body in bodies]),
        ("rebin and QA", lambda: [prepare(picture) for picture in pictures]),
        ("packed into a shard and back", lambda: shard.unpack(shard.pack([("x.fits", frame) for frame in held]))),
        ("judged by sky-clear, with its metrics", lambda: to_record(model, held)),
    ):
        seconds, cpu, _ = _best(run, rounds)
        rows.append(Row(name, "ours", seconds / len(some), cpu / len(some), len(some), rounds, "alone, in one process"))
    if record_s:
        rows.append(Row("row in sky_metric", "ours", record_s / frames, None, frames, 1, "COPY and INSERT ... ON CONFLICT"))
    progress(3, 3)
    per_frame = whole / frames
    table = [
        {"what": "frames a second, from file to row", "value": f"{1 / per_frame:,.0f}"},
        {
            "what": f"a night of {NIGHT_FRAMES:,} frames (10 h at 9 Hz), computed",
            "value": f"{NIGHT_FRAMES * per_frame / 60:.1f} min",
        },
        {"what": "the same, the origin's way", "value": f"{NIGHT_FRAMES * origin / frames / 60:.1f} min"},
    ]
    return Result(
        "sky-night",
        "frame",
        OURS,
        tuple(rows),
        {"frames": frames, "processes": cores},
        tables={"A night": table},
        notes=(
            f"{frames} simulated frames of 512 x 640 counts in the page cache, parts of {PART}, {cores} processes in the"
            " environment of the local cluster's workers.",
        ),
    )


@contextmanager
def _as_workers() -> Iterator[None]:
    """Let the processes that begin meanwhile have the environment of the local cluster's workers."""
    before = dict(os.environ)
    os.environ.update(WORKER_ENVIRONMENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def judge_part(paths: Sequence[Path]) -> list[Verdict]:
    """Read, hash, prepare, pack and judge the frames of a part, as a worker does; objects are not sent anywhere."""
    named: list[tuple[str, PreparedFrame]] = []
    for path in paths:
        body = path.read_bytes()
        hashlib.sha256(body).hexdigest()
        named.append((path.name, read_prepared_frame(body, path.name)))
    held = [frame for _, frame in shard.unpack(shard.pack(named))]
    return to_record(registry.load(MODEL), held)


def _origin_part(paths: Sequence[Path]) -> int:
    for path in paths:
        origin_quality(origin_mask(_mean(path)))
    return len(paths)


def _joined(parts: Iterator[list[Verdict]]) -> list[Verdict]:
    return [verdict for part in parts for verdict in part]


def _best(run: Callable[[], Any], rounds: int) -> tuple[float, float, Any]:
    """Wall time and this process's own, the best of the rounds, and what the last gave."""
    wall, cpu, found = float("inf"), float("inf"), None
    for _ in range(rounds):
        begin, process = time.perf_counter(), time.process_time()
        found = run()
        wall, cpu = min(wall, time.perf_counter() - begin), min(cpu, time.process_time() - process)
    return wall, cpu, found


def _record_s(verdicts: Sequence[Verdict]) -> float | None:
    """Seconds that the rows take in the database of the settings, which keeps none of them; None where there is none."""
    try:
        with _fleeting() as connection:
            (camera,) = (item for item in archives().values() if item.instrument == "sky")
            ledger = Ledger(connection, "bench-sky-night", NIGHT)
            begin = datetime(2024, 5, 14, 20, tzinfo=UTC)
            names = [f"{begin + timedelta(seconds=number):%Y%m%dT%H%M%S}.fits" for number in range(len(verdicts))]
            work = ledger.register([camera.products[0].remote_file(name, f"file:///{name}", "1", None) for name in names])
            held = StoredObject("shard/bench-sky-night.npz", "0" * 64, 1, "application/x-npz")
            stored = [
                Settlement(item.file, item.part, "stored", bytes=1, sha256="0" * 64, shard_key=held.key, shard_index=number)
                for number, item in enumerate(work)
            ]
            ledger.settle(stored, [held])
            model_ids = register_models(connection, "sky", registry.describe("sky"), "bench")
            files = [item.file_id for item in unjudged(connection, "bench-sky-night", NIGHT, "sky")]
            start = time.perf_counter()
            record_sky(connection, list(zip(files, verdicts, strict=True)), model_ids)
            return time.perf_counter() - start
    except (ConfigurationError, SQLAlchemyError):
        return None


@contextmanager
def _fleeting() -> Iterator[Connection]:
    with engine().connect() as connection:
        try:
            yield connection
        finally:
            connection.rollback()
