"""Our own steps of a file, each alone on one core: where the workers' processor time goes."""

import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from deployments.bench.race import one_core
from models import registry
from models.radio.prepare import prepare
from tasks import shard
from tasks.readers.spectrogram import read_spectrogram
from tasks.render import draw_quick_look

FILES_PER_PART = 4  # of one station and hour
PICTURES = 10

Item = TypeVar("Item")
Found = TypeVar("Found")


def step_table(sample: Sequence[Path], files: int, pictures: int) -> list[dict[str, Any]]:
    """Time each step on a sample and scale it up to a day.

    Parameters
    ----------
    sample : some files of the day
    files, pictures : how many files and quick-looks the day has
    """
    rows: list[dict[str, Any]] = []

    def timed(step: str, do: Callable[[Item], Found], items: Sequence[Item], of_day: int, per_item: int = 1) -> list[Found]:
        do(items[0])  # what is compiled or loaded once is no part of a step
        start = time.process_time()
        found = [do(item) for item in items]
        each = (time.process_time() - start) / (len(items) * per_item)
        rows.append({"step": step, "CPU ms each": 1e3 * each, "of a day": of_day, "CPU s a day": each * of_day})
        return found

    with one_core(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = timed("inflate and read", lambda path: read_spectrogram(path.read_bytes(), path.name), sample, files)
        prepared = timed("clean and pool", prepare, read, files)
        named = [(path.name, item) for path, item in zip(sample, prepared, strict=True)]
        size = min(FILES_PER_PART, len(named))
        parts = [named[first : first + size] for first in range(0, len(named) - size + 1, size)]
        packed = timed("pack a shard", shard.pack, parts, files, size)
        timed("unpack a shard", shard.unpack, packed, files, size)
        for model in registry.describe("radio"):  # those that judge a night unless asked otherwise
            timed(f"judge: {model.name}", registry.load(model.name).judge, [[item] for item in prepared], files)
        timed("draw a quick-look", lambda item: draw_quick_look(*item, []), named[:PICTURES], pictures)
    return rows
