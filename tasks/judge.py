"""What a worker does to a shard: ask the classifiers. Imports no Prefect."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from db import objects
from db.beside import Place
from db.schema import Score
from db.verdicts import said_in
from models import registry
from models.classifier import Classifier
from models.errors import ModelUnavailable, StalePreparation
from models.observation import Observation
from models.verdict import Verdict
from tasks import shard
from tasks.checkpoints import checkpoint_of, fetch_checkpoints

log = logging.getLogger(__name__)


def judge(models: Sequence[str], observations: Sequence[Observation]) -> dict[str, list[Verdict]]:
    """Verdicts of each model on each observation, in order; all skipped where a model's weights cannot be had."""
    loaded = {name: _loaded(name) for name in models}
    return {
        name: _skipped(name, model, len(observations)) if isinstance(model, str) else model.judge(observations)
        for name, model in loaded.items()
    }


def judge_shard(
    key: str,
    wanted: Sequence[tuple[int, tuple[str, ...]]],
    site_sky: str | None = None,
    beside: Mapping[int, Sequence[Place]] | None = None,
) -> list[tuple[int, Verdict]]:
    """Fetch a shard and let each observation (by index) be judged by the models named with it.

    All are skipped where the shard was prepared in another way than ours, and the bytes to prepare it anew cannot be had.

    Parameters
    ----------
    key : of the shard
    wanted : indices, and the models that judge each
    site_sky : key of the site's clear sky, by which frames of the sky are judged
    beside : where images stand that are given with an image of the Sun, by its index

    Returns
    -------
    list of (index, verdict)
    """
    names = sorted({name for _, models in wanted for name in models})
    fetch_checkpoints(names)  # this may be another machine than the flow's
    loaded = {name: _loaded(name) for name in names}
    if any(isinstance(model, Classifier) for model in loaded.values()):
        try:
            held = [observation for _, observation in shard.unpack(objects.get(key))]
            if site_sky:
                from tasks.site_sky import with_site_sky  # a worker of a radio night need not import the models of the sky

                held = [with_site_sky(observation, site_sky) for observation in held]
            if beside:
                from tasks.beside import with_images_beside

                held = with_images_beside(held, beside)
        except StalePreparation as error:
            _say_once(f"{key}: {error}")
            loaded = dict.fromkeys(names, str(error))
    verdicts = []
    for name, model in loaded.items():
        indices = [index for index, models in wanted if name in models]
        said = (
            _skipped(name, model, len(indices)) if isinstance(model, str) else to_record(model, [held[index] for index in indices])
        )
        verdicts += list(zip(indices, said, strict=True))
    return verdicts


def to_record(model: Classifier, observations: Sequence[Observation]) -> list[Verdict]:
    """Verdicts of a model, without what no table holds: of a frame of the sky its measures are kept, not the box of each cloud.

    A frame holds a dozen, and to send them to the flow takes longer than to find them.
    """
    verdicts = model.judge(observations)
    kept = said_in(model.instrument) is Score
    return verdicts if kept else [replace(verdict, detections=()) for verdict in verdicts]


def _loaded(name: str) -> Classifier | str:
    """Return a classifier, or why it cannot be had."""
    try:
        return registry.load(name, checkpoint=checkpoint_of(name))
    except ModelUnavailable as error:
        _say_once(str(error))
        return str(error)


def _skipped(name: str, reason: str, count: int) -> list[Verdict]:
    return [Verdict.skipped(name, registry.find(name).version, reason)] * count


@cache
def _say_once(trouble: str) -> None:
    log.warning("%s", trouble)
