"""What the report of a radio night says of bursts, who saw them, and what would have been found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from db.filters import Filters
from db.nights import night_artifacts
from db.queries import ask, count
from tasks.efficiency_shown import efficiency_shown
from tasks.events_shown import events_shown, place_of
from tasks.markdown import cell, mhz

# Long enough for a busy night to be read through, short enough for a page; the database has the rest.
MOST_BURSTS = 100
# Rows of the summary in Prefect; the page has more.
SUMMARY_BURSTS = 20


def radio_context(connection: Connection, common: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what is shown of a radio night beyond what every night has."""
    archive_name, night, headline = common["archive"], common["night"], common["headline"]
    here = Filters(night=night, archive=archive_name)
    files = ask(connection, "files", here)
    scores = ask(connection, "scores", here)
    said = [score for score in scores if headline and (score["model"], score["version"]) == (headline["name"], headline["version"])]
    positive = {score["name"] for score in said if score["positive"]}
    mine = replace(here, headline=True)
    sure = ask(connection, "detections", replace(mine, positive=True))
    bursts = events_shown(connection, archive_name, night)
    shown = sorted(bursts, key=lambda burst: (-burst.stations, -burst.score, burst.t_start, burst.name))[:MOST_BURSTS]
    context: dict[str, Any] = {
        "numbers": _numbers(files, said, positive, sure) | {"candidates": count(connection, "detections", mine)},
        "bursts": sorted(shown, key=lambda burst: (burst.t_start, burst.name)),
        "bursts_left_out": len(bursts) - len(shown),
        "coincident": sum(burst.coincident for burst in bursts),
        "efficiency": efficiency_shown(connection, archive_name, night),
        "pictures": _pictures(night_artifacts(connection, archive_name, night), sure, said),
    }
    return context | {"sentence": _sentence({**common, **context}), "picture_keys": _keys(context["pictures"])}


def radio_summary(context: Mapping[str, Any]) -> list[str]:
    """Lines of the summary that stands in Prefect: what would have been found, and the surest events."""
    efficiency = context["efficiency"]
    lines = [
        *([cell(efficiency.sentence)] if efficiency else []),
        *(f"- recovered far less than the others: {cell(line)}" for line in (efficiency.short if efficiency else ())),
        *([""] if efficiency else []),
    ]
    if context["bursts"]:
        best = sorted(context["bursts"], key=lambda burst: (-burst.stations, -burst.score, burst.t_start))[:SUMMARY_BURSTS]
        more = len(context["bursts"]) - len(best) + context["bursts_left_out"]
        lines += [
            "## Bursts",
            "",
            "| peak (UTC) | seen by | MHz | type | drift (MHz/s) | speed | score |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {burst.t_peak:%H:%M:%S} | {cell(_seen_by(burst.places))} | {mhz(burst.frequency_low_mhz)} to "
            f"{mhz(burst.frequency_high_mhz)} | {cell(burst.label)} | {burst.drift} | {burst.speed} | {burst.score:.2f} |"
            for burst in sorted(best, key=lambda burst: (burst.t_start, burst.name))
        ]
        lines += [*(["", f"{more} more are in the report."] if more else []), ""]
    return lines


def _seen_by(places: tuple[str, ...]) -> str:
    return ", ".join(places[:6]) + (f" and {len(places) - 6} more" if len(places) > 6 else "")


def _numbers(
    files: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]], positive: set[str], sure: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    stored = [row for row in files if row["state"] == "stored"]
    timed = [row for row in stored if row["start_time"] and row["end_time"]]
    return {
        "files": len(files),
        "stations": len({row["station"] for row in stored if row["station"]}),
        "hours": sum((row["end_time"] - row["start_time"]).total_seconds() for row in timed) / 3600,
        "judged": sum(score["state"] == "judged" for score in said),
        "burst_files": len(positive),
        "detections": len(sure),
    }


def _pictures(
    artifacts: Mapping[str, Mapping[str, str]], sure: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Keys of the pictures by what they show; quick-looks best first."""
    files = {score["name"]: score for score in said}
    bursts = Counter(row["name"] for row in sure)
    names = [name.removeprefix("quicklook/") for name in artifacts if name.startswith("quicklook/")]
    names = sorted((name for name in names if name in files), key=lambda name: (-(files[name]["score"] or 0.0), name))
    return {
        "coverage": artifacts.get("coverage", {}).get("key"),
        "efficiency": artifacts.get("efficiency", {}).get("key"),
        "overviews": [
            {"place": name.removeprefix("overview/"), "key": entry["key"]}
            for name, entry in sorted(artifacts.items())
            if name.startswith("overview/")
        ],
        "quicklooks": [
            {
                "name": name,
                "place": place_of(files[name]),
                "start": files[name]["start_time"],
                "score": files[name]["score"],
                "bursts": bursts[name],
                "key": artifacts[f"quicklook/{name}"]["key"],
            }
            for name in names
        ],
    }


def _keys(shown: Mapping[str, Any]) -> list[str]:
    """Keys of all pictures that the report shows."""
    each = (item["key"] for item in (*shown["overviews"], *shown["quicklooks"]))
    return [key for key in (shown["coverage"], shown["efficiency"], *each) if key]


def _sentence(context: Mapping[str, Any]) -> str:
    """Say in one sentence how the night went."""
    numbers, files = context["numbers"], context["files"]
    match context["outcome"]:
        case "empty":
            return "The archive has no files of this night: nothing was observed here, which does not mean that the Sun was quiet."
        case "failed":
            return "A step failed or an account does not balance: do not rely on the figures below until the night has run again."
        case "incomplete":
            return f"Not everything could be had: of {files['listed']} files listed, {files['stored']} are here and judged below."
    if context["headline"] is None:
        return f"All {files['listed']} files are accounted for; no model judges this archive."
    if not numbers["burst_files"]:
        found = context["efficiency"]
        limit = found.whole.from_90_db if found else None
        meant = "" if limit is None else f": nothing above {limit:.1f} dB, 90 % complete"
        return f"All {files['listed']} files are accounted for; in none of the {numbers['judged']} judged was a burst found{meant}."
    return (
        f"All {files['listed']} files are accounted for; {numbers['burst_files']} of the {numbers['judged']} judged "
        f"hold a burst by the threshold of {context['headline']['name']}."
    )
