"""GOES' X-ray flux of a night, kept among its artifacts: SWPC has it for a week only. Imports no Prefect."""

import json
from datetime import datetime

import numpy as np

from db import objects
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.session import transaction
from db.settings import load_settings
from models.errors import CorruptInput
from tasks.archives.catalogue import archive
from tasks.catalogues.flare_lists import address, document
from tasks.catalogues.xray_flux import read_xray_flux
from tasks.source import Source

XRAY_CURVE = "xray_curve"  # among a night's artifacts
SIMULATED_PATH = "swpc/{night:%Y/%m/%d}/xrays-1-day.json"


def keep_curve(source: Source, now: datetime) -> bool:
    """Fetch the flux of a night and keep it; say whether it is another one than before. What cannot be had leaves what was kept.

    Raises
    ------
    SourceUnavailable, CorruptInput
        It cannot be had, is something else, or says nothing of this night.
    """
    url = address(load_settings().xray_flux, SIMULATED_PATH, source, source.night, now)
    if not url:
        return False
    curve = read_xray_flux(document(url), url)
    low, high = (np.datetime64(moment.replace(tzinfo=None), "ms") for moment in archive(source.archive).bounds(source.night))
    inside = (curve.time >= low) & (curve.time < high) & np.isfinite(curve.w_m2)
    if not inside.any():
        raise CorruptInput(f"{url}: no flux of {source.night}")
    told = {"time_ms": curve.time[inside].astype(int).tolist(), "w_m2": curve.w_m2[inside].tolist(), "satellite": curve.satellite}
    stored = objects.put("reference", json.dumps(told).encode(), ".json", "application/json")
    with transaction() as connection:
        known = night_artifacts(connection, source.archive, source.night)
        if known.get(XRAY_CURVE, {}).get("key") == stored.key:
            return False
        record_artifacts(connection, [stored])
        entry = {"key": stored.key, "fingerprint": stored.sha256}
        write_artifacts(connection, source.archive, source.night, known | {XRAY_CURVE: entry})
    return True


def kept_curve(key: str) -> tuple[np.ndarray, np.ndarray]:
    """Times, (N,) datetime64[ms] ndarray (UTC), and fluxes, (N,) float64 ndarray (W m-2, operational), of a curve that was kept."""
    told = json.loads(objects.get(key))
    return np.array(told["time_ms"], dtype="datetime64[ms]"), np.array(told["w_m2"])
