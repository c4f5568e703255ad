"""Pictures of the files that a model judges worst. Imports no Prefect."""

from collections.abc import Sequence
from pathlib import Path

from models.radio.evaluation import Judged
from tasks.marks import mark_of
from tasks.render import draw_quick_look

WORST = 12


def draw_misjudged(judged: Sequence[Judged], threshold: float, folder: Path) -> None:
    """Draw the files whose scores are farthest from their labels.

    Parameters
    ----------
    judged : files with their scores
    threshold : of the model; detections that reach it are drawn as sure
    folder : gets a PNG a file, the worst first: ``01-burst-0.12-NAME.png`` is a burst with a score of 0.12
    """
    counted = [item for item in judged if item.example.scored]
    worst = sorted(counted, key=lambda item: -abs((item.example.label == "burst") - item.score))[:WORST]
    folder.mkdir(parents=True, exist_ok=True)
    for place, item in enumerate(worst, 1):
        marks = [mark for found in item.detections if (mark := mark_of(found, threshold))]
        path = folder / f"{place:02d}-{item.example.label}-{item.score:.2f}-{item.example.name}.png"
        path.write_bytes(draw_quick_look(item.example.name, item.example.prepared, marks))
