"""How far a night is: bars in a terminal, progress artifacts in the Prefect UI."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.futures import PrefectFuture, as_completed
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tasks.advice import trouble


class Steps:
    """The steps of one run: their durations, their results, and what failed."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self.errors: list[str] = []

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure a step, in seconds."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.timings[name] = round(time.monotonic() - started, 3)

    def gather(self, name: str, futures: Sequence[PrefectFuture[Any]]) -> list[Any]:
        """Wait for the batches of a step; return what succeeded, keep a sentence for each batch that failed for good."""
        if not futures:
            return []
        results = []
        columns = (TextColumn(f"{name:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        artifact = create_progress_artifact(0.0, key=f"progress-{name}", description=f"{name}, by batches")
        assert isinstance(artifact, UUID)  # a coroutine only in async flows
        with Progress(*columns, console=Console(stderr=True), disable=not Console(stderr=True).is_terminal) as bar:
            row = bar.add_task(name, total=len(futures))
            for done, future in enumerate(as_completed(list(futures)), 1):
                future.wait()  # its state is the last one only after this
                state = future.state
                if state.is_completed():
                    results.append(future.result())
                else:
                    error = state.result(raise_on_failure=False)
                    self.errors.append(f"{name}: {trouble(error) if isinstance(error, BaseException) else state.message}")
                bar.update(row, completed=done)
                update_progress_artifact(artifact, 100.0 * done / len(futures))
        return results
