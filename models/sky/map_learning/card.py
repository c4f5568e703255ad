"""The card of `sky-unet`: every figure comes from the evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.sky.frame import PREPROCESSING_VERSION
from models.sky.map_learning.evaluation import INJECTED, Row
from models.sky.unet import FILE, NAME, SkyUnet
from models.weights_file import sha256, write_card

AGREEMENT = {
    "accuracy": "accuracy",
    "recall": "recall",
    "false alarms": "false_alarms",
    "IoU cloud": "iou_cloud",
    "IoU clear": "iou_clear",
    "error of the fraction": "fraction_mae",
}


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """All that was measured, by mapper: on injected clouds, on clear frames, on simulated, published and visible-light ones."""

    injected: Sequence[Row]
    clear: Row
    simulated: Mapping[str, Row]
    published: Row
    patches: Row
    single: Mapping[str, float]

    def flat(self) -> dict[str, float]:
        """The figures of the two models, by name."""
        found = dict(self.single)
        for model in ("sky-clear", "sky-unet"):
            for (excess, cover, edges, shapes), row in zip(INJECTED, self.injected, strict=True):
                found |= {f"{model} {excess:g} ADU {cover} {edges} {shapes} {key}": value for key, value in row[model].items()}
            found |= {f"{model} clear {key}": value for key, value in self.clear[model].items()}
        return found


def write_unet_card(folder: Path, threshold: float, command: str, data: str, figures: Figures) -> None:
    """Write ``sky-unet.md`` into ``folder``, with the hash of the weights that lie there."""
    front = {
        "name": NAME, "version": SkyUnet.version, "threshold": threshold, "preprocessing": PREPROCESSING_VERSION,
        "sha256": sha256(FILE, folder), "command": command, "data": data,
    }  # fmt: skip
    write_card(NAME, front, card_text(figures), folder)


def card_text(figures: Figures) -> str:
    """The body in markdown."""
    names = list(figures.injected[0])
    single = figures.single
    injected = "\n".join(
        f"| {excess:g} ADU | {cover} | {edges}, {shapes} | "
        + " | ".join(
            f"{row[name]['recall']:.2f} · {row[name]['false_alarms']:.3f} · {row[name]['fraction_mae']:.3f}" for name in names
        )
        + " |"
        for (excess, cover, edges, shapes), row in zip(INJECTED, figures.injected, strict=True)
    )
    clear = "\n".join(f"| {name} | {row['real']:.4f} | {row['simulated']:.4f} |" for name, row in figures.clear.items())
    simulated = "\n\n".join(f"**{title}**\n\n{_agreement(rows)}" for title, rows in figures.simulated.items())
    return f"""# {NAME} {SkyUnet.version}

The probability of cloud in each pixel, where `sky-clear` says that there is cloud; a clear frame has no map, and what `sky-clear`
cannot tell is declined. A U-Net ([16, 32, 64, 128], half a million weights, pixels folded 2 x 2 into planes) sees the excess over
the clear-sky reference and the frame over its own lower edge, and knows what speaks for cloud in the whole frame. It learnt from
simulated frames alone, many of them with clouds made faint. How, and what that means, stands in
[segmentation.md](../sky/segmentation.md).

A second of one thread's time judges {single["unet_frames_s"]:.0f} cloudy frames with their maps, {single["gate_frames_s"]:.0f} by
the gate alone.

## Clouds injected into the real clear frame

Recall of pixels · false alarms of pixels · mean error of the cloud fraction; 16 frames a row. What adds 6 ADU is cloud. Soft edges
rise from nothing to 1.5 times the excess. Where `sky-clear` takes the surface for a layer of cloud, its map is cloud everywhere.

| excess | cover | edges, shapes | {" | ".join(names)} |
|---|---|---|{"---|" * len(names)}
{injected}

| share of clear frames called cloud | the real one | simulated ones |
|---|---|---|
{clear}

## Simulated frames with clouds that were held out

{simulated}

Other physics: heaps of discs and waves of rolls, another dome, another gradient, Laplacian noise with wavering columns. Where a map
is drawn there, its pixels are told apart with an AUC of {single["pixel_auc"]:.3f}; the calibration error of their probabilities
is {single["pixel_calibration_error"]:.3f}.

## The published frames, against the origin's masks

These masks are the origin's rule (bit for bit on the 20 frames published as FITS), and no truth: agreement says how much alike a
map is to that rule, which splits every histogram, on frames most of which are overcast.

{_agreement(figures.published)}

## Visible light, against masks that people drew

15 patches of SWIMSEG in grey: another camera and another band. Trained: learning on from twelve patches, judged on the other three.
What the origin's network, whose maps are published with the patches, had learnt from is not stated.

{_agreement(figures.patches)}
"""


def _agreement(rows: Row) -> str:
    body = "\n".join(
        f"| {name} | " + " | ".join(f"{row[key]:.3f}" for key in AGREEMENT.values()) + " |" for name, row in rows.items()
    )
    return f"| | {' | '.join(AGREEMENT)} |\n|---|{'---|' * len(AGREEMENT)}\n{body}"
