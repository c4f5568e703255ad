"""How the steps of a night run: the size of their batches, and what a Prefect task around one promises."""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from models.errors import NightshiftError
from tasks.advice import explain

# A flow run stays below 200 task runs (one costs about 126 ms); two kinds of batches share them.
MOST_BATCHES = 80

# When a step has failed for good because a service is away, no other is tried again for this long: a night of 80 batches would
# else spend its patience 80 times before it ended and said so.
GIVEN_UP_S = 300.0
_gave_up = [float("-inf")]
# After 2, 4, 8 and 16 s, up to twice that with the jitter: more than half a minute, in which a service may be started anew.
RETRIES = 4

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def step_task(function: Callable[Parameters, Result]) -> Task[Parameters, Result]:
    """Make a function the task of a step or of one batch. Postgres is the truth: it may be tried again, and nothing is cached.

    A thread cannot be interrupted, so the time limits lie in what it waits for: requests, the cluster, the database.
    """
    options = task(
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(2),
        retry_jitter_factor=1,
        retry_condition_fn=_may_pass,
        on_failure=[_note],
        cache_policy=NO_CACHE,
    )
    return options(function)


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another try may end better; our own errors are final, whoever raised them had patience."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, NightshiftError) and time.monotonic() - _gave_up[0] > GIVEN_UP_S


def _note(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> None:
    error = state.result(raise_on_failure=False)
    if isinstance(error, BaseException) and explain(error):
        _gave_up[0] = time.monotonic()
