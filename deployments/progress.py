"""A bar on standard error for work that has stages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def staged_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show one bar for each stage that is told of: its name, how far it is, of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        known: dict[str, int] = {}

        def tell(stage: str, done: int, of: int) -> None:
            if stage not in known:
                known[stage] = int(bars.add_task(stage, total=of))
            bars.update(known[stage], completed=done, total=of)  # type: ignore[arg-type]

        yield tell
