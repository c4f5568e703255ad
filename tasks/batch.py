"""How batches run: their size, and what a Prefect task around one promises."""

from collections.abc import Callable
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff

# A flow run stays below 200 task runs (one costs about 126 ms); two kinds of batches share them.
MOST_BATCHES = 80


def batch_task(function: Callable[..., Any]) -> Task[..., Any]:
    """Make a function the task of one batch. Postgres is the truth: it may be tried again, and nothing of it is cached.

    A thread cannot be interrupted, so the time limits lie in what it waits for: requests, the cluster, the database.
    """
    options = task(retries=3, retry_delay_seconds=exponential_backoff(2), retry_jitter_factor=1, cache_policy=NO_CACHE)
    return options(function)
