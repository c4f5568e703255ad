"""What a cleaned file is worth against what was put into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from deployments.bench.cleaning_scenes import Scene
from models.radio.prepare import BINS

# Below this a second of a channel is quiet (a tenth of the noise); above the second it is interference, or a burst.
QUIET_DB, SEEN_DB = 0.02, 0.5
BURST_DB = 0.25


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one method on one file, all from rows that hold sky.

    Attributes
    ----------
    burst_kept : share of the burst's dB that is there, where no interference is: what the cleaned file with the burst has more
        than the one without
    interference_removed : share of the interference's dB that is gone where no burst is; masked counts as gone
    masked_quiet : share of the seconds of the undisturbed file that are masked
    bias_db, bias_spread_db : median and standard deviation over channels of the mean level of quiet seconds in the file with burst
        and interference, dB; 0 would be right
    """

    burst_kept: float
    interference_removed: float
    masked_quiet: float
    bias_db: float
    bias_spread_db: float


def score(scene: Scene, quiet: np.ndarray, disturbed: np.ndarray, both: np.ndarray) -> Score:
    """Judge a method by its answers to three versions of a file.

    Parameters
    ----------
    scene : Scene
    quiet, disturbed, both : (F, T) or (F, B) float32 ndarrays, dB above the background, NaN where masked
    """
    sky = scene.receiver.sky
    before, foreign, answer = (by_second(plane)[sky] for plane in (quiet, disturbed, both))
    burst_db, interference_db = scene.burst_db[sky], scene.interference_db[sky]
    burst = (burst_db > BURST_DB) & (interference_db < QUIET_DB)
    interference = (interference_db > SEEN_DB) & (burst_db < QUIET_DB)
    kept = np.where(np.isfinite(answer), answer, 0) - np.where(np.isfinite(foreign), foreign, 0)
    left = np.where(np.isfinite(foreign), foreign - np.where(np.isfinite(before), before, 0), 0).clip(0)
    quiet_cells = np.where((burst_db < QUIET_DB) & (interference_db < QUIET_DB), answer, np.nan)
    known = np.isfinite(quiet_cells).sum(axis=1)
    level = np.nansum(quiet_cells, axis=1)[known >= BINS // 20] / known[known >= BINS // 20]
    return Score(
        burst_kept=float(kept[burst].sum() / burst_db[burst].sum()),
        interference_removed=float(1 - left[interference].sum() / interference_db[interference].sum())
        if interference.any()
        else np.nan,
        masked_quiet=float(1 - np.isfinite(before).mean()),
        bias_db=float(np.median(level)) if level.size else np.nan,
        bias_spread_db=float(level.std()) if level.size else np.nan,
    )


def by_second(plane: np.ndarray) -> np.ndarray:
    """Means of whole seconds of what is not NaN; a plane of seconds comes back as it is.

    Parameters
    ----------
    plane : (F, T) or (F, B) ndarray
    """
    if plane.shape[1] == BINS:
        return plane
    seconds = plane.reshape(len(plane), BINS, -1)
    known = np.isfinite(seconds)
    count = known.sum(axis=2)
    return np.where(count > 0, np.where(known, seconds, 0).sum(axis=2) / np.maximum(count, 1), np.nan)


def summary(scores: Iterable[tuple[Scene, Score]]) -> Mapping[str, float | None]:
    """Means over files: flux kept by strength and by type, and the other figures."""
    pairs = list(scores)

    def mean(name: str, **only: str) -> float | None:
        chosen = [getattr(one, name) for scene, one in pairs if all(getattr(scene, key) == value for key, value in only.items())]
        known = [value for value in chosen if np.isfinite(value)]
        return float(np.mean(known)) if known else None

    kinds = list(dict.fromkeys(scene.kind for scene, _ in pairs))
    return {
        "weak kept": mean("burst_kept", strength="weak"),
        "strong kept": mean("burst_kept", strength="strong"),
        **{f"{kind} kept": mean("burst_kept", kind=kind) for kind in kinds},
        "RFI removed": mean("interference_removed"),
        "masked when quiet": mean("masked_quiet"),
        "bias dB": mean("bias_db"),
        "bias spread dB": mean("bias_spread_db"),
    }
