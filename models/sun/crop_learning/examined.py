"""What forecasts of single regions are worth on simulated days, beside trivial ones and beside `sun-flare`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from models.metrics import auc, bootstrap_interval, calibration_error
from models.reliability import brier_skill_score
from models.sun.active_learning.disk import EVENTS
from models.sun.browse import CHANNEL, as_browse
from models.sun.crop_learning.crops import Crops, labels_of
from models.sun.crop_learning.physics import HOUR, Physics, seen
from models.sun.flare import SunFlare
from models.sun.flare_law import C1_W_M2, M1_W_M2
from models.sun.found_regions import find_regions
from models.sun.region_activity import region_activity

Figures = dict[str, float]


def worth(score: np.ndarray, event: np.ndarray, day: Sequence[str]) -> Figures:
    """Figures of both `EVENTS`, named ``C_auc`` and so on; _low and _high bound 90 % of bootstrap draws of days."""
    figures = {"regions": float(len(event))}
    for column, name in enumerate(EVENTS):
        said, came = score[:, column], event[:, column]
        low, high = bootstrap_interval(auc, said, came, day)
        figures |= {
            f"{name}_share": float(came.mean()),
            f"{name}_auc": auc(said, came),
            f"{name}_auc_low": low,
            f"{name}_auc_high": high,
            f"{name}_bss": brier_skill_score(said, came),
            f"{name}_calibration_error": calibration_error(said, came),
        }
    return figures


def by_area(taught: Mapping[str, Crops], examined: Mapping[str, Crops]) -> dict[str, np.ndarray]:
    """Probabilities of a logistic of the logarithm of the area alone, by set of channels."""
    from sklearn.linear_model import LogisticRegression

    said = {}
    for name, crops in examined.items():
        columns = []
        for column in range(len(EVENTS)):
            model = LogisticRegression().fit(taught[name].area_log10[:, None], taught[name].event[:, column])
            columns.append(model.predict_proba(crops.area_log10[:, None])[:, 1])
        said[name] = np.stack(columns, axis=1)
    return said


def by_sun_flare(physics: Physics, nights: Sequence[date]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Probabilities of `sun-flare` for the regions that it finds in 211 on the same nights, what came of them, and their days."""
    law = SunFlare().law
    scores, events, days = [], [], []
    for night in nights:
        when = datetime.combine(night, time(HOUR), UTC)
        activity, tomorrow = physics.activity(night), physics.activity(night + timedelta(days=1))
        sun = as_browse(seen(physics, activity, when, (CHANNEL,))[CHANNEL])
        found = find_regions(sun)
        if not found:
            continue
        values = np.stack([region_activity(sun, region) for region in found])
        scores.append(np.stack([law.probability(values, flux) for flux in (C1_W_M2, M1_W_M2)], axis=1))
        events += labels_of(found, sun, activity, tomorrow, when)
        days += [night.isoformat()] * len(found)
    return np.concatenate(scores), np.stack(events), days
