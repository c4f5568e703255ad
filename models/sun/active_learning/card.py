"""The card of `sun-active`: every figure comes from the evaluation."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from models.reliability import reliability
from models.sun.active import SunActive
from models.sun.active_learning.disk import EVENTS
from models.sun.active_learning.mcintosh import NAME, ReportedDay, reports_text
from models.sun.active_learning.recipes import RECIPES
from models.sun.active_learning.rolling import Rolled
from models.sun.prepare import PREPROCESSING_VERSION
from models.weights_file import read_card, sha256, write_card

EDGES = {"C": (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0), "M": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)}
BESIDE = ("sun-flare", "sun-active-origin")
TABLE = ("hits", "misses", "false_alarms", "correct_negatives")
SHARES = ("pod", "far", "bias")


def write_active_card(
    folder: Path,
    command: str,
    data: str,
    threshold: float,
    figures: Mapping[str, float],
    ours: Rolled,
    reports: Sequence[ReportedDay],
) -> None:
    """Write ``sun-active.md`` into ``folder``, with the hash of the weights that lie there.

    Parameters
    ----------
    folder : holds the weights
    command, data : how they were made, and of what
    threshold : stored with them
    figures : of every recipe
    ours : forecasts of our own recipe
    reports : Solar Region Summaries that are held
    """
    front = {
        "name": SunActive.name,
        "version": SunActive.version,
        "threshold": threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(SunActive.weights or "", folder),
        "command": command,
        "data": data,
    }
    write_card(SunActive.name, front, card_text(threshold, figures, ours, reports), folder)


def card_text(threshold: float, figures: Mapping[str, float], ours: Rolled, reports: Sequence[ReportedDay]) -> str:
    """The body in markdown."""
    parts = "\n\n".join(_event(name, column, figures, ours) for column, name in enumerate(EVENTS))
    return f"""# sun-active {SunActive.version}

Says with which probability a flare of C1 or more is in progress or comes within 24 h, from one full disk of AIA 211: a browse
picture of SDO, or an image in DN/s, which is shown to it as one. Four measures of the disk set the rate of flares; these come as
a Poisson process, and their peak fluxes have a power law. How it works, and why no network: [active.md](../sun/active.md).

## What it is worth

On {figures["disks"]:.0f} real disks, 2010-06 to 2014-06. Rolling origin: each year from the second on is forecast by what learnt
from disks whose labels were known 30 days before it began; {figures["forecasts"]:.0f} forecasts, pooled. Thresholds are chosen on
validation within each training. In brackets 90 % of bootstrap draws of whole days. BSS is against the climatology of the test
period itself, which nobody knows beforehand; beside it that against the share of events in the training. Classes are GOES
operational. The shipped weights learnt from all of these disks: what they say of them is in sample.

{parts}

## McIntosh–Poisson

{reports_text(reports, figures)}

## Threshold

{threshold:.3f}, for C1 and above: midway between the mean log odds of events and of quiet days, on the last third of the disks,
each judged by what learnt from the other blocks of time.

## Limits

{figures["disks"]:.0f} disks of one rising cycle, few for any forecast; the first year was forecast from those of 2010 alone.
{figures["rate_M"]:.0%} of the days had an M flare and {figures["rate_C"]:.0%} a C flare; a year with other shares shifts the
probabilities, which is what the BSS of C shows. A flare may come from behind the limb, of a region that no picture shows. The
measures, the weight of older disks and the rule of the threshold were chosen on figures of these years, which flatters them; by how
much was not measured. Whoever knows the flares of the last day forecasts better: persistence, in the tables above.
"""


def _event(name: str, column: int, figures: Mapping[str, float], ours: Rolled) -> str:
    years = sorted(set(ours.fold))
    rows = [_row(recipe, {key: figures[f"{recipe}_{name}_{key}"] for key in _keys(years)}, years) for recipe in RECIPES]
    for model in BESIDE:
        held = read_card(model).get("figures", {})
        if all(f"{name}_{key}" in held for key in _keys(years)):
            rows.append(_row(model, {key: held[f"{name}_{key}"] for key in _keys(years)}, years))
    rows.append(_reported(name, figures, years))
    tables = "\n".join(_counts(recipe, {key: figures[f"{recipe}_{name}_{key}"] for key in (*TABLE, *SHARES)}) for recipe in RECIPES)
    bins = "\n".join(
        f"| {item.low:.2f}–{item.high:.2f} | {item.count} | {item.forecast:.2f} | {item.observed:.2f} |"
        for item in reliability(ours.score[:, column], ours.event[:, column], EDGES[name])
        if item.count
    )
    return f"""### {name}1 and above within 24 h: {figures[f"sun-active_{name}_events"]:.0f} events

| | AUC | TSS | HSS | BSS | BSS (training) | {" | ".join(f"AUC {year}" for year in years)} |
|---|---|---|---|---|---|{"---|" * len(years)}
{chr(10).join(rows)}

| | hits | misses | false alarms | correct negatives | POD | FAR | frequency bias |
|---|---|---|---|---|---|---|---|
{tables}

| probability | forecasts | mean forecast | observed |
|---|---|---|---|
{bins}"""


def _counts(recipe: str, values: Mapping[str, float]) -> str:
    return " | ".join([f"| {recipe}", *(f"{values[key]:.0f}" for key in TABLE), *(f"{values[key]:.2f}" for key in SHARES)]) + " |"


def _keys(years: list[str]) -> list[str]:
    intervals = [f"{key}_{side}" for key in ("auc", "tss", "bss") for side in ("low", "high")]
    return ["auc", "tss", "hss", "bss", "bss_of_training", *intervals, *(f"auc_{year}" for year in years)]


def _reported(name: str, figures: Mapping[str, float], years: list[str]) -> str:
    """The row of `NAME`, on the days whose report is held."""
    if not figures["reported"]:
        return f"| {NAME} | no SRS of these days |" + " – |" * (4 + len(years))
    values = {key: figures.get(f"{NAME}_{name}_{key}", float("nan")) for key in _keys(years)}
    return _row(f"{NAME}, {figures['reported']:.0f} days", values, years).replace("nan", "–")


def _row(recipe: str, values: Mapping[str, float], years: list[str]) -> str:
    cells = [_bounded(values, "auc"), _bounded(values, "tss"), f"{values['hss']:.3f}", _bounded(values, "bss")]
    cells += [f"{values['bss_of_training']:.3f}", *(f"{values[f'auc_{year}']:.3f}" for year in years)]
    return f"| {recipe} | {' | '.join(cells)} |"


def _bounded(values: Mapping[str, float], key: str) -> str:
    return f"{values[key]:.3f} ({values[f'{key}_low']:.3f} to {values[f'{key}_high']:.3f})"
