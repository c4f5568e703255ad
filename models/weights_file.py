"""Weights and their cards, as shipped in ``models/weights``."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from safetensors import SafetensorError
from safetensors.numpy import load, save

from models.errors import ModelUnavailable

WEIGHTS = Path(__file__).parent / "weights"


def load_arrays(name: str, expected: tuple[str, ...], folder: Path = WEIGHTS) -> dict[str, np.ndarray]:
    """Arrays of a safetensors file that is the one its card speaks of: a changed byte would change verdicts unseen.

    Parameters
    ----------
    name : file name in ``folder``
    expected : names of the arrays it must hold
    folder : where the weights lie

    Raises
    ------
    ModelUnavailable
        The file is missing, is not that of its card, is no safetensors file, or lacks an array; says what to do.
    """
    path = folder / name
    wanted = read_card(path.stem, folder).get("sha256")
    try:
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if wanted is not None and found != wanted:
            raise unusable(name, f"have the sha256 {found}", folder)
        arrays = load(content)
    except FileNotFoundError as error:
        raise unusable(name, "are missing", folder) from error
    except (OSError, SafetensorError) as error:
        raise unusable(name, f"cannot be read ({error})", folder) from error
    missing = sorted(set(expected) - set(arrays))
    if missing:
        raise unusable(name, f"lack {', '.join(missing)}; they are of another version of the model", folder)
    return arrays


def unusable(name: str, trouble: str, folder: Path = WEIGHTS) -> ModelUnavailable:
    """The error of weights that cannot be used: which file, why, the sha256 that its card promises, and what to do."""
    model = Path(name).stem
    wanted = (read_card(model, folder) or read_card(model)).get("sha256")
    promised = f"; its card says sha256 {wanted}" if wanted else ""
    todo = f"bring back models/weights/{name} (`git checkout`, or `nightshift train {model} DATA`) and run the night again"
    return ModelUnavailable(f"weights {name} {trouble}{promised}; {todo}")


def save_arrays(name: str, arrays: dict[str, np.ndarray], folder: Path = WEIGHTS) -> str:
    """Write a safetensors file; return its sha256. The card of other weights of that name goes: they would be refused beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    content = save({key: np.ascontiguousarray(array) for key, array in sorted(arrays.items())})
    (folder / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    model = Path(name).stem
    if read_card(model, folder).get("sha256") != digest:
        (folder / f"{model}.md").unlink(missing_ok=True)
    return digest


def sha256(name: str, folder: Path = WEIGHTS) -> str | None:
    """Hash of a weights file, None where it is missing."""
    path = folder / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


@cache
def sha256_of(path: Path) -> str:
    """Hash of a large file of weights, read once a process."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
