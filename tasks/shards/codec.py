"""What a shard must know of a kind of observation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of prepared observation is packed; its module is called after the class, in words joined by underscores.

    Attributes
    ----------
    preparation : version of what the observations were prepared as; what was prepared in another way is not read
    describe : observation to what stands in the shard's index, as JSON
    stack : all observations of a shard to its arrays, by name
    restore : (what stands in the index, number of the observation, arrays) to the observation
    dataset : names and observations to an xarray dataset, None where there is none
    """

    preparation: str
    describe: Callable[[Any], dict[str, Any]]
    stack: Callable[[Sequence[Any]], dict[str, np.ndarray]]
    restore: Callable[[Mapping[str, Any], int, Mapping[str, np.ndarray]], Any]
    dataset: "Callable[[Sequence[tuple[str, Any]]], xr.Dataset] | None" = None


def times(observation: Any) -> dict[str, str | None]:
    """Beginning and end of an observation for the index, None where unknown."""
    return {
        "t_start": observation.t_start.isoformat() if observation.t_start else None,
        "t_end": observation.t_end.isoformat() if observation.t_end else None,
    }
