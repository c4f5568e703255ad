"""Which classifiers there are, and how they come to life.

A classifier is found because its module lies in ``models/<instrument>/``; nothing is registered by hand.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from models.classifier import Classifier
from models.description import Description
from models.weights_file import WEIGHTS, read_card, sha256, sha256_of

INSTRUMENTS = ("radio", "sun", "sky")


@cache
def classifiers(instrument: str) -> list[type[Classifier]]:
    """Concrete classifiers of an instrument, the headline first (highest rank), then by name."""
    try:
        package = importlib.import_module(f"models.{instrument}")
    except ModuleNotFoundError as error:
        if error.name != f"models.{instrument}":
            raise
        return []
    found: dict[str, type[Classifier]] = {}
    for module in pkgutil.iter_modules(package.__path__, f"models.{instrument}."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if not issubclass(member, Classifier) or inspect.isabstract(member) or member.__module__ != module.name:
                continue
            if member.optional and not (WEIGHTS / (member.weights or "")).is_file():
                continue
            if found.setdefault(member.name, member) is not member:
                raise ValueError(f"two classifiers are called {member.name}: {found[member.name].__module__}, {module.name}")
    return sorted(found.values(), key=lambda kind: (-kind.rank, kind.name))


def headline(instrument: str) -> type[Classifier] | None:
    """The classifier whose verdict is the instrument's, None where it has none."""
    return next((kind for kind in classifiers(instrument) if kind.rank >= 0), None)


def find(name: str) -> type[Classifier]:
    """The classifier of that name.

    Raises
    ------
    KeyError
        There is none; the message lists those that are.
    """
    known: list[str] = []
    # That of its own name first: a worker of a radio night need not import the models of the sky.
    for instrument in sorted(INSTRUMENTS, key=lambda item: not name.startswith(item)):
        for kind in classifiers(instrument):
            if kind.name == name:
                return kind
            known.append(kind.name)
    raise KeyError(f"no classifier is called {name!r}; there are {', '.join(sorted(known))}")


def load(model: str | type[Classifier], device: str | None = None, checkpoint: Path | None = None) -> Classifier:
    """The classifier with its weights, loaded once per process and device.

    Parameters
    ----------
    model : its name or class
    device : "cpu", "cuda" or "mps"; None chooses the best there is
    checkpoint : file of weights that are not shipped, for those models that need one

    Raises
    ------
    ModelUnavailable
        Its weights cannot be had; tried again at the next call.
    """
    kind = find(model) if isinstance(model, str) else model
    return _loaded(kind, device or (choose_device() if kind.needs_torch else "cpu"), checkpoint if kind.fetched else None)


@cache
def _loaded(kind: type[Classifier], device: str, checkpoint: Path | None) -> Classifier:
    # Those that need a checkpoint take one, and say what is missing where there is none.
    return kind(device, checkpoint) if kind.fetched else kind(device)  # type: ignore[call-arg]


@cache
def choose_device() -> str:
    """ "cuda", "mps" or "cpu", whichever torch finds first; imports torch, so only classifiers that need it ask."""
    torch: Any = importlib.import_module("torch")
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def card(name: str) -> dict[str, Any]:
    """Front matter of a model's card."""
    return read_card(name)


def describe(instrument: str, checkpoints: Mapping[str, Path | None] | None = None) -> list[Description]:
    """Every classifier of an instrument as `model_version` stores it.

    Parameters
    ----------
    instrument : "radio", "sun" or "sky"
    checkpoints : by model, the file of weights that are not shipped, None where it cannot be had; a model of that kind that is not
        in it was not asked for, and is left out. Other weights are another version of it.
    """
    first = headline(instrument)
    descriptions = []
    for kind in classifiers(instrument):
        if kind.fetched and kind.name not in (checkpoints or {}):
            continue
        front = card(kind.name)
        file = (checkpoints or {}).get(kind.name)
        fetched = sha256_of(file) if file else None
        descriptions.append(
            Description(
                name=kind.name,
                version=f"{kind.version}+{fetched[:8]}" if fetched else kind.version,
                instrument=instrument,
                # As the card says: a file that is damaged or missing makes its model skip, not another version of it.
                weights_sha256=fetched if kind.fetched else front.get("sha256") or (sha256(kind.weights) if kind.weights else None),
                preprocessing_version=str(front.get("preprocessing", "")),
                threshold=front.get("threshold"),
                headline=kind is first,
                card=front,
                embedding_size=kind.embedding_size,
            )
        )
    return descriptions
