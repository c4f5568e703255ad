"""GOES' X-ray flux of a night, kept among its artifacts: SWPC has it for a week only. Imports no Prefect."""

import json
from collections.abc import Callable
from datetime import datetime

import numpy as np

from db import objects
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.session import transaction
from db.settings import load_settings
from models.errors import CorruptInput
from models.sun.flares import GoesFlux
from tasks.archives.catalogue import SIMULATED, archive
from tasks.catalogues.documents import address, document
from tasks.catalogues.xray_archive import science_flux
from tasks.catalogues.xray_flux import XrayCurve, read_xray_flux
from tasks.source import Source

XRAY_CURVE = "xray_curve"  # among a night's artifacts
SIMULATED_PATH = "swpc/{night:%Y/%m/%d}/xrays-1-day.json"


def keep_curve(source: Source, now: datetime, fetch: Callable[[str], bytes] = document) -> bool:
    """Fetch the flux of a night and keep it; say whether it is another one than before. What cannot be had leaves what was kept.

    A night of the last week has SWPC's flux, which stays; an older one that has none yet gets the science flux of NOAA's archive.

    Raises
    ------
    SourceUnavailable, CorruptInput
        It cannot be had, is something else, or says nothing of this night.
    """
    curve = _had(source, now, fetch)
    if curve is None:
        return False
    low, high = (np.datetime64(moment.replace(tzinfo=None), "ms") for moment in archive(source.archive).bounds(source.night))
    inside = (curve.time >= low) & (curve.time < high) & np.isfinite(curve.w_m2)
    if not inside.any():
        raise CorruptInput(f"no flux of {source.night} where its curve should be")
    told = {
        "time_ms": curve.time[inside].astype(int).tolist(),
        "w_m2": curve.w_m2[inside].tolist(),
        "satellite": curve.satellite,
        "scale": curve.scale,
    }
    stored = objects.put("reference", json.dumps(told).encode(), ".json", "application/json")
    with transaction() as connection:
        known = night_artifacts(connection, source.archive, source.night)
        if known.get(XRAY_CURVE, {}).get("key") == stored.key:
            return False
        record_artifacts(connection, [stored])
        entry = {"key": stored.key, "fingerprint": stored.sha256}
        write_artifacts(connection, source.archive, source.night, known | {XRAY_CURVE: entry})
    return True


def _had(source: Source, now: datetime, fetch: Callable[[str], bytes]) -> XrayCurve | None:
    """The curve of a night; None where nobody is asked for it."""
    places = load_settings().xray_flux
    url = address(places.get("swpc", ""), SIMULATED_PATH, source, source.night, now)
    if url:
        return read_xray_flux(fetch(url), url)
    if source.archive.endswith(SIMULATED) or not {"goes-16", "goes-8"} & places.keys():
        return None
    with transaction() as connection:
        if XRAY_CURVE in night_artifacts(connection, source.archive, source.night):
            return None
    return science_flux(source.night, places)


def kept_curve(key: str) -> tuple[np.ndarray, np.ndarray]:
    """Times, (N,) datetime64[ms] ndarray (UTC), and fluxes, (N,) float64 ndarray (W m-2, operational), of a curve that was kept."""
    told = json.loads(objects.get(key))
    # The operational scale is in proportion to every other; curves kept before scales were are operational.
    share = GoesFlux(1.0, told.get("scale", "operational"), told["satellite"]).operational
    return np.array(told["time_ms"], dtype="datetime64[ms]"), share * np.array(told["w_m2"])
