"""What is known of a model version without loading it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Description:
    """A model version as `model_version` stores it; ``threshold`` and ``card`` are from its card."""

    name: str
    version: str
    instrument: str
    weights_sha256: str | None
    preprocessing_version: str
    threshold: float | None
    headline: bool
    card: Mapping[str, Any] = field(default_factory=dict)
    embedding_size: int | None = None
