"""radio-year: a year of one station, night after night in one process; nothing may grow but the archive itself.

one day of one station, restamped ─▶ HTTP ─▶ 365 times the real flow, watched
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from deployments.bench.archive_process import served
from deployments.bench.growth import growth
from deployments.bench.night_facts import database_mb
from deployments.bench.own_stack import ending, fresh_stack, stack_roots
from deployments.bench.result import Result, Row
from deployments.bench.spectrograms import simulated_day
from deployments.bench.watch import Watch
from deployments.stack.parts import ROOT
from models.errors import NightshiftError

OURS = "nightshift, one night of one station"
FIRST = date(2021, 1, 1)
# Nights until everything is warm: workers have imported what they need, and every pool has its size.
WARM_UP = 3


def radio_year(folder: Path, nights: int, files: int, progress: Callable[[int, int], None] | None) -> Result:
    """Observe a year on a fresh stack.

    Parameters
    ----------
    folder : where the day is kept, and the stack's home while it runs
    nights : how many
    files : of a night
    progress : called after each night with how many are done, and of how many
    """
    home = folder / "stack-of-radio-year"
    day = simulated_day(folder, 1, files)
    with (
        served("deployments.bench.year_archive", "--day", str(day)) as (address, _),
        fresh_stack(home, NIGHTSHIFT_SIMULATED_URL=address) as variables,  # told of our archive, it needs none of its own
    ):
        seen = list(observe_nights(home, variables, address, nights, progress))
    return Result(
        "radio-year",
        "night",
        OURS,
        (_row(seen),),
        {"nights": nights, "files_per_night": files, "files": sum(night["stored"] for night in seen)},
        {"Growth": growth_table(seen), "Nights": seen},
        (
            f"{sum(night['stored'] for night in seen)} files of {nights} nights; every night has the same sky.",
            "Memory is the proportional set at the end of each night, or the resident set where the kernel does not tell it.",
            f"The first {WARM_UP} nights are left out of the lines.",
        ),
    )


def observe_nights(
    home: Path, variables: dict[str, str], address: str, nights: int, progress: Callable[[int, int], None] | None
) -> Iterator[dict[str, Any]]:
    """Run the nights in one process; yield what each cost, with the memory and the databases after it.

    Parameters
    ----------
    home : of a running stack
    variables : environment of its commands
    address : of the archive that repeats a day
    nights : how many
    progress : called after each night
    """
    arguments = [sys.executable, "-m", "deployments.bench.year_nights", "--archive", f"{address}/solarradio/"]
    arguments += ["--first", FIRST.isoformat(), "--nights", str(nights)]
    with subprocess.Popen(arguments, env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process, ending(process):  # noqa: S603
        assert process.stdout
        watch = Watch({"flow": process.pid, **stack_roots(home)}, proportional=True)
        for number, line in enumerate(process.stdout, start=1):
            told = json.loads(line)
            if told["outcome"] != "complete":
                raise NightshiftError(f"the night of {told['night']} is {told['outcome']}")
            watch.look()
            memory = {f"{name}, MB": round(group.last_mb, 1) for name, group in watch.groups.items()}
            sizes = {f"database {name}, MB": round(size, 2) for name, size in database_mb(home).items()}
            timings = {f"{step}, s": round(seconds, 2) for step, seconds in told.pop("timings").items()}
            yield {**told, **timings, **memory, **sizes}
            if progress:
                progress(number, nights)
    if process.returncode:
        raise NightshiftError(f"the nights ended with status {process.returncode}")


def growth_table(seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a line through each figure of the nights.

    Parameters
    ----------
    seen : as `observe_nights` yields them
    """
    figures = [name for name, value in seen[-1].items() if isinstance(value, float)]
    return [growth([night.get(name, 0.0) for night in seen], WARM_UP).row(name) for name in figures]


def _row(seen: list[dict[str, Any]]) -> Row:
    line = growth([night["seconds"] for night in seen], WARM_UP)
    cpu = growth([night["flow_cpu_s"] for night in seen], WARM_UP)
    drift = "" if line.slope is None else f"{1e3 * line.slope:+.2f} ± {1e3 * (line.error or 0):.2f} ms a night"
    return Row(OURS, "ours", line.last, cpu.last, len(seen), 1, f"median of the last nights, CPU of the flow alone; {drift}")
