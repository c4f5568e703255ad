"""query and report: ask the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.commands.options import ArchiveName

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from db.filters import Filters


class Question(StrEnum):
    """What can be asked for."""

    clouds = "clouds"
    detections = "detections"
    efficiency = "efficiency"
    events = "events"
    files = "files"
    flares = "flares"
    forecasts = "forecasts"
    injections = "injections"
    nights = "nights"
    receivers = "receivers"
    scores = "scores"
    sky = "sky"


class Form(StrEnum):
    """How the answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


# A table is for the eye; the other formats are for programs and leave nothing out.
TABLE_ROWS = 50


def query(
    question: Annotated[
        Question,
        typer.Argument(
            help="events, detections, scores, flares, forecasts, sky, files, receivers, nights, injections, clouds, efficiency.",
            metavar="QUESTION",
        ),
    ],
    night: Annotated[str, typer.Option(help="One night, YYYY-MM-DD.", metavar="DATE")] = "",
    since: Annotated[str, typer.Option(help="First night.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last night.", metavar="DATE")] = "",
    archive: ArchiveName = None,
    station: Annotated[str | None, typer.Option(help="Station, as in the file names.")] = None,
    product: Annotated[str | None, typer.Option(help="Product of the archive: spectrogram, quicklook.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of a file.", metavar="FILE")] = None,
    state: Annotated[str | None, typer.Option(help="State of files, receivers or scores, or outcome of nights.")] = None,
    label: Annotated[
        str | None, typer.Option("--label", "--type", help="Label: burst, quiet; of detections and injections a burst type.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Model, such as radio-gate.")] = None,
    min_score: Annotated[float | None, typer.Option(help="Lowest score.", min=0, max=1)] = None,
    positive: Annotated[
        bool, typer.Option("--positive", help="Only at or above the threshold stored with the model version.")
    ] = False,
    headline: Annotated[bool, typer.Option("--headline", help="Only the instrument's headline model.")] = False,
    superseded: Annotated[bool, typer.Option("--superseded", help="Older versions of files too.")] = False,
    time_from: Annotated[str, typer.Option("--from", help="UTC; what overlaps the time after it.", metavar="TIME")] = "",
    time_to: Annotated[str, typer.Option("--to", help="UTC; what overlaps the time before it.", metavar="TIME")] = "",
    frequency_low: Annotated[float | None, typer.Option(help="MHz; detections that reach above it.", min=0)] = None,
    frequency_high: Annotated[float | None, typer.Option(help="MHz; detections that reach below it.", min=0)] = None,
    sky_class: Annotated[
        str | None, typer.Option("--class", help="Frames of the sky: photometric, spectroscopic, thin, thick, overcast, unknown.")
    ] = None,
    min_cloud: Annotated[float | None, typer.Option(help="Lowest cloud fraction.", min=0, max=1)] = None,
    max_cloud: Annotated[float | None, typer.Option(help="Highest cloud fraction.", min=0, max=1)] = None,
    limit: Annotated[int | None, typer.Option(help="Most rows; a table shows 50 by default, other formats all.", min=1)] = None,
    form: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.table,
) -> None:
    """Ask the database for events, detections, files, nights, receivers, scores, the sky, and what was injected and recovered."""
    from db.filters import Filters
    from db.session import transaction
    from deployments.commands.table import show

    filters = Filters(
        night=as_date("night", night),
        since=as_date("since", since),
        until=as_date("until", until),
        archive=archive,
        station=station,
        product=product,
        name=name,
        state=_state(question, state),
        label=label,
        model=model,
        min_score=min_score,
        positive=positive,
        headline=headline,
        superseded=superseded,
        time_from=as_time("from", time_from),
        time_to=as_time("to", time_to),
        frequency_low_mhz=frequency_low,
        frequency_high_mhz=frequency_high,
        sky_class=_sky_class(sky_class),
        min_cloud=min_cloud,
        max_cloud=max_cloud,
        limit=limit or (TABLE_ROWS + 1 if form is Form.table else None),
    )
    answer = _answer(question)
    with transaction() as connection:
        rows = answer(connection, filters)
    cut = form is Form.table and limit is None and len(rows) > TABLE_ROWS
    show(rows[:TABLE_ROWS] if cut else rows, form.value)
    if form is Form.table:
        typer.echo(
            f"(the first {TABLE_ROWS}; --limit N shows more)" if cut else f"({len(rows)} row{'' if len(rows) == 1 else 's'})"
        )


