"""The prompts of the CLIP models, from ``clip_prompts.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PROMPTS = Path(__file__).with_name("clip_prompts.yaml")


@dataclass(frozen=True, slots=True)
class Prompts:
    """Ensembles: for "burst", for "quiet", and for each type."""

    burst: tuple[str, ...]
    quiet: tuple[str, ...]
    types: Mapping[str, tuple[str, ...]]


@cache
def read_prompts() -> Prompts:
    """Return the prompts as shipped."""
    held = yaml.safe_load(PROMPTS.read_text(encoding="utf-8"))
    return Prompts(tuple(held["burst"]), tuple(held["quiet"]), {kind: tuple(texts) for kind, texts in held["types"].items()})
