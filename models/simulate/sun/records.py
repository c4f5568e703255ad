"""What others say of the simulated Sun: GOES' fluxes and NOAA's regions and flares, in their own forms."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np

from models.simulate.sun.activity import Activity
from models.sun.flares import Flare

SATELLITE = 18
LEAST_AREA = 10  # millionths of the hemisphere: NOAA lists no smaller ones as spotted


def listed_flares(activity: Activity) -> list[Flare]:
    """Flares of the day as NOAA lists them: B1 and more, by time, and not those that a larger one drowns."""
    start = datetime.combine(activity.night, time(), UTC)
    of_day = [flare for flare in activity.flares if start <= flare.t_peak < start + timedelta(days=1)]
    return [flare.listed() for flare in of_day if flare.peak_w_m2 >= max(1e-7, 0.5 * activity.flux(flare.t_peak))]


def goes_json(activity: Activity) -> bytes:
    """The day by the minute, as ``xrays-1-day.json`` of SWPC: two energies interleaved, a minute missing now and then."""
    rng = np.random.default_rng([activity.night.toordinal(), 76])
    start = datetime.combine(activity.night, time(), UTC)
    entries: list[dict[str, Any]] = []
    for minute in range(1440):
        if rng.random() < 0.0003:  # 3 of 10,080 are missing in a real week
            continue
        moment = start + timedelta(minutes=minute)
        flux = activity.flux(moment + timedelta(seconds=30)) * float(rng.normal(1, 0.005))
        for energy, share in (("0.05-0.4nm", 0.12), ("0.1-0.8nm", 1.0)):
            told = {"time_tag": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "satellite": SATELLITE, "flux": flux * share, "energy": energy}
            entries.append(told | {"observed_flux": flux * share * 1.01, "electron_correction": 1e-9})
    return json.dumps(entries).encode()


def swpc_flares_json(flares: Iterable[Flare]) -> bytes:
    """Flares as SWPC's ``xray-flares-7-day.json`` lists them."""
    return json.dumps(
        [
            {
                "time_tag": f"{flare.t_end:%Y-%m-%dT%H:%M:%SZ}",
                "begin_time": f"{flare.t_start:%Y-%m-%dT%H:%M:%SZ}",
                "max_time": f"{flare.t_peak:%Y-%m-%dT%H:%M:%SZ}",
                "end_time": f"{flare.t_end:%Y-%m-%dT%H:%M:%SZ}",
                "max_class": flare.peak.goes_class,
                "satellite": SATELLITE,
            }
            for flare in flares
        ]
    ).encode()


def hek_json(flares: Iterable[Flare]) -> bytes:
    """A reply of the HEK: each flare by SWPC, without a place in half of them, and by SSW, whose region numbers lack a digit."""
    entries: list[dict[str, Any]] = []
    for number, flare in enumerate(flares):
        told: dict[str, Any] = {
            "event_type": "FL",
            "fl_goescls": flare.peak.goes_class,
            "event_starttime": _plain(flare.t_start),
            "event_peaktime": _plain(flare.t_peak),
            "event_endtime": _plain(flare.t_end),
        }
        placed = number % 2 == 0
        latitude, longitude = flare.latitude_deg or 0.0, flare.longitude_deg or 0.0
        swpc = {"frm_name": "SWPC", "frm_daterun": _plain(flare.t_end), "ar_noaanum": flare.region if placed else 0}
        entries.append(told | swpc | {"hgs_x": round(longitude) if placed else 0, "hgs_y": round(latitude) if placed else 0})
        ssw = {"frm_name": "SSW Latest Events", "ar_noaanum": (flare.region or 10_000) - 10_000}
        for days in (0, 1):  # it is run again the next day, and both reports stay
            run = {"frm_daterun": _plain(flare.t_end + timedelta(days=days))}
            entries.append(told | ssw | run | {"hgs_x": round(longitude), "hgs_y": round(latitude)})
    return json.dumps({"result": entries, "overmax": False}).encode()


def srs_text(activity: Activity) -> str:
    """NOAA's Solar Region Summary of the day, issued at 00:30 of the next."""
    valid = datetime.combine(activity.night + timedelta(days=1), time(), UTC)
    spotted, plages = [], []
    for region in sorted(activity.regions, key=lambda region: region.number):
        longitude, area = region.longitude_at(valid), region.size(valid) * region.area_msh
        if abs(longitude) > 90 or not area:
            continue
        north, west = "N" if region.latitude_deg >= 0 else "S", "W" if longitude >= 0 else "E"
        place = f"{north}{abs(region.latitude_deg):02.0f}{west}{abs(longitude):02.0f}"
        carrington = f"{region.carrington_at(valid):03.0f}"
        if area >= LEAST_AREA:
            kind = "Beta-Gamma-Delta" if region.complexity > 5 else "Beta" if area > 30 else "Alpha"
            size = f"{area:04.0f} Dao  {5 + area // 50:02.0f}   {area // 10:02.0f}"
            spotted.append(f"{region.number % 10_000:04d} {place}    {carrington}  {size} {kind}")
        else:
            plages.append(f"{region.number % 10_000:04d}  {place}   {carrington}")
    night = activity.night
    return "\n".join(
        [
            f":Product: {valid:%m%d}SRS.txt", f":Issued: {valid:%Y %b %d} 0030 UTC", "#", "Joint USAF/NOAA Solar Region Summary",
            f"SRS Number {valid:%j} Issued at 0030Z on {valid:%d %b %Y}",
            f"Report compiled from data received at SWO on {night:%d %b}",
            f"I.  Regions with Sunspots.  Locations Valid at {night:%d}/2400Z ",
            "Nmbr Location  Lo  Area  Z   LL   NN Mag Type", *(spotted or ["None"]),
            f"IA. H-alpha Plages without Spots.  Locations Valid at {night:%d}/2400Z {night:%b}",
            "Nmbr  Location  Lo", *(plages or ["None"]), "II. Regions Due to Return", "Nmbr Lat    Lo", "None", "",
        ]
    )  # fmt: skip


def _plain(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()
