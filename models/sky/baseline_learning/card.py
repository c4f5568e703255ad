"""The cards of the sky's baselines: every figure comes from the training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.classifier import Classifier
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.weights_file import write_card

ROWS = (
    ("AUC", "auc"),
    ("accuracy", "accuracy"),
    ("accuracy of everything called cloud", "accuracy_everything_cloud"),
    ("recall", "recall"),
    ("false alarms", "false_alarms"),
    ("Brier score", "brier"),
    ("calibration error", "calibration_error"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """Real frames: the clear one, the cloudy one, and the published ones, all cloudy."""

    clear: PreparedFrame
    cloudy: PreparedFrame
    published: Sequence[PreparedFrame]


def real_figures(model: Classifier, real: Real) -> dict[str, float]:
    """Scores of the two raw frames, and the share of the published ones called cloud."""
    clear, cloudy, *published = model.judge([real.clear, real.cloudy, *real.published])
    return {
        "real_clear_score": clear.score or 0.0,
        "real_cloudy_score": cloudy.score or 0.0,
        "published": float(len(published)),
        "published_cloud": float(sum(bool(verdict.positive) for verdict in published)),
    }


def write_baseline_card(
    folder: Path, model: type[Classifier], what: str, checksum: str, command: str, data: str,
    figures: Mapping[str, float], beside: Mapping[str, Mapping[str, float]],
) -> None:  # fmt: skip
    """Write the card of a baseline.

    Parameters
    ----------
    folder : for the card
    model, what : its class, and what it is
    checksum, command, data : of its weights
    figures : on held-out simulated frames and on real ones
    beside : by name, the same of what was tried beside it
    """
    front = {
        "name": model.name, "version": model.version, "threshold": 0.5, "preprocessing": PREPROCESSING_VERSION,
        "sha256": checksum, "command": command, "data": data,
    }  # fmt: skip
    columns = {model.name: figures, **beside}
    head = " | ".join(["| held-out simulated frames", *columns]) + " |\n" + "|---" * (len(columns) + 1) + "|"
    rows = "\n".join(
        " | ".join([f"| {title}", *(f"{column[key]:.3f}" for column in columns.values())]) + " |" for title, key in ROWS
    )
    clear, cloudy = figures["real_clear_score"], figures["real_cloudy_score"]
    text = f"""# {model.name} {model.version}

{what}

{figures["held_out"]:.0f} of {figures["frames"]:.0f} frames of the simulated camera were held out; cloudy are those with cloud over
a twentieth of the field.

{head}
{rows}

Real frames, of which it learnt from none: it calls the clear one {_label(clear)} (score {clear:.2f}), the cloudy one
{_label(cloudy)} ({cloudy:.2f}), and {figures["published_cloud"]:.0f} of {figures["published"]:.0f} published ones cloud,
which all are.
"""
    write_card(model.name, front, text, folder)


def _label(score: float) -> str:
    return "cloud" if score >= 0.5 else "clear"
