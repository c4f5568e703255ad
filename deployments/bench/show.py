"""A benchmark's result as JSON or as tables."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deployments.bench.machine import describe_machine, describe_versions
from deployments.bench.result import Result

LONGEST = 40  # rows of a table that a terminal should show


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When and on what a benchmark ran; taken before it starts, so that its own load does not count."""

    started: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]

    @classmethod
    def now(cls) -> "Circumstances":
        """Those of the moment."""
        return cls(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", describe_machine(), describe_versions())


def show_json(result: Result, circumstances: Circumstances) -> None:
    """Write one JSON object to standard output."""
    told = {
        "benchmark": result.benchmark,
        "started": circumstances.started,
        "machine": circumstances.machine,
        "versions": circumstances.versions,
        "parameters": result.parameters,
        "item": result.item,
        "ours": result.ours,
        "rows": result.compared(),
        "tables": result.tables,
        "notes": result.notes,
    }
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def show_tables(result: Result, circumstances: Circumstances) -> None:
    """Write tables to standard output: the contestants, then where the time went, then what a reader must know."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    machine = circumstances.machine
    console.print(
        f"{result.benchmark}  {circumstances.started}  {circumstances.versions['nightshift']}\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}, load {machine['load']} before the run",
        highlight=False,
    )
    console.print(_contestants(result))
    for title, rows in result.tables.items():
        if len(rows) <= LONGEST:
            console.print(_table(title, rows))
        else:
            console.print(f"\n{title}: {len(rows)} rows, with --json", highlight=False)
    for note in result.notes:
        console.print(escape(note), highlight=False)


def _contestants(result: Result) -> Table:
    table = Table(title=f"Seconds of a {result.item}", title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("contestant")
    table.add_column("role")
    for head in ("wall", "CPU", "ratio", "n", "best of"):
        table.add_column(head, justify="right")
    table.add_column("note")
    for row in result.compared():
        table.add_row(
            escape(row["name"]),
            row["role"],
            duration(row["seconds"]),
            duration(row["cpu_s"]),
            "-" if row["ratio"] is None else f"{row['ratio']:.2f}",
            str(row["n"] or "-"),
            str(row["best_of"]) if row["n"] else "-",
            escape(row["note"]),
        )
    return table


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", box=None, header_style="bold", pad_edge=False)
    columns = list(rows[0]) if rows else []
    for column in columns:
        numeric = all(row[column] is None or isinstance(row[column], (int, float)) for row in rows)
        table.add_column(column, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return escape(f"{value:,}" if isinstance(value, int) else str(value))


def duration(seconds: float | None) -> str:
    """Seconds in the unit that suits them: "0.79 ms", "12.4 s".

    Parameters
    ----------
    seconds : s, or None for "-"
    """
    if seconds is None:
        return "-"
    return f"{1e3 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.1f} s"
