"""sky-rebin: what it costs to make the means of camera frames, files to one array, on all cores."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from deployments.bench.race import Contestant
from deployments.bench.result import Result, Role, Row
from models.simulate.camera import draw_scene
from models.simulate.camera.tau2_fits import tau2_bytes
from tasks.readers.binned_frames import COUNTS, PLAIN_BYTES, read_binned

OURS = "nightshift files to one array"
ORIGIN = "the origin's way: astropy, reshape, mean, a FITS file each; joblib threads"
NIGHT_FRAMES = 324_000  # ten hours at 9 Hz
START = datetime(2023, 1, 24, 20, tzinfo=UTC)


def sky_rebin(folder: Path, data: Path | None, frames: int, rounds: int) -> Result:
    """Rebin the same frames in every way.

    Parameters
    ----------
    folder : where simulated frames are kept
    data : folder of real frames, copied until there are enough; None for simulated ones
    frames : how many
    rounds : of which the best counts
    """
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    paths = frame_files(folder / "sky-frames", sorted(data.glob("*.fits")) if data else [], frames)
    out = folder / "sky-binned"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    ways: list[tuple[str, Role, Callable[[Sequence[Path]], object], str]] = [
        (OURS, "ours", lambda some: read_binned(some, threads), ""),
        ("nightshift, one thread", "ours", lambda some: read_binned(some, 1), ""),
        (ORIGIN, "peer", lambda some: _origin(some, out, threads), "writes what we keep in memory"),
        ("the origin's numbers without its files", "peer", lambda some: _each(_mean, some, threads), ""),
        ("read from the page cache", "bound", lambda some: _each(_read, some, threads), "no means"),
        ("read from the disk, page cache dropped", "bound", lambda some: _cold(some, threads), "no means"),
    ]
    rows = [_row(name, role, run, paths, rounds, note) for name, role, run, note in ways]
    shutil.rmtree(out)
    ours = rows[0].seconds or float("nan")
    return Result(
        "sky-rebin",
        "frame",
        OURS,
        tuple(rows),
        {"frames": len(paths), "source": "real" if data else "simulated", "threads": threads},
        tables={"A night": [{"what": f"{NIGHT_FRAMES:,} frames, computed from ours", "seconds": f"{NIGHT_FRAMES * ours:.0f}"}]},
        notes=(
            f"{len(paths)} frames of 512 x 640 counts ({PLAIN_BYTES:,} bytes), {threads} threads; means of 4 x 4.",
            "Warm: everyone starts from paths in the page cache. From the disk no program is faster than the last row.",
        ),
    )


def frame_files(folder: Path, real: Sequence[Path], frames: int) -> list[Path]:
    """Files of frames in ``folder``: copies of real ones in turn, or simulated ones; written where they are missing.

    Parameters
    ----------
    folder : for the files
    real : files to copy; none for simulated ones, of which sixteen differ
    frames : how many
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = [path.read_bytes() for path in real]
    if not sources:
        rng = np.random.default_rng(1)
        for _ in range(4):
            scene = draw_scene(rng)
            for second in range(4):
                counts = scene.frame(rng, 10.0 * second).adu
                moment = START + timedelta(seconds=10 * second)
                sources.append(tau2_bytes(counts, moment, air_c=scene.air_c, shutter_c=scene.shutter_c, since_correction_s=15.0))
    kind = "real" if real else "simulated"
    paths = [folder / f"{kind}-{number:05d}.fits" for number in range(frames)]
    for number, path in enumerate(paths):
        if not path.exists():
            path.write_bytes(sources[number % len(sources)])
    return paths


def _row(name: str, role: Role, run: Callable[[Sequence[Path]], object], paths: Sequence[Path], rounds: int, note: str) -> Row:
    contestant = Contestant(name, role, None, note)
    run(paths[:8])
    best, cpu = float("inf"), float("inf")
    for _ in range(rounds):
        wall, process = time.perf_counter(), time.process_time()
        run(paths)
        best, cpu = min(best, time.perf_counter() - wall), min(cpu, time.process_time() - process)
    return Row(contestant.name, contestant.role, best / len(paths), cpu / len(paths), len(paths), rounds, contestant.note)


def _each(treat: Callable[[Path], object], paths: Sequence[Path], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(treat, paths, chunksize=1):
            pass


def _mean(path: Path) -> np.ndarray:
    from astropy.io import fits

    with fits.open(path) as units:
        counts = units[0].data
        rows, columns = counts.shape
        return np.asarray(counts.reshape(128, rows // 128, 160, columns // 160).mean(-1).mean(1))


def _origin(paths: Sequence[Path], out: Path, threads: int) -> None:
    from astropy.io import fits
    from joblib import Parallel, delayed

    def treat(path: Path) -> None:
        fits.PrimaryHDU(_mean(path)).writeto(out / f"{path.stem}_binned.fits", overwrite=True)

    Parallel(n_jobs=threads, prefer="threads")(delayed(treat)(path) for path in paths)


def _read(path: Path) -> int:
    buffer = bytearray(PLAIN_BYTES)
    with path.open("rb", buffering=0) as file:
        return file.readinto(buffer) or COUNTS


def _cold(paths: Sequence[Path], threads: int) -> None:
    for path in paths:
        with path.open("rb") as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    _each(_read, paths, threads)
