"""Clouds put into copies of a night's clear frames, on the workers, and what the headline makes of them. Imports no Prefect."""

from collections import defaultdict
from itertools import chain
from typing import Any

from db import objects
from db.events import headline
from db.session import transaction
from db.settings import load_settings
from db.sky import clouds_put, frames_of, write_clouds
from models import registry
from models.sky.cloud_injection import choose_frames, inject_cloud, shares_of
from models.sky.sky_map import sky_map
from tasks import shard
from tasks.cluster import on_cluster
from tasks.source import Source

CLEAR = 0.01  # a frame with more cloud of its own is no ground for others


def inject_clouds(source: Source, force: bool) -> int:
    """Judge the clouds of a night that the headline has not judged yet; return how many."""
    classifier, count = registry.headline("sky"), load_settings().injections
    if classifier is None or not count:
        return 0
    with transaction() as connection:
        model = headline(connection, "sky")
        if model is None:
            return 0
        frames = frames_of(connection, source.archive, source.night, model.id)
        clear = {frame.name: frame for frame in frames if frame.cloud_fraction is not None and frame.cloud_fraction < CLEAR}
        slots = choose_frames(list(clear), source.night, count)
        wanted = [(clear[name].id, number) for name, number, _ in slots]
        done = set() if force else clouds_put(connection, [file_id for file_id, _ in wanted], model.id)
    by_shard: defaultdict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    for name, number, seed in slots:
        frame = clear[name]
        if (frame.id, number) not in done:
            by_shard[frame.shard_key].append((frame.id, frame.shard_index, number, seed))
    calls = [(key, held, classifier.name) for key, held in by_shard.items()]
    rows = list(chain.from_iterable(judged for _, judged in on_cluster(inject_shard, calls)))
    with transaction() as connection:
        write_clouds(connection, source.archive, source.night, model.id, rows, wanted)
    return len(rows)


def inject_shard(key: str, slots: list[tuple[int, int, int, int]], model: str) -> list[dict[str, Any]]:
    """Put a cloud into a copy of each frame (file id, index, number, seed) of a shard, and judge it; nothing is stored.

    Returns
    -------
    list of dict
        Columns of `CloudInjection` but the model version.
    """
    classifier: Any = registry.load(model)
    held = [frame for _, frame in shard.unpack(objects.get(key))]
    put = [inject_cloud(held[index], seed) for _, index, _, seed in slots]
    rows = []
    for (file_id, _, number, _), cloud, verdict in zip(slots, put, classifier.judge([item.frame for item in put]), strict=True):
        seen = sky_map(cloud.frame, classifier.pattern)
        if seen is None:
            continue
        _, mask, sigma = seen
        found, false = shares_of(cloud.truth, mask, cloud.frame.good)
        rows.append(
            {
                "source_file_id": file_id,
                "number": number,
                "kind": cloud.kind,
                "excess_adu": round(cloud.excess_adu, 3),
                "sigmas": round(cloud.excess_adu / sigma, 3),
                "cover": round(float(cloud.truth.mean()), 4),
                "found": round(found, 4),
                "false": round(false, 4),
                "fraction": verdict.metrics.get("cloud_fraction"),
                "recovered": bool(verdict.positive),
                "score": verdict.score,
            }
        )
    return rows
