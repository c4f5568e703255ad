"""A night of a running stack, watched from the start of the command to its end."""

import subprocess
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from deployments.bench.night_facts import night_facts
from deployments.bench.own_stack import command, ending, stack_roots
from deployments.bench.result import Row
from deployments.bench.watch import Watch
from deployments.stack.parts import ROOT
from models.errors import NightshiftError

FLOW, ARCHIVE_SERVER = "flow (nightshift night)", "archive server"


def observe_night(
    home: Path, variables: dict[str, str], archive: str, mirror: str, night: date, name: str, beside: Mapping[str, int]
) -> tuple[list[Row], dict[str, list[dict[str, Any]]]]:
    """Run a night and watch it.

    Parameters
    ----------
    home : of a running stack
    variables : environment of its commands
    archive : its name in the tables
    mirror : of it, as ``--archive`` takes it
    night : its date
    name : of the row of the whole command
    beside : pids of further processes to watch, by name; those of the benchmark, whose processor time is not ours

    Returns
    -------
    (rows, tables), of a `Result`

    Raises
    ------
    NightshiftError
        With its last words, if the night fails.
    """
    arguments = command("night", "--archive", mirror, "--night", night.isoformat())
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        arguments, env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        roots = {FLOW: process.pid, **stack_roots(home), **beside}
        with ending(process), Watch(roots, new=frozenset({FLOW})) as watch:
            said, _ = process.communicate()
    wall = time.perf_counter() - start
    if process.returncode:
        raise NightshiftError(f"the night ended with status {process.returncode}: {' | '.join(said.strip().splitlines()[-3:])}")
    facts = night_facts(home, archive, night)
    cpu = sum(group.cpu_s for kind, group in watch.groups.items() if kind not in beside)
    rows = [
        Row(name, "ours", wall, cpu, 1, note=f"{facts.task_runs} task runs, peak {watch.peak_mb:,.0f} MB"),
        Row("nightshift, its flow alone", "ours", facts.flow_s, None, 1, note="without start of Python and imports"),
    ]
    steps = [{"step": step, "seconds": round(seconds, 2)} for step, seconds in facts.timings.items()]
    counts: list[dict[str, Any]] = [
        {"what": "outcome", "figure": facts.outcome},
        {"what": "Prefect task runs", "figure": str(facts.task_runs)},
        {"what": "peak memory, MB", "figure": f"{watch.peak_mb:.0f}"},
    ]
    counts += [{"what": name, "figure": str(count)} for name, count in facts.counts.items()]
    return rows, {"Steps of the flow": steps, "Where the processor time went": watch.table(), "The night": counts}
