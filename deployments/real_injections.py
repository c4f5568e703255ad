"""Bursts in real quiet files: ``python -m deployments.real_injections FOLDER`` prints the table of models/radio/injection.md."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models import registry
from models.errors import CorruptInput
from models.radio.efficiency import wilson_interval
from models.radio.injected_copy import prepared_copy
from models.radio.injection import background_of, generator_of, may_stand, place_burst
from models.radio.labelled import UNSURE
from models.radio.prepare import prepare
from models.radio.recovery import recover, same_type
from models.simulate.bursts import BURST_TYPES
from tasks.readers.spectrogram import read_spectrogram

MODEL = "radio-burst"
STRENGTHS_DB = (3.0, 6.0, 10.0)
TRIES = 12  # until a burst of the type falls into the file's band


def real_injections(path: Path) -> Iterator[tuple[str, float, bool, bool]]:
    """Put a burst of each type and strength into copies of a file.

    Yields
    ------
    type, strength (dB), whether it was recovered, and whether with its type
    """
    classifier = registry.load(MODEL)
    try:
        spectrogram = read_spectrogram(path.read_bytes(), path.name)
    except CorruptInput:
        return
    (verdict,) = classifier.judge([prepare(spectrogram)])
    if verdict.state != "judged":
        return
    sure = (found for found in verdict.detections if found.score >= classifier.threshold)
    taken = [(found.t_start, found.t_end) for found in sure if found.t_start and found.t_end]
    background = background_of(spectrogram)
    for kind in BURST_TYPES:
        for strength in STRENGTHS_DB:
            rng = generator_of(f"{path.name} {kind} {strength}")
            drawn = (place_burst(rng, kind, strength, background) for _ in range(TRIES))
            placed = next((item for item in drawn if item and may_stand(item.truth, taken)), None)
            if placed:
                (judged,) = classifier.judge([prepared_copy(spectrogram, background, placed)])
                said = recover(placed.truth, judged.detections, classifier.threshold)
                yield kind, strength, said.recovered, said.recovered and same_type(kind, said.label)


def main() -> None:
    """Print what is recovered in the quiet files of the folder named on the command line."""
    folder = Path(sys.argv[1])
    with (folder / "labels.csv").open(encoding="utf-8") as table:
        quiet = [row["file"] for row in csv.DictReader(table) if row["label"] == "quiet" and row["confidence"] != UNSURE]
    found = [list(real_injections(folder / "fits" / name)) for name in quiet]
    counts = Counter(item for items in found for item in items)
    lines = [
        f"{sum(map(bool, found))} files\n",
        f"| type | {' | '.join(f'{strength:.0f} dB' for strength in STRENGTHS_DB)} |",
        f"|---|{'---|' * len(STRENGTHS_DB)}",
        *(f"| {kind} | {' | '.join(_cell(counts, kind, strength) for strength in STRENGTHS_DB)} |" for kind in BURST_TYPES),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _cell(counts: Counter[tuple[str, float, bool, bool]], kind: str, strength: float) -> str:
    missed, wrong, right = (counts[kind, strength, *said] for said in ((False, False), (True, False), (True, True)))
    low, high = wilson_interval(wrong + right, missed + wrong + right)
    return f"{wrong + right} of {missed + wrong + right} ({100 * low:.0f}–{100 * high:.0f} %), type right {right}"


if __name__ == "__main__":
    main()
