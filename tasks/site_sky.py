"""The clear sky of the site: fitted to clear frames of the last nights, given to the frames of the next. Imports no Prefect."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from db import objects
from db.events import headline
from db.ledger import record_artifacts
from db.nights import artifact_before, night_artifacts, write_artifacts
from db.settings import load_settings
from db.sky import FrameRow, frames_of
from models import registry
from models.errors import ConfigurationError, ModelUnavailable
from models.sky.frame import PREPROCESSING_VERSION, PreparedFrame
from models.sky.site_reference import SiteReference, conditions_of, fit_site_reference
from tasks import shard

SITE_SKY = "site_sky"  # among a night's artifacts
# The camera's lens and the season change within weeks; a quiet night has thousands of frames, of which some hundred are enough.
FORMER_NIGHTS, MOST_FRAMES = 14, 200
CLEAR = 0.01


def fit_site_sky(connection: Connection, archive: str, night: date) -> bool:
    """Fit the site's clear sky to this night and those before, and keep it with this night; say whether there is a new one.

    Without a mount's log nobody knows where frames pointed, and there is none; nor where fewer than 30 frames are quiet.
    """
    model, first = headline(connection, "sky"), registry.headline("sky")
    if load_settings().camera_mount is None or model is None or first is None:
        return False
    nights = (night - timedelta(days=back) for back in range(FORMER_NIGHTS))
    clear = [frame for day in nights for frame in frames_of(connection, archive, day, model.id) if _is_clear(frame)]
    chosen = sorted(clear, key=lambda frame: (frame.shard_key, frame.shard_index))[:: max(1, len(clear) // MOST_FRAMES)]
    told = [PREPROCESSING_VERSION, *((frame.shard_key, frame.shard_index) for frame in chosen)]
    fingerprint = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    known = night_artifacts(connection, archive, night)
    if known.get(SITE_SKY, {}).get("fingerprint") == fingerprint:
        return False
    frames = [(frame, conditions) for frame in _frames(chosen) if (conditions := conditions_of(frame.state))]
    try:
        pattern = registry.load(first).pattern  # type: ignore[attr-defined]
        fitted = fit_site_reference(frames, pattern, night)
    except (ConfigurationError, ModelUnavailable):
        return False
    stored = objects.put("reference", fitted.to_json().encode(), ".json", "application/json")
    record_artifacts(connection, [stored])
    write_artifacts(connection, archive, night, known | {SITE_SKY: {"key": stored.key, "fingerprint": fingerprint}})
    return True


def site_sky_before(connection: Connection, archive: str, night: date) -> str | None:
    """Key of the clear sky that the last of the nights before left; what a night itself tells does not judge it."""
    return artifact_before(connection, archive, night, SITE_SKY, FORMER_NIGHTS)


def with_site_sky(observation: Any, key: str) -> Any:
    """A frame that knows the clear sky of its site."""
    return replace(observation, site_sky=_site_sky(key)) if isinstance(observation, PreparedFrame) else observation


@lru_cache(maxsize=4)
def _site_sky(key: str) -> SiteReference:
    return SiteReference.from_json(objects.get(key).decode(), key)


def _is_clear(frame: FrameRow) -> bool:
    return frame.cloud_fraction is not None and frame.cloud_fraction < CLEAR


def _frames(rows: list[FrameRow]) -> list[PreparedFrame]:
    held: dict[str, Any] = {}
    found = []
    for row in rows:
        if row.shard_key not in held:
            held = {row.shard_key: shard.unpack(objects.get(row.shard_key))}
        found.append(held[row.shard_key][row.shard_index][1])
    return found
