"""Weights and their cards, as shipped in ``models/weights``."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from safetensors import SafetensorError
from safetensors.numpy import load, save

from models.errors import ModelUnavailable

WEIGHTS = Path(__file__).parent / "weights"


def load_arrays(name: str, expected: tuple[str, ...], folder: Path = WEIGHTS) -> dict[str, np.ndarray]:
    """Arrays of a safetensors file.

    Parameters
    ----------
    name : file name in ``folder``
    expected : names of the arrays it must hold
    folder : where the weights lie

    Raises
    ------
    ModelUnavailable
        The file is missing, is no safetensors file, or lacks an array.
    """
    path = folder / name
    try:
        arrays = load(path.read_bytes())
    except FileNotFoundError as error:
        raise unusable(name, f"are missing; `nightshift train {path.stem} DATA` makes them", folder) from error
    except (OSError, SafetensorError) as error:
        raise unusable(name, f"cannot be read ({error})", folder) from error
    missing = sorted(set(expected) - set(arrays))
    if missing:
        raise unusable(name, f"lack {', '.join(missing)}; they are of another version of the model", folder)
    return arrays


def unusable(name: str, trouble: str, folder: Path = WEIGHTS) -> ModelUnavailable:
    """The error of weights that cannot be used: which file, why, and the sha256 that its card promises."""
    stem = Path(name).stem
    expected = (read_card(stem, folder) or read_card(stem)).get("sha256")
    return ModelUnavailable(f"weights {name} {trouble}" + (f"; expected sha256 {expected}" if expected else ""))


def save_arrays(name: str, arrays: dict[str, np.ndarray], folder: Path = WEIGHTS) -> str:
    """Write a safetensors file; return its sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    content = save({key: np.ascontiguousarray(array) for key, array in sorted(arrays.items())})
    (folder / name).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def sha256(name: str, folder: Path = WEIGHTS) -> str | None:
    """Hash of a weights file, None where it is missing."""
    path = folder / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def read_card(name: str, folder: Path = WEIGHTS) -> dict[str, Any]:
    """Front matter of a model's card, empty where it has none."""
    path = folder / f"{name}.md"
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return {}
    return dict(yaml.safe_load(text.split("---\n", 2)[1]))


def write_card(name: str, front: dict[str, Any], text: str, folder: Path = WEIGHTS) -> None:
    """Write a model's card: front matter, then the text."""
    folder.mkdir(parents=True, exist_ok=True)
    matter = yaml.safe_dump(front, sort_keys=False, allow_unicode=True)
    (folder / f"{name}.md").write_text(f"---\n{matter}---\n\n{text.rstrip()}\n", encoding="utf-8")
