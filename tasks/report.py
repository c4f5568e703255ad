"""The report of a night: one HTML page that needs nothing else, and a summary for Prefect."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from prefect.artifacts import create_markdown_artifact

from db import objects
from db.ledger import record_artifacts
from db.nights import night_artifacts, write_artifacts
from db.session import transaction
from tasks.batch import step_task
from tasks.instruments.instrument import find
from tasks.markdown import cell, mhz
from tasks.report_context import build_context
from tasks.source import Source


@step_task
def write_report(source: Source) -> str:
    """Write the night's report to S3 and its summary to Prefect; return the report's key. The same night gives the same key."""
    key, context = store_report(source)
    artifact = re.sub(r"[^a-z0-9]+", "-", f"night-report-{source.archive}".lower()).strip("-")
    create_markdown_artifact(key=artifact, markdown=render_markdown(context), description=f"{source.archive} {source.night}")
    return key


def store_report(source: Source) -> tuple[str, dict[str, Any]]:
    """Render the report from database and pictures and record it; return its key and what it says."""
    with transaction() as connection:
        context = build_context(connection, source.archive, source.night)
    pictures = {key: objects.get(key) for key in context["picture_keys"]}
    stored = objects.put("report", render_html(context, pictures).encode(), ".html", "text/html")
    with transaction() as connection:
        record_artifacts(connection, [stored])
        known = night_artifacts(connection, source.archive, source.night)
        entry = {"key": stored.key, "fingerprint": ""}
        write_artifacts(connection, source.archive, source.night, known | {"report": entry})
    return stored.key, context


def render_html(context: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """Render the page; ``pictures`` maps keys to PNGs, which go into it. Needs no network and no JavaScript."""
    return (
        _environment().get_template(context["template"]).render(context, images={key: _image(png) for key, png in pictures.items()})
    )


def render_markdown(context: Mapping[str, Any]) -> str:
    """Render the summary that stands in Prefect."""
    files = context["files"]
    lines = [
        f"# {cell(context['archive'])} {context['night']}: {context['outcome']}",
        "",
        *(["**SIMULATED: these are not observations.**", ""] if context["simulated"] else []),
        cell(context["sentence"]),
        "",
        *(f"- {cell(trouble)}" for trouble in context["troubles"]),
        *(f"- fewer files than usual: {cell(line)}" for line in context["short"]),
        *([""] if context["troubles"] or context["short"] else []),
        "| account | | | | |",
        "|---|---|---|---|---|",
        f"| listed {files['listed']} | = stored {files['stored']} | + quarantined {files['quarantined']} "
        f"| + absent {files['absent']} | + unreachable {files['unreachable']} |",
        *(
            f"| {cell(model['name'])} {cell(model['version'])}: stored {files['stored']} | = judged {model['judged']} "
            f"| + declined {model['declined']} | + skipped {model['skipped']} | |"
            for model in context["models"]
        ),
        "",
    ]
    lines += find(context["instrument"]).summary(context)
    if context["unsettled"]["quarantined"]["rows"]:
        held = context["unsettled"]["quarantined"]
        lines += ["## Quarantined", "", "| file | reason |", "|---|---|"]
        lines += [f"| {cell(row['name'])} | {cell(row['reason'])} |" for row in held["rows"]]
        lines += [*(["", f"{held['left_out']} more are in the database."] if held["left_out"] else []), ""]
    return "\n".join(lines)


def _image(png: bytes) -> dict[str, Any]:
    """Data address and size of a PNG; its width and height stand in bytes 16 to 24 (PNG specification, 11.2.2)."""
    width, height = (int.from_bytes(png[first : first + 4], "big") for first in (16, 20))
    return {"src": f"data:image/png;base64,{base64.b64encode(png).decode()}", "width": width, "height": height}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": _clock, "mhz": mhz, "count": lambda number: f"{number:,}"}
    return environment


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"
