"""The card of `radio-burst`: every figure comes from the evaluation."""

from collections.abc import Mapping
from pathlib import Path

from models.radio.burst import ASKED_FROM, RadioBurst
from models.radio.burst_learning.sets import LONGEST
from models.radio.burst_learning.simulated import SURE
from models.radio.burst_learning.storm_training import SIMULATED_FILES as FILES_OF_STORMS
from models.radio.burst_learning.type_training import SIMULATED_FILES as FILES_OF_TYPES
from models.radio.gate_card import PREVALENCES, ROWS, figure_text, precision_at
from models.radio.prepare import PREPROCESSING_VERSION
from models.weights_file import read_card, sha256, write_card

TYPE_ROWS = (*ROWS, ("types right, of sure boxes of II, III, IV", "types", True))
BESIDE = "radio-gate"


def write_burst_card(
    folder: Path, command: str, data: str, threshold: float, crossed: Mapping[str, float], in_sample: Mapping[str, float],
    simulated: Mapping[str, float],
) -> None:  # fmt: skip
    """Write ``radio-burst.md`` into ``folder``, with the hash of the weights that lie there.

    Parameters
    ----------
    folder : holds the weights
    command, data : how they were made, and of what
    threshold : stored with them
    crossed, in_sample : figures on real files, cross-validated by day, and of the shipped weights on the files they learnt from
    simulated : figures of the shipped weights on simulated files of unseen bands and coronae, and those of `simulation_alone`
    """
    front = {
        "name": RadioBurst.name,
        "version": RadioBurst.version,
        "threshold": threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(RadioBurst.weights or "", folder),
        "command": command,
        "data": data,
        # What a later card of another model compares with.
        "figures": {key: round(crossed[key], 4) for _, key, _ in TYPE_ROWS},
    }
    write_card(RadioBurst.name, front, card_text(threshold, crossed, in_sample, simulated), folder)


