"""The card of `sky-clear`: every figure comes from the training."""

from collections.abc import Mapping
from pathlib import Path

from models.sky.frame import PREPROCESSING_VERSION
from models.weights_file import write_card

ROWS = (
    ("AUC", "auc"),
    ("Brier score", "brier"),
    ("the same for the bare prevalence", "brier_of_prevalence"),
    ("calibration error", "calibration_error"),
    ("recall", "recall"),
    ("false alarms", "false_alarms"),
)


def write_clear_card(
    folder: Path, version: str, threshold: float, checksum: str, command: str, data: str, figures: Mapping[str, float]
) -> None:
    """Write ``sky-clear.md`` into ``folder``."""
    front = {
        "name": "sky-clear",
        "version": version,
        "threshold": threshold,
        "preprocessing": PREPROCESSING_VERSION,
        "sha256": checksum,
        "command": command,
        "data": data,
    }
    rows = "\n".join(f"| {title} | {figures[f'cloud_{key}']:.3f} | {figures[f'layer_{key}']:.3f} |" for title, key in ROWS)
    text = f"""# sky-clear {version}

Says whether there is cloud in the field of the thermal camera, and over how much of it: a quadratic surface and the camera's
pattern are fitted beneath the frame, its level is held against the warmest clear sky that physics allows, what exceeds it by 3.3
sigma is cloud, and a faint cloud that is even is cloud up to its edges. How it works, and what it is worth on real frames, stands
in [clear_sky.md](../sky/clear_sky.md).

## On simulated frames that were held out

{figures["held_out"]:.0f} of {figures["frames"]:.0f} frames of the simulated camera (`models/simulate/camera`), two fifths of them
clear; learnt from the others, and from copies of them whose clouds are made faint. *Cloud*: it covers a twentieth of the field or
more. *Layer*: the smooth surface is itself cloud.

| | cloud | layer |
|---|---|---|
{rows}

| cloud fraction | mean absolute error |
|---|---|
| all frames | {figures["fraction_mae"]:.3f} |
| everything called cloud | {figures["fraction_mae_everything_cloud"]:.3f} |
| frames with clear sky between the clouds | {figures["fraction_mae_with_gaps"]:.3f} |
| clear frames (false alarms of pixels) | {figures["clear_false_alarm_pixels"]:.4f} |

The simulator that trained it also made these frames: only real frames say what it is worth.
"""
    write_card("sky-clear", front, text, folder)
