"""radio-day: a whole simulated day from crawl to report, on a fresh stack, beside peers that only read and clean.

archive server ─▶ nightshift night (crawl ─▶ ingest ─▶ infer ─▶ settle ─▶ pictures ─▶ report), watched
               ─▶ plain download
files          ─▶ peers, inflate: one process, one core
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
from isal import isal_zlib

from deployments.bench.archive_process import served
from deployments.bench.download import download
from deployments.bench.observed import ARCHIVE_SERVER, observe_night
from deployments.bench.own_stack import fresh_stack
from deployments.bench.peers import cleaners
from deployments.bench.race import Contestant, race
from deployments.bench.radio_read import GZIP
from deployments.bench.radio_read import ours as our_reader
from deployments.bench.result import Result, Row
from deployments.bench.spectrograms import NIGHT, files_of_day, simulated_day
from deployments.bench.steps import step_table
from deployments.simulated.night import DATA, day_folder

OURS = "nightshift night, the whole command"
ARCHIVE = "ecallisto"  # whose mirror the simulated day is
QUICK_LOOKS = 50
SAMPLE = 200  # files from which the time of the slower peers for a whole day is scaled up


def radio_day(folder: Path, stations: int, files_per_station: int, progress: Callable[[int, int], None] | None) -> Result:
    """Observe a simulated day, and let the others treat the same files.

    Parameters
    ----------
    folder : where the day is kept, and the stack's home while it runs
    stations, files_per_station : size of the day; 48 and 65 make 3,120 files
    progress : called while the day is written
    """
    root = simulated_day(folder, stations, files_per_station, progress)
    files = files_of_day(root)
    size = ("--stations", str(stations), "--files", str(files_per_station), "--sound")
    with served("deployments.simulated.server", "--home", str(root), *size) as (address, server):
        directory = f"{address}/solarradio/{DATA.as_posix()}/{day_folder(NIGHT).as_posix()}/"
        httpx.get(directory, timeout=600).raise_for_status()  # the day's truth is read into the server now, not in our time
        bound = download([directory + path.name for path in files])
        home = folder / "stack-of-radio-day"
        # The stack needs no archives of its own: it is told of ours instead.
        with fresh_stack(home, NIGHTSHIFT_SIMULATED_URL=address, NIGHTSHIFT_QUICK_LOOKS=str(QUICK_LOOKS)) as variables:
            rows, tables = observe_day(home, variables, address, server)
    rows.append(Row("download of all files, httpx with 4 connections", "bound", *bound, n=1))
    compared, left_out = contestants(files)
    tables["Our steps, each alone on one core"] = step_table(sample_of(files), len(files), QUICK_LOOKS)
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    return Result(
        "radio-day",
        "day",
        OURS,
        (*rows, *compared),
        {"files": len(files), "stations": stations, "megabytes": round(megabytes, 1), "quick_looks": QUICK_LOOKS},
        tables,
        (
            f"{len(files)} simulated files of {stations} stations, {megabytes:.0f} MB, none broken on purpose.",
            "Memory is the resident set of all processes, added up every 0.5 s; shared pages count in each.",
            "The archive server belongs to the benchmark, not to the product, and is left out of the CPU of our rows.",
            f"Peers and inflate: one process on one core, {min(SAMPLE, len(files))} files from all over the day, scaled up to all.",
            *(f"Left out for all: {name} ({why})." for name, why in left_out.items()),
        ),
    )


def observe_day(
    home: Path, variables: dict[str, str], address: str, server: int
) -> tuple[list[Row], dict[str, list[dict[str, Any]]]]:
    """Run the night and watch it; parameters and returns as of `observe_night`, with the archive's address and its server's pid."""
    return observe_night(home, variables, ARCHIVE, f"{address}/solarradio/", NIGHT, OURS, {ARCHIVE_SERVER: server})


def sample_of(files: Sequence[Path]) -> list[Path]:
    """Some files from all over a day, which is sorted by station."""
    return list(files)[:: max(1, len(files) // SAMPLE)][:SAMPLE]


def contestants(files: Sequence[Path]) -> tuple[list[Row], dict[str, str]]:
    """Let peers and bounds treat a sample of the day, and scale their times up to all of it.

    Parameters
    ----------
    files : of the day

    Returns
    -------
    (rows, left_out), as of `race`, in seconds of the day
    """
    sample = sample_of(files)
    packed = {path: path.read_bytes() for path in sample}
    inflate = Contestant("isal inflate alone", "bound", lambda path: isal_zlib.decompress(packed[path], GZIP))
    rows, left_out = race([*our_reader(), *cleaners(), inflate], sample, 2)
    scaled = [
        row
        if row.seconds is None or row.cpu_s is None
        else Row(row.name, row.role, row.seconds * len(files), row.cpu_s * len(files), row.n, row.best_of, "one core, scaled up")
        for row in rows
    ]
    return scaled, left_out
