"""What the report of a night of the Sun says: how active it looked, and where its regions stood."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from db.filters import Filters
from db.nights import night_artifacts
from db.queries import ask
from tasks.forecasts import forecasts
from tasks.forecasts_shown import lists_shown
from tasks.markdown import cell
from tasks.noaa_regions import NOAA
from tasks.pictures_sun import REGIONS, place_of_region
from tasks.region_summary import REGION_SUMMARY
from tasks.together_shown import TOGETHER

MOST_REGIONS = 20
NUMBERED = "Numbers are NOAA's, by the Solar Region Summary of the day; a region that it does not have has none."
NOT_NUMBERED = "NOAA's Solar Region Summary of this day could not be had: no region has a number."


def sun_context(connection: Connection, common: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what is shown of a night of the Sun beyond what every night has."""
    here = Filters(night=common["night"], archive=common["archive"])
    files = {row["name"]: row for row in ask(connection, "files", here)}
    headline = common["headline"]
    said = [row for row in ask(connection, "scores", here) if headline and row["model"] == headline["name"]]
    judged = [row | {"channel": files[row["name"]]["focus_code"], "start": files[row["name"]]["start_time"]} for row in said]
    held = night_artifacts(connection, common["archive"], common["night"])
    known = REGION_SUMMARY in held
    pictures = {name: held.get(name, {}).get("key") for name in ("disks", TOGETHER)}
    context: dict[str, Any] = {
        "judged": sorted((row for row in judged if row["state"] == "judged"), key=lambda row: (row["start"], row["name"])),
        "declined": sum(row["state"] == "declined" for row in judged),
        "regions": _regions(connection, here, files),
        "came": {row["name"]: row for row in forecasts(connection, here)},
        "lists": lists_shown(connection, common["archive"], common["night"]),
        "numbers": NUMBERED if known else NOT_NUMBERED,
        "pictures": pictures,
        "picture_keys": [key for key in pictures.values() if key],
    }
    return context | {"sentence": _sentence({**common, **context})}


def sun_summary(context: Mapping[str, Any]) -> list[str]:
    """Lines of the summary that stands in Prefect: what came of the forecasts, and the regions of the last image."""
    told = [f"- {cell(listed.sentence)}" for listed in context["lists"]]
    head = ["", context["numbers"], "", "| region | NOAA | area (msh) |", "|---|---|---|"]
    rows = [
        f"| {cell(region['place'])} | {' '.join(map(str, region[NOAA])) or '–'} | {region['area_msh']:.0f} |"
        for region in context["regions"]
    ]
    return [*told, *(head if rows else []), *rows, ""]


def _regions(connection: Connection, here: Filters, files: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Regions of the last image of the day in which some were found, the largest first."""
    found = [row for row in ask(connection, "detections", here) if row["model"] == REGIONS]
    timed = [row["name"] for row in found if files[row["name"]]["start_time"]]
    last = max(timed, key=lambda name: (files[name]["start_time"], name), default=None)
    regions = [
        {NOAA: [], **row["attributes"], "place": place_of_region(row["attributes"]), "file": last}
        for row in found
        if row["name"] == last
    ]
    return sorted(regions, key=lambda region: -region["area_msh"])[:MOST_REGIONS]


def _sentence(context: Mapping[str, Any]) -> str:
    """Say in one sentence how the night went."""
    match context["outcome"]:
        case "empty":
            return "The archive has no image of this day: nothing was observed, which does not mean that the Sun was quiet."
        case "failed":
            return "A step failed or an account does not balance: do not rely on the figures below until the night has run again."
    if not context["judged"]:
        listed = context["files"]["listed"]
        return f"All {listed} files are accounted for; on none could the headline say whether the Sun was active."
    highest = max(row["score"] for row in context["judged"])
    active = sum(bool(row["positive"]) for row in context["judged"])
    return (
        f"{active} of {len(context['judged'])} judged images look active; the highest probability of a flare of C1 or more within"
        f" 24 h is {highest:.0%}."
    )