def card_text(
    threshold: float, crossed: Mapping[str, float], in_sample: Mapping[str, float], simulated: Mapping[str, float]
) -> str:
    """The body in markdown."""
    beside = read_card(BESIDE).get("figures", {})
    rows = "\n".join(
        f"| {title} | {figure_text(crossed, key, interval)} | {_or_dash(beside.get(key))} | {in_sample[key]:.3f} |"
        for title, key, interval in TYPE_ROWS
    )
    types = "\n".join(
        " | ".join([f"| {kind}", *(f"{crossed[f'type_{kind}_{name}']:.0f}" for name in ("right", "wrong", "unseen"))]) + " |"
        for kind in ("II", "III", "IV")
    )
    f1 = ", ".join(f"{key.removeprefix('f1_')} {value:.2f}" for key, value in simulated.items() if key.startswith("f1_"))
    strict = simulated["macro_f1_strict"]
    prior = "\n".join(f"| {share:.0%} | {precision_at(crossed, share):.2f} |" for share in PREVALENCES)
    return f"""# radio-burst {RadioBurst.version}

Says whether an e-CALLISTO file holds a burst, where, and of which type: I, II, III, IIIg (type III that lasts longer than 45
s), IV, V, or `unclassified`. A U-Net of a quarter of a million weights maps the file, on a grid even in the logarithm of
frequency, to the probability of a burst in cells of four seconds, and of each type where one is: a cell may hold several. It
sees what rises in few channels beside what it is given, since a receiver's gain does what it does in all. Where its log odds
reach {ASKED_FROM:g} anywhere, two more networks are asked that learnt apart from it, one of which sees what it is given alone,
and the map is the mean of all. On a CPU they calculate in whole numbers of eight bits, on a GPU in float32. The spots of
`radio-gate` are judged by boosted trees that know the gate's measures of each and what the map says of it; a spot's type is
voted for by the map and by trees over the measures. Spots in which the map shows several types are cut along it into bursts,
each with the map's type, that may share pixels: a type V behind its group, a lane or strokes in a continuum. What the map has
of a type in one piece is one burst, however many spots rise above it. Platt's calibration for spots and for files; no burst is
surer than that its file holds any. The ends of a burst that the map doubts are cut off, and where much of it is doubtful the
longer one is listed as well, less sure; where the map alone sees a burst and no spot is, it is a candidate, and so is what it
names within bursts of other types alone. Where the map has type I again and again in the same channels, a noise storm may be: a
logistic regression over measures of all that lies between says whether it is one, and the bursts of type I in it are its own.

A network learns from simulated files alone, in bands of many widths and coronae of many densities, every fourth with bursts over
each other, some with what is taken for bursts (broadband pulses, blocks, gain that swings or drops out). Then it learns from real
files beside simulated ones, half of these quiet: as they are, cut to a part of their band, with simulated bursts added to their
noise and interference, and with all that another real file shows added; its weights are the mean of those of {LONGEST} that begin
alike and learn once and twice as long, from as many more such files. All networks learn so, from other beginnings and in another
order. The trees of the types learn from the boxes of real files and from {FILES_OF_TYPES} simulated ones, the judge of storms
from those of real files and of {FILES_OF_STORMS} simulated ones.

## What it is worth on real files

On {crossed["files"]:.0f} real files of {crossed["days"]:.0f} days ({crossed["burst_share"]:.0%} with a burst) and their
{crossed["minutes"]:.0f} minutes ({crossed["burst_minutes"]:.0%} in a burst). Cross-validated: each file is judged by networks,
trees and scales that saw no file of its day (6 groups of days); in brackets 90 % of bootstrap draws of whole days. Trees of a
group learn from what networks of the other groups say, some of which saw the group's days: what they learn of them that way is
second-hand, but not nothing. `radio-gate` is judged on the same files and groups. In sample: the shipped weights on the files
they learnt from.

| figure | cross-validated by day | radio-gate | in sample |
|---|---|---|---|
{rows}

| type, cross-validated | right | wrong | unseen |
|---|---|---|---|
{types}

A box counts for the detection that shares most with it, of whatever score; a group of type III counts as III.

The reader looked at each file alone. In {crossed["minutes"] - crossed["minutes_agreed"]:.0f} of the quiet minutes a burst is
drawn at another station, at frequencies that this one has as well. Without these minutes the AUC is
{crossed["minute_auc_agreed"]:.3f}, and {crossed["minute_false_alarms_agreed"]:.3f} of the quiet ones alarm at a recall of 0.8
({in_sample["minute_auc_agreed"]:.3f} and {in_sample["minute_false_alarms_agreed"]:.3f} in sample).

## What it is worth on simulated files

On {simulated["files"]:.0f} simulated files of bands and density models that are in no file learnt from: average precision of files
{simulated["file_ap"]:.3f} ({simulated["burst_share"]:.0%} with a burst), macro F1 of types {simulated["macro_f1"]:.3f} ({f1}).
It is {strict:.3f} if further detections of a score from {SURE:.1f} on count as false where no burst of their type is.
The simulator is the one that trained it; the figures on real files are the ones to trust.

Before it saw any real file, the map alone, without trees, told real files apart with an AUC of
{simulated["alone_file_auc"]:.3f} (average precision {simulated["alone_file_ap"]:.3f}) and their minutes with an AUC of
{simulated["alone_minute_auc"]:.3f}: what the simulator is worth.

## Threshold

{threshold:.2f}: the score that one in twenty quiet files reaches, cross-validated. The files were chosen because something was in
them, so the score is the probability of a burst in such a set. Of the files above the threshold this share would hold a burst on a
usual night:

| files with a burst | precision at the threshold |
|---|---|
{prior}

## Limits

One reader drew the boxes in one pass, good to 5-10 s; "unsure" files and boxes are left out. A few days dominate, and the same
burst is at many stations. Types I and V are in too few real files for figures: real noise storms are on three days, most of their
minutes at one station. The settings of networks, trees and storms were chosen on cross-validated figures of this set, which
flatters them by an amount that was not measured; so does that what is taken for bursts, and noise storms, were simulated with
what earlier versions judged wrongly in view. What it judges worst, and why: `models/radio/misjudged.md`.
"""


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
