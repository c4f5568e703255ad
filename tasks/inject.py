"""What a worker does to a copy of a file: put bursts into it, and ask the model whether it finds them. Imports no Prefect."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from db import objects
from db.injections import JudgedFile
from models.radio.injected_copy import prepared_copy
from models.radio.injection import Span, background_of, draw_injection
from models.radio.recovery import recover
from models.radio.slots import seed_of
from tasks import shard
from tasks.archives.catalogue import archive
from tasks.judge import judge

# Columns of `db.schema.Injection` that the truth has.
TRUTH = ("t_start", "t_peak", "t_end", "frequency_low_mhz", "frequency_high_mhz", "peak_db", "snr")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to be injected into: where it lies, which injections are wanted, and when bursts were found in it."""

    file: JudgedFile
    numbers: tuple[int, ...]
    taken: tuple[Span, ...]


def inject_file(archive_name: str, night: date, target: Target, model: str) -> list[dict[str, Any]]:
    """Put each burst into a copy of its own and judge that; nothing is stored.

    Returns
    -------
    list of dict
        Columns of `db.schema.Injection` but the model version; none for a number whose burst finds no place in the file, nor where
        the model cannot be had.
    """
    read_raw = archive(archive_name).product(target.file.product).read_raw
    through = "file" if read_raw and target.file.raw_key else "shard"
    if read_raw and target.file.raw_key:
        observation: Any = read_raw(objects.get(target.file.raw_key), target.file.name)
    else:
        _, observation = shard.unpack(objects.get(target.file.shard_key))[target.file.shard_index]
    background = background_of(observation)
    seeds = ((number, seed_of(night, target.file.name, number)) for number in target.numbers)
    drawn = ((number, draw_injection(seed, background, target.taken)) for number, seed in seeds)
    placed = [(number, injection) for number, injection in drawn if injection]
    copies = [prepared_copy(observation, background, injection) for _, injection in placed]
    rows = []
    for (number, injection), verdict in zip(placed, judge([model], copies)[model], strict=True):
        if verdict.state == "judged":
            truth = injection.truth
            said = asdict(recover(truth, verdict.detections, verdict.threshold or 0.0))
            place = {column: getattr(truth, column) for column in TRUTH}
            key = {"source_file_id": target.file.id, "number": number}
            rows.append({**key, "type": truth.kind, **place, "through": through, **said})
    return rows
