"""train, evaluate, export onnx: make the weights that are shipped, say what they are worth, and give the network away."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

Model = Annotated[str, typer.Argument(help="Model, such as radio-burst.")]
Data = Annotated[Path, typer.Argument(help="Folder of real files: radio, sky and sun, each with its labels.")]
Weights = Annotated[Path | None, typer.Option(help="Folder for weights and card; by default where they are shipped.")]
Work = Annotated[
    Path | None,
    typer.Option(help="Where a cut training is taken up again; by default training in the home folder.", metavar="FOLDER"),
]


def train(model: Model, data: Data, weights: Weights = None, work: Work = None) -> None:
    """Train a model, evaluate it by cross-validation over days, and write its weights and its card."""
    from tasks import training

    _run(training.train, model, data, weights, work)


def evaluate(
    model: Model,
    data: Data,
    weights: Weights = None,
    work: Work = None,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures of the files judged worst.", metavar="FOLDER")] = None,
    by: Annotated[Literal["day", "station"], typer.Option(help="What is left out together; the card is of days.")] = "day",
) -> None:
    """Cross-validate a model over days, judge the files with its weights, and write its card."""
    from tasks import training

    _run(partial(training.evaluate, pictures=pictures, by=by), model, data, weights, work)


def export_onnx(
    out: Annotated[Path, typer.Argument(help="File to write, such as radio-burst.onnx.", metavar="FILE")],
) -> None:
    """Write the networks of radio-burst as one of ONNX, their mean: planes in, logits of its map out."""
    from models.networks.burst_onnx import burst_model
    from models.radio.burst import ARRAYS, RadioBurst, network_arrays
    from models.weights_file import load_arrays

    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(burst_model(network_arrays(load_arrays(RadioBurst.weights or "", ARRAYS))))
    typer.echo(out)


def _run(recipe: Callable[..., dict[str, float]], model: str, data: Path, weights: Path | None, work: Path | None) -> None:
    from db.settings import load_settings
    from deployments.progress import staged_progress
    from models.weights_file import WEIGHTS

    place = (work or load_settings().folder / "training").expanduser().resolve()
    with staged_progress() as progress:
        figures = recipe(model, data, weights or WEIGHTS, place, progress)
    for name, figure in figures.items():
        typer.echo(f"{name:<40} {figure:.4f}")
