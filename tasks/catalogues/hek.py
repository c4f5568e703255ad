"""Events as the Heliophysics Event Knowledgebase gives them in JSON, in and out."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from models.catalogue import CatalogueEvent, Sighting
from tasks.catalogues.reading import Problem, Reading

CATALOGUE = "hek"
# The HEK has no type of its own for radio bursts; ours stand under "other", with keys that begin with ``radio_``.
RADIO = "OT"
_KEPT = (
    "frm_name", "frm_daterun", "frm_identifier", "SOL_standard", "kb_archivid", "obs_observatory", "ar_noaanum", "event_type",
    "event_coordsys", "hpc_x", "hpc_y", "hgs_x", "hgs_y",
)  # fmt: skip


def parse_hek(text: str) -> Reading:
    """Read a reply of the HEK: ``{"result": [{…}, …]}``, or the list alone.

    Of reports of one event by one method, of which there may be several, the last run counts. A flare's type is its GOES class
    where it has one. The number of a problem is that of the event in the list, from 1.

    Raises
    ------
    ValueError
        If it is no JSON of that form.
    """
    told = json.loads(text)
    entries = told.get("result") if isinstance(told, dict) else told
    if not isinstance(entries, list):
        raise ValueError('a reply of the HEK is {"result": [events]}')
    latest: dict[tuple[Any, ...], tuple[str, CatalogueEvent]] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        try:
            event = _event(entry)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}"
            problems.append(Problem(number, json.dumps(entry), "refused", reason))
            continue
        run = str(entry.get("frm_daterun") or "")
        key = (entry["event_type"], entry.get("frm_name"), event.sightings, event.t_start, event.t_end, entry.get("ar_noaanum"))
        if key not in latest or run > latest[key][0]:
            latest[key] = (run, event)
    return Reading(CATALOGUE, tuple(event for _, event in latest.values()), (), tuple(problems))


def write_hek(events: Iterable[CatalogueEvent]) -> str:
    """Write events as a reply of the HEK would hold them; what `parse_hek` gives of one is written so that it gives it again."""
    return json.dumps({"result": [_entry(event) for event in events]}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _event(entry: Mapping[str, Any]) -> CatalogueEvent:
    kind, goes = str(entry["event_type"]), str(entry.get("fl_goescls") or "")
    start, end = _moment(entry["event_starttime"]), _moment(entry["event_endtime"])
    if end < start:
        raise ValueError(f"it ends at {end} before it starts at {start}")
    listed = entry.get("radio_stations") or []
    low, high = (None if entry.get(key) is None else float(entry[key]) for key in ("radio_low_mhz", "radio_high_mhz"))
    return CatalogueEvent(
        str(entry.get("radio_catalogue") or CATALOGUE),
        "radio" if "radio_type" in entry else "sun",
        str(entry.get("radio_type", goes or kind)),
        start,
        end,
        _moment(entry["event_peaktime"]) if entry.get("event_peaktime") else None,
        resolution_s=float(entry.get("radio_resolution_s", 1.0)),
        sightings=tuple(Sighting(str(item["station"]), str(item["mark"])) for item in listed),
        frequency_low_mhz=low,
        frequency_high_mhz=high,
        attributes={
            **{key: entry[key] for key in _KEPT if entry.get(key) not in (None, "") and "radio_type" not in entry},
            **(entry.get("radio_attributes") or {}),
        },
    )


def _entry(event: CatalogueEvent) -> dict[str, Any]:
    times = {"event_starttime": event.t_start, "event_endtime": event.t_end, "event_peaktime": event.t_peak}
    stated = {key: moment.astimezone(UTC).replace(tzinfo=None).isoformat() for key, moment in times.items() if moment}
    if event.instrument != "radio":
        goes = {"fl_goescls": event.type} if event.type != event.attributes.get("event_type") else {}
        return {**stated, **goes, **event.attributes}
    return {
        **stated,
        "event_type": RADIO,
        "frm_name": "Nightshift",
        "radio_catalogue": event.catalogue,
        "radio_type": event.type,
        "radio_resolution_s": event.resolution_s,
        "radio_stations": [{"station": item.station, "mark": item.mark} for item in event.sightings],
        "radio_low_mhz": event.frequency_low_mhz,
        "radio_high_mhz": event.frequency_high_mhz,
        "radio_attributes": dict(event.attributes),
    }


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
