"""Pictures of the files that a model judges worst. Imports no Prefect."""

from collections.abc import Sequence
from pathlib import Path

from models.radio.evaluation import Judged, quiet_here_alone
from models.radio.labelled import marked_elsewhere, minute_truth
from tasks.marks import mark_of, mark_of_box
from tasks.render import draw_quick_look

WORST = 12


def draw_misjudged(judged: Sequence[Judged], threshold: float, folder: Path) -> None:
    """Draw the files whose scores are farthest from their labels, and those with alarms in minutes that are quiet here alone.

    Parameters
    ----------
    judged : files with their scores
    threshold : of the model; detections that reach it are drawn as sure
    folder : gets a PNG a file, the worst first: ``01-burst-0.12-NAME.png`` is a burst with a score of 0.12, and
        ``elsewhere-NAME.png`` for each file that alarms in a minute in which the reader drew a burst at other stations alone;
        dotted are the boxes there
    """
    counted = [item for item in judged if item.example.scored]
    worst = sorted(counted, key=lambda item: -abs((item.example.label == "burst") - item.score))[:WORST]
    folder.mkdir(parents=True, exist_ok=True)
    for place, item in enumerate(worst, 1):
        marks = [mark for found in item.detections if (mark := mark_of(found, threshold))]
        path = folder / f"{place:02d}-{item.example.label}-{item.score:.2f}-{item.example.name}.png"
        path.write_bytes(draw_quick_look(item.example.name, item.example.prepared, marks))
    files = [item.example for item in judged]
    for item in counted:
        alarms = [(first, last) for first, last, score in item.found if score >= threshold]
        minutes = zip(minute_truth(item.example), quiet_here_alone(item.example, files), strict=True)
        if any(alone and start < last and end > first for (start, end, _), alone in minutes for first, last in alarms):
            marks = [mark for found in item.detections if found.score >= threshold and (mark := mark_of(found, threshold))]
            marks += [mark_of_box(box) for box in marked_elsewhere(item.example, files)]
            path = folder / f"elsewhere-{item.example.name}.png"
            path.write_bytes(draw_quick_look(item.example.name, item.example.prepared, marks))