def _answer(question: Question) -> "Callable[[Connection, Filters], list[dict[str, Any]]]":
    """What answers a question. Each imports its own: behind the efficiency stands the simulator, which takes seconds to import."""
    if question is Question.efficiency:
        from tasks.efficiency import efficiency

        return efficiency
    if question is Question.flares:
        from tasks.flare_events import flare_events

        return flare_events
    if question is Question.forecasts:
        from tasks.forecasts import forecasts

        return forecasts
    from db.queries import ask

    return lambda connection, filters: ask(connection, question.value, filters)


def report(
    night: Annotated[str, typer.Option(help="Date of the night; by default the newest in the database.", metavar="DATE")] = "",
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default in the home folder.", metavar="FILE")] = None,
) -> None:
    """Save the report of a night as an HTML file that needs nothing else, and print where it is."""
    from db.filters import Filters
    from db.queries import ask
    from db.session import transaction
    from models.errors import ConfigurationError

    with transaction() as connection:
        rows = ask(connection, "nights", Filters(night=as_date("night", night), archive=archive))
    known = [row for row in rows if row["outcome"] != "missing"]
    if not known:
        raise ConfigurationError(f"night: {night or 'no night'} has not been run" + (f" for {archive}" if archive else ""))
    newest = max(row["night"] for row in known)
    chosen = [row for row in known if row["night"] == newest]
    if out and len(chosen) > 1:
        raise ConfigurationError(f"archive: {newest} was observed in {', '.join(row['archive'] for row in chosen)}; choose one")
    for row in chosen:
        path = save_report(row["archive"], newest, out)
        typer.echo(path or f"{row['archive']} {newest}: no report was written; run the night again")


def save_report(archive: str, night: date, out: Path | None) -> Path | None:
    """Copy a night's report from S3 to ``out`` or the home folder; None where there is none."""
    from db import objects
    from db.nights import night_artifacts
    from db.session import transaction
    from db.settings import load_settings
    from deployments.commands.table import save

    with transaction() as connection:
        entry = night_artifacts(connection, archive, night).get("report")
    if entry is None:
        return None
    path = out or load_settings().folder / "reports" / f"{archive}-{night}.html"
    return save(objects.get(entry["key"]).decode(), path)


def _state(question: Question, state: str | None) -> str | None:
    """Check a state against what the question knows."""
    from db import receivers
    from db.schema import FILE_STATES, NIGHT_OUTCOMES, VERDICT_STATES
    from models.errors import ConfigurationError

    states = {"files": FILE_STATES, "nights": (*NIGHT_OUTCOMES, "missing"), "receivers": receivers.STATES}
    known = states.get(question.value, VERDICT_STATES)
    if state is not None and state not in known:
        raise ConfigurationError(f"state: {question.value} know {', '.join(known)}, not {state!r}")
    return state


def _sky_class(name: str | None) -> str | None:
    """Check a class of the sky."""
    from db.schema import SKY_CLASSES
    from models.errors import ConfigurationError

    if name is not None and name not in SKY_CLASSES:
        raise ConfigurationError(f"class: the sky is {', '.join(SKY_CLASSES)}, not {name!r}")
    return name


def as_date(parameter: str, text: str) -> date | None:
    """Return the date that was typed, None where none was."""
    from db.dates import parse_date

    return parse_date(parameter, text) if text else None


def as_time(name: str, text: str) -> datetime | None:
    """Return the time that was typed, in UTC unless it says otherwise; None where none was."""
    from models.errors import ConfigurationError

    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(f"{name}: {text!r} is no time (YYYY-MM-DDTHH:MM:SS)") from error
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
