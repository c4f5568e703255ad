"""train: make the weights that are shipped."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    model: Annotated[str, typer.Argument(help="Model to train, such as radio-gate.")],
    data: Annotated[Path, typer.Argument(help="Folder with radio/fits, radio/labels.csv and radio/boxes.csv.")],
    weights: Annotated[Path | None, typer.Option(help="Folder for weights and card; by default where they are shipped.")] = None,
) -> None:
    """Train a model, evaluate it by cross-validation over days, and write its weights and its card."""
    from deployments import training
    from models.weights_file import WEIGHTS

    for name, figure in training.train(model, data, weights or WEIGHTS).items():
        typer.echo(f"{name:<40} {figure:.4f}")
