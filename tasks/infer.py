"""Infer: let every enabled model version speak on every stored file that it has not spoken on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from db.embeddings import index_embeddings, record_embeddings
from db.session import transaction
from db.settings import load_settings
from db.verdicts import Unjudged, record_verdicts, register_models, stored_times, unjudged
from models import registry
from models.verdict import Verdict
from tasks.archives.catalogue import archive
from tasks.batch import MOST_BATCHES, step_task
from tasks.beside import images_beside
from tasks.checkpoints import fetch_checkpoints
from tasks.cluster import on_cluster
from tasks.due import not_due
from tasks.judge import judge_shard
from tasks.revision import code_revision
from tasks.site_sky import site_sky_before
from tasks.source import Source

# Shards of one batch: enough to keep every worker busy for seconds, few enough to settle often.
BATCH_SHARDS = 32


@step_task
def plan_inference(source: Source, force: bool) -> tuple[dict[str, int], list[list[Unjudged]]]:
    """Register the classifiers of the instrument and list what they have to judge, in batches of whole shards."""
    instrument = archive(source.archive).instrument
    described = registry.describe(instrument, fetch_checkpoints(model.name for model in registry.classifiers(instrument)))
    with transaction() as connection:
        model_ids = register_models(connection, instrument, described, code_revision())
        index_embeddings(connection, described, model_ids)
        missing = unjudged(connection, source.archive, source.night, instrument, force=force)
        refused = _refused(source, stored_times(connection, source.archive, source.night), model_ids)
        said = [
            (item.file_id, Verdict.declined(name, registry.find(name).version, refused[item.file_id, name]))
            for item in missing
            for name in item.models
            if (item.file_id, name) in refused
        ]
        record_verdicts(connection, instrument, said, model_ids)
    missing = [due for item in missing if (due := _due(item, refused)).models]
    shards: dict[str, list[Unjudged]] = defaultdict(list)
    for item in missing:
        shards[item.shard_key].append(item)
    size = max(BATCH_SHARDS, -(-len(shards) // MOST_BATCHES))
    grouped = list(shards.values())
    return model_ids, [list(chain.from_iterable(grouped[first : first + size])) for first in range(0, len(grouped), size)]


def _refused(
    source: Source, files: Sequence[tuple[int, str, datetime | None]], models: Iterable[str]
) -> dict[tuple[int, str], str]:
    """Why models will not judge files (by id and model) for what stands beside these: they are there twice, or not due."""
    declared, chosen = archive(source.archive), load_settings().cadences
    cadences = {name: chosen.get(name, registry.find(name).cadence_s) for name in models}
    if not declared.alone and not any(cadences.values()):
        return {}
    return not_due(files, cadences, declared.bounds(source.night)[0], alone=declared.alone)


def _due(item: Unjudged, refused: Mapping[tuple[int, str], str]) -> Unjudged:
    return replace(item, models=tuple(name for name in item.models if (item.file_id, name) not in refused))


@step_task
def infer_batch(source: Source, missing: Sequence[Unjudged], model_ids: dict[str, int]) -> Counter[str]:
    """Judge a batch of shards on the cluster and record the verdicts; return why models skipped, counted."""
    shards: dict[str, dict[int, Unjudged]] = defaultdict(dict)
    for item in missing:
        shards[item.shard_key][item.shard_index] = item
    instrument = archive(source.archive).instrument
    with transaction() as connection:
        clear = site_sky_before(connection, source.archive, source.night) if instrument == "sky" else None
        beside = images_beside(connection, source.archive, missing)
    calls = [
        (
            key,
            [(index, item.models) for index, item in held.items()],
            clear,
            {index: beside[item.file_id] for index, item in held.items() if item.file_id in beside},
        )
        for key, held in shards.items()
    ]
    gpu = any(registry.find(name).needs_torch for name in model_ids)
    verdicts = [
        (shards[calls[number][0]][index].file_id, verdict)
        for number, judged in on_cluster(judge_shard, calls, gpu=gpu)
        for index, verdict in judged
    ]
    with transaction() as connection:
        record_verdicts(connection, instrument, verdicts, model_ids)
        record_embeddings(connection, verdicts, model_ids)
    return Counter(f"{verdict.model}: {verdict.reason}" for _, verdict in verdicts if verdict.state == "skipped")
