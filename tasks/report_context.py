"""What a night's report says, gathered from the database; no clock and no run id, so that the same night reads the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from db.filters import Filters
from db.nights import night_artifacts
from db.queries import ask, count
from db.receivers import shortfalls
from db.schema import Base
from models.errors import ConfigurationError
from tasks.archives.catalogue import SIMULATED, archive
from tasks.efficiency_shown import efficiency_shown
from tasks.events_shown import events_shown, place_of

MODEL_VERSIONS = Base.metadata.tables["model_version"]
FILE_STATES = ("stored", "quarantined", "absent", "unreachable")
# Long enough for a busy night to be read through, short enough for a page; the database has the rest.
MOST_BURSTS = 100
MOST_FILES = 100


def build_context(connection: Connection, archive_name: str, night: date) -> dict[str, Any]:
    """Gather what the report of one night shows.

    Raises
    ------
    ConfigurationError
        If the night was never run.
    """
    here = Filters(night=night, archive=archive_name)
    row = next((row for row in ask(connection, "nights", here) if row["outcome"] != "missing"), None)
    if row is None:
        raise ConfigurationError(f"{archive_name} {night} was never run; run `nightshift night --night {night}`")
    files = ask(connection, "files", here)
    scores = ask(connection, "scores", here)
    models = _models(connection, archive(archive_name).instrument, scores)
    headline = next((model for model in models if model["headline"]), None)
    said = [score for score in scores if headline and _is(score, headline)]
    positive = {score["name"] for score in said if score["positive"]}
    mine = replace(here, headline=True)
    sure = ask(connection, "detections", replace(mine, positive=True))
    bursts = events_shown(connection, archive_name, night)
    shown = sorted(bursts, key=lambda burst: (-burst.stations, -burst.score, burst.t_start, burst.name))[:MOST_BURSTS]
    context = {
        "archive": archive_name,
        "instrument": archive(archive_name).instrument,
        "night": night,
        "simulated": archive_name.endswith(SIMULATED),
        "outcome": row["outcome"],
        "troubles": [part for part in row["reason"].split("; ") if part],
        "start_time": row["start_time"],
        "end_time": row["end_time"],
        "files": {state: row[state] for state in ("listed", *FILE_STATES)},
        "models": models,
        "headline": headline,
        "short": [str(item) for item in shortfalls(connection, archive_name, night)],
        "numbers": _numbers(files, said, positive, sure) | {"candidates": count(connection, "detections", mine)},
        "bursts": sorted(shown, key=lambda burst: (burst.t_start, burst.name)),
        "bursts_left_out": len(bursts) - len(shown),
        "coincident": sum(burst.coincident for burst in bursts),
        "efficiency": efficiency_shown(connection, archive_name, night),
        "unsettled": {state: _unsettled(files, state) for state in (*FILE_STATES[1:], "listed")},
        "not_judged": _not_judged(scores, models),
        "pictures": _pictures(night_artifacts(connection, archive_name, night), sure, said),
    }
    return context | {"files_balance": _balance(context["files"]), "sentence": _sentence(context)}


def _is(row: Mapping[str, Any], model: Mapping[str, Any] | RowMapping) -> bool:
    return bool(row["model"] == model["name"] and row["version"] == model["version"])


def _models(connection: Connection, instrument: str, scores: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List the enabled versions, the headline first, with their accounts."""
    columns = ("name", "version", "headline", "threshold", "weights_sha256", "preprocessing_version", "card")
    enabled = (MODEL_VERSIONS.c.instrument == instrument, MODEL_VERSIONS.c.enabled)
    rows = connection.execute(select(*(MODEL_VERSIONS.c[column] for column in columns)).where(*enabled)).mappings()
    models = []
    for row in sorted(rows, key=lambda row: (not row["headline"], row["name"])):
        said = [score for score in scores if _is(score, row)]
        counts = Counter(score["state"] for score in said)
        account = {state: counts[state] for state in ("judged", "declined", "skipped")}
        models.append(dict(row) | account | {"positive": sum(bool(score["positive"]) for score in said)})
    return models


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


def _unsettled(files: Sequence[Mapping[str, Any]], state: str) -> dict[str, Any]:
    """Files of one state with their reasons, cut at `MOST_FILES`."""
    rows = [row for row in files if row["state"] == state]
    kept = [{"place": place_of(row), "name": row["name"], "reason": _reason(row)} for row in rows[:MOST_FILES]]
    return {"rows": kept, "left_out": len(rows) - len(kept)}


def _reason(row: Mapping[str, Any]) -> str:
    """The reason, without the file's name that it may start with: the name has a column of its own."""
    return str(row["reason"]).removeprefix(f"{row['name']}: ")


def _not_judged(scores: Sequence[Mapping[str, Any]], models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files that models declined or skipped, counted by reason."""
    counted = Counter(
        (model["name"], score["state"], score["reason"])
        for score in scores
        for model in models
        if score["state"] != "judged" and _is(score, model)
    )
    rows = sorted(counted.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    return [{"model": name, "state": state, "reason": reason, "count": count} for (name, state, reason), count in rows]


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


def _balance(files: Mapping[str, int]) -> bool:
    return files["listed"] == sum(files[state] for state in FILE_STATES)


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
