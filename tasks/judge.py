"""What a worker does to a shard: ask the classifiers. Imports no Prefect."""

import logging
from collections.abc import Sequence
from functools import cache

from db import objects
from models import registry
from models.errors import ModelUnavailable, StalePreparation
from models.verdict import Verdict
from tasks import shard
from tasks.shard import Observation

log = logging.getLogger(__name__)


def judge(models: Sequence[str], observations: Sequence[Observation]) -> dict[str, list[Verdict]]:
    """Verdicts of each model on each observation, in order; all skipped where a model's weights cannot be had."""
    return {name: _verdicts(name, observations) for name in models}


def judge_shard(key: str, wanted: Sequence[tuple[int, tuple[str, ...]]]) -> list[tuple[int, Verdict]]:
    """Fetch a shard and let each observation (by index) be judged by the models named beside it.

    All are skipped where the shard was prepared in another way than ours, and the bytes to prepare it anew cannot be had.

    Returns
    -------
    list of (index, verdict)
    """
    try:
        held = [observation for _, observation in shard.unpack(objects.get(key))]
    except StalePreparation as error:
        _say_once(f"{key}: {error}")
        return [
            (index, Verdict.skipped(name, registry.find(name).version, str(error))) for index, names in wanted for name in names
        ]
    verdicts = []
    for name in sorted({name for _, names in wanted for name in names}):
        indices = [index for index, names in wanted if name in names]
        verdicts += list(zip(indices, _verdicts(name, [held[index] for index in indices]), strict=True))
    return verdicts


def _verdicts(name: str, observations: Sequence[Observation]) -> list[Verdict]:
    try:
        classifier = registry.load(name)
    except ModelUnavailable as error:
        _say_once(str(error))
        return [Verdict.skipped(name, registry.find(name).version, str(error)) for _ in observations]
    return classifier.judge(observations)


@cache
def _say_once(trouble: str) -> None:
    log.warning("%s", trouble)
