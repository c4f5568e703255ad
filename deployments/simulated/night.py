"""Write one night of the simulated e-CALLISTO archive, with its truth beside it."""

import multiprocessing
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from deployments.simulated.fault import ALL_FAULTS, Fault
from deployments.simulated.render import RenderedFile, render_file
from deployments.simulated.schedule import NightPlan, plan_night
from deployments.simulated.truth import BurstRecord, FileTruth, NightTruth, stamp

DATA = Path("data") / "2002-20yy_Callisto"
PICTURES = Path("qkl")
# Below this many files the two processes' start (1.5 s) costs more than it saves.
PARALLEL_FROM = 60
# Quick-looks per station: enough to be a product of its own, few enough to cost nothing.
PICTURES_PER_STATION = 2


def day_folder(night: date) -> Path:
    """Place of a night below its product's root.

    Parameters
    ----------
    night : date

    Returns
    -------
    Path
    """
    return Path(f"{night:%Y}") / f"{night:%m}" / f"{night:%d}"


def _with_picture(plan: NightPlan) -> set[str]:
    seen: dict[str, int] = {}
    chosen = set()
    for planned in plan.files:
        if planned.fault is None and seen.setdefault(planned.station.site.name, 0) < PICTURES_PER_STATION:
            seen[planned.station.site.name] += 1
            chosen.add(planned.name)
    return chosen


def _render(plan: NightPlan, pictures: set[str], index: int) -> RenderedFile:
    planned = plan.files[index]
    return render_file(plan, planned, picture=planned.name in pictures)


def _rendered(plan: NightPlan) -> Iterator[RenderedFile]:
    job = partial(_render, plan, _with_picture(plan))
    if len(plan.files) < PARALLEL_FROM:
        yield from map(job, range(len(plan.files)))
        return
    # Spawned, not forked: the caller may be a server with threads.
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(job, range(len(plan.files)), chunksize=8)


def _write(path: Path, data: bytes, modified: datetime) -> None:
    path.write_bytes(data)
    os.utime(path, (modified.timestamp(), modified.timestamp()))


def _events(files: list[FileTruth]) -> tuple[BurstRecord, ...]:
    """Each burst once, in UTC, as the file shows it that has the most of it."""
    best: dict[int, tuple[float, FileTruth, BurstRecord]] = {}
    for file in files:
        for burst in file.bursts:
            if burst.event not in best or burst.snr > best[burst.event][0]:
                best[burst.event] = (burst.snr, file, burst)

    def in_utc(file: FileTruth, burst: BurstRecord) -> BurstRecord:
        shift = timedelta(seconds=file.clock_offset_s)
        start, peak, end = (stamp(datetime.fromisoformat(when) - shift) for when in (burst.t_start, burst.t_peak, burst.t_end))
        return replace(burst, t_start=start, t_peak=peak, t_end=end)

    return tuple(in_utc(file, burst) for _, (_, file, burst) in sorted(best.items()))


def _install(partial_root: Path, out: Path, night: date) -> None:
    """Move a finished night into place; the truth comes last, and a night without it does not exist."""
    truth = NightTruth.path(out, night)
    truth.unlink(missing_ok=True)
    for product in (DATA, PICTURES):
        place = out / product / day_folder(night)
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        (partial_root / product).rename(place)
    truth.parent.mkdir(parents=True, exist_ok=True)
    (partial_root / "truth.json").rename(truth)


def _show_late(out: Path, plan: NightPlan, truth: NightTruth, visit: int) -> None:
    for planned, file in zip(plan.files, truth.files, strict=True):
        if file.first_visit == 1:
            continue
        path = out / DATA / day_folder(plan.night) / file.name
        if visit < file.first_visit:
            path.unlink(missing_ok=True)
        elif not path.exists():
            _write(path, render_file(plan, planned, picture=False).data, datetime.fromisoformat(file.modified))


def write_night(
    out: Path,
    night: date,
    visit: int = 1,
    *,
    stations: int = 24,
    files_per_station: int = 14,
    seed: int | None = None,
    faults: Collection[Fault] = ALL_FAULTS,
    progress: Callable[[int, int], None] | None = None,
) -> NightTruth:
    """Write one night: ``data/2002-20yy_Callisto/YYYY/MM/DD``, ``qkl/YYYY/MM/DD`` and ``truth/YYYY-MM-DD.json`` below ``out``.

    The same arguments write the same bytes; ``visit`` decides about the late file alone. A night that is there already, made
    with the same arguments, is kept. A killed run leaves no half night.

    Parameters
    ----------
    out : root of the tree
    night : UTC day
    visit : 1, or 2 and more to have the late file
    stations, files_per_station : size of the night
    seed : of all randomness, from the date where None
    faults : each goes into one file; the one that is listed but gone is in the truth only
    progress : called after each file with how many are written, and of how many

    Returns
    -------
    NightTruth

    Raises
    ------
    ConfigurationError
        If there are not as many stations, or fewer files than faults.
    """
    plan = plan_night(night, stations=stations, files_per_station=files_per_station, seed=seed, faults=faults)
    parameters: dict[str, Any] = {
        "stations": stations, "files_per_station": files_per_station, "seed": plan.seed, "faults": sorted(faults),
    }  # fmt: skip
    side_file = NightTruth.path(out, night)
    if side_file.exists() and (known := NightTruth.read(side_file)).parameters == parameters:
        _show_late(out, plan, known, visit)
        return known
    partial_root = out / f".partial-{night:%Y-%m-%d}-{os.getpid()}"
    shutil.rmtree(partial_root, ignore_errors=True)
    for product in (DATA, PICTURES):
        (partial_root / product).mkdir(parents=True)
    files = []
    for rendered in _rendered(plan):
        file, modified = rendered.truth, datetime.fromisoformat(rendered.truth.modified)
        files.append(file)
        if progress:
            progress(len(files), len(plan.files))
        if file.fault is not Fault.LISTED_BUT_GONE and file.first_visit <= visit:
            _write(partial_root / DATA / file.name, rendered.data, modified)
        if rendered.picture:
            _write(partial_root / PICTURES / f"{file.name}.png", rendered.picture, modified + timedelta(minutes=2))
    truth = NightTruth(f"{night:%Y-%m-%d}", parameters, _events(files), tuple(files))
    truth.write(partial_root / "truth.json")
    _install(partial_root, out, night)
    shutil.rmtree(partial_root)
    return truth
