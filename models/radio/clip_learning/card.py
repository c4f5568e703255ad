"""The card of `radio-clip-nightshift`: every figure comes from the evaluation."""

from collections.abc import Mapping
from pathlib import Path

from models.radio.clip_nightshift import ClipNightshift
from models.radio.gate_card import figure_text
from models.radio.prepare import PREPROCESSING_VERSION
from models.weights_file import sha256, write_card

ROWS = (
    ("AUC of files", "file_auc", True),
    ("average precision of files", "file_ap", True),
    ("Brier score of files", "file_brier", False),
    ("recall at the threshold", "recall", False),
    ("false alarms at the threshold", "false_alarms", False),
    ("types right, files of one type", "types", True),
)


def write_clip_card(folder: Path, model: ClipNightshift, command: str, data: str, found: Mapping[str, float]) -> None:
    """Write the card of the weights in ``folder``.

    Parameters
    ----------
    folder : holds the weights
    model : what they make
    command, data : how they were made, and of what
    found : figures, cross-validated by day; those of the network that saw no real file, as ``base_``; those on simulated files
    """
    front = {
        "name": model.name,
        "version": model.version,
        "threshold": model.threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(model.weights or "", folder),
        "command": command,
        "data": data,
        "figures": {key: round(found[key], 4) for _, key, _ in ROWS},
    }
    write_card(model.name, front, card_text(model, found), folder)


def card_text(model: ClipNightshift, found: Mapping[str, float]) -> str:
    """The body in markdown."""
    base = {key.removeprefix("base_"): value for key, value in found.items() if key.startswith("base_")}
    rows = "\n".join(
        f"| {title} | {figure_text(found, key, interval)} | {figure_text(base, key, interval)} |" for title, key, interval in ROWS
    )
    return f"""# {model.name} {model.version}

A small CLIP in open_clip's form: EdgeNeXt (1.2 million weights) looks at a picture of 64 x 224 pixels, four seconds a column, with
the frequency of each row beside it; three layers of a transformer of width 64 read the caption; both end in 128 numbers. Sentences
and spectrograms can be compared, so that `nightshift search` finds files by words. Asked for "a solar radio burst" or "quiet Sun"
it says whether a file holds a burst, and of which type (models/radio/clip_prompts.yaml).

It learns from pairs of which it is known whether they belong together: a simulated picture's bursts are known exactly (type, place,
strength, frequencies, harmonics, split bands), so that each caption of a batch is true or false of each picture, not of its own
alone; the loss is that of SigLIP (Zhai et al. 2023) with these answers. Then it learns beside variants of real files, of which the
reader's boxes tell only types, times and frequencies; what nobody knows does not count.

## On real files

{found["files"]:.0f} real files of {found["days"]:.0f} days ({found["burst_share"]:.0%} with a burst). Cross-validated: each file is
judged by a network that saw no file of its day, and calibrated on the others; in brackets 90 % of bootstrap draws of whole days.
The network of the last column saw no real file at all. Types: the most likely of five, on {found["type_files"]:.0f} files whose
sure boxes are of one type; always saying the commonest would be right in {found["types_always_the_commonest"]:.3f}.

| figure | cross-validated by day | simulation alone |
|---|---|---|
{rows}

## Finding simulated pictures by captions

{found["pictures"]:.0f} simulated files of bands and density models that are in no file learnt from, and {found["captions"]:.0f}
captions of their bursts in words kept from training. The picture of which a caption was drawn is the first in
{found["own_at_1"]:.3f}, among the first five in {found["own_at_5"]:.3f}, among the first ten in {found["own_at_10"]:.3f}; many
captions fit many pictures. The first picture is one of which the caption is true in {found["true_at_1"]:.3f} (by chance
{found["true_by_chance"]:.3f}). Mean average precision over captions {found["precision"]:.3f}.

## Threshold

{model.threshold:.2f}: the score that one in ten quiet files reaches, cross-validated.

## Limits

It looks at a file as a whole and finds no places. `radio-burst` judges better: this model is for search, for quick-looks, and as
another pair of eyes. It knows the words of its captions and not much else. Types I, IV and V are in few real files.
"""
