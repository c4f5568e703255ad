"""Training and evaluation as flows: the same recipes as `nightshift train` and `nightshift evaluate`."""

from pathlib import Path

from prefect import flow, get_run_logger

from db.settings import load_settings
from models.weights_file import WEIGHTS
from tasks import training


@flow(name="train")
def train(model: str, data: str, weights: str = "") -> dict[str, float]:
    """Train a model on the files of a folder, and write its weights and its card.

    simulated set ─▶ network ─▶ network of each fold of days ─▶ trees ─▶ figures ─▶ weights, card

    A run that was cut off goes on where it was: what is finished lies in the home folder.
    """
    return training.train(model, Path(data), _folder(weights), _work(), _tell())


@flow(name="evaluate")
def evaluate(model: str, data: str, weights: str = "", by: training.Split = "day") -> dict[str, float]:
    """Cross-validate a model over days or stations, judge the files with its weights, and, for days, write its card."""
    return training.evaluate(model, Path(data), _folder(weights), _work(), _tell(), by=by)


def _folder(weights: str) -> Path:
    return Path(weights).expanduser() if weights else WEIGHTS


def _work() -> Path:
    return load_settings().folder / "training"


def _tell() -> training.Progress:
    """Log the beginning and every fifth of a stage."""
    log = get_run_logger()

    def tell(stage: str, done: int, of: int) -> None:
        if done == 1 or 5 * done // of > 5 * (done - 1) // of:
            log.info("%s: %d of %d", stage, done, of)

    return tell
