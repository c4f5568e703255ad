"""verify, import flares and export burst-list: our nights beside the catalogues of others, and in their form."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.ask import Form
from deployments.commands.options import ArchiveName, Night

CATALOGUE_HELP = "A burst list of e-CALLISTO, an event report of SWPC, or a reply of the HEK."


def verify(
    catalogue: Annotated[Path, typer.Option(help=CATALOGUE_HELP, metavar="FILE", exists=True, dir_okay=False)],
    night: Night,
    archive: ArchiveName = None,
    form: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.table,
) -> None:
    """Compare a night's detections with a catalogue, by station: precision, recall, timing; and record them."""
    from db.dates import parse_date
    from db.session import night_lock
    from deployments.commands.table import show
    from tasks.catalogues.read import read_catalogue
    from tasks.verification import verify_night
    from tasks.write_bundle import write_bundle

    day = parse_date("night", night)
    reading = read_catalogue(catalogue)
    for problem in reading.problems:
        typer.echo(f"{catalogue.name}, line {problem.line} {problem.kind}: {problem.reason}", err=True)
    chosen = archive or _only_archive(day)
    with night_lock(chosen, day):
        told = verify_night(chosen, day, reading)
        write_bundle(chosen, day)
    columns = dict.fromkeys(metric for stations in told.values() for metrics in stations.values() for metric in metrics)
    rows = [
        {"model": model, "station": station or "all"} | {column: metrics.get(column) for column in columns}
        for model, stations in told.items()
        for station, metrics in stations.items()
    ]
    show(rows, form.value)


def import_flares(
    page: Annotated[
        Path, typer.Argument(help="A page /en/archive/YYYY/MM/DD/xray of spaceweatherlive.com.", exists=True, dir_okay=False)
    ],
    night: Night,
    form: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.table,
) -> None:
    """Record a day's flares from a page of spaceweatherlive.com, saved by hand; say which lists have each flare of that day."""
    from db.dates import parse_date
    from db.session import transaction
    from deployments.commands.table import show
    from tasks.flare_events import import_page, lists_of

    day = parse_date("night", night)
    with transaction() as connection:
        import_page(connection, page, day)
        rows = lists_of(connection, day)
    show(rows, form.value)


def export_burst_list(
    night: Annotated[str, typer.Option(help="One night, YYYY-MM-DD.", metavar="DATE")] = "",
    month: Annotated[str, typer.Option(help="All nights of a month, YYYY-MM.", metavar="MONTH")] = "",
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default the list is printed.", metavar="FILE")] = None,
) -> None:
    """Write what the headline model found as a burst list in the form of e-CALLISTO's monthly ones."""
    from db.catalogues import found_spans, headlines
    from db.filters import Filters
    from db.queries import ask
    from db.session import transaction
    from deployments.commands.table import save
    from models.errors import ConfigurationError
    from tasks.catalogues.burst_list import write_burst_list
    from tasks.catalogues.observed import listed_bursts

    first, last = _days(night, month)
    with transaction() as connection:
        # What starts after midnight may stand in a file of the night before.
        nights = ask(connection, "nights", Filters(since=first - timedelta(days=1), until=last, archive=archive))
        run = [row for row in nights if row["outcome"] != "missing"]
        here = sorted({row["archive"] for row in run if row["night"] >= first})
        if not here:
            raise ConfigurationError(f"night: {night or month} has not been run" + (f" for {archive}" if archive else ""))
        if len(here) > 1:
            raise ConfigurationError(f"archive: {night or month} was observed in {', '.join(here)}; choose one")
        mine = [row for row in run if row["archive"] == here[0]]
        found = [
            item
            for row in mine
            for model in headlines(connection, here[0], row["night"])
            for item in found_spans(connection, here[0], row["night"], model)
            if first <= item[0].t_start.date() <= last
        ]
    events = listed_bursts(found)
    busy = {event.t_start.date() for event in events}
    quiet = [row["night"] for row in mine if row["outcome"] == "complete" and row["night"] >= first and row["night"] not in busy]
    text = write_burst_list(events, quiet, first)
    typer.echo(text if out is None else save(text, out), nl=out is not None)


def _only_archive(night: date) -> str:
    """Return the archive that has the night, if it is the only one."""
    from db.catalogues import archives_of
    from db.session import transaction
    from models.errors import ConfigurationError

    with transaction() as connection:
        known = archives_of(connection, night)
    if not known:
        raise ConfigurationError(f"night: {night} has not been run")
    if len(known) > 1:
        raise ConfigurationError(f"archive: {night} was observed in {', '.join(known)}; choose one")
    return known[0]


def _days(night: str, month: str) -> tuple[date, date]:
    """First and last day asked for."""
    from db.dates import parse_date
    from models.errors import ConfigurationError

    if bool(night) == bool(month):
        raise ConfigurationError("night: give either --night or --month")
    if night:
        day = parse_date("night", night)
        return day, day
    try:
        first = parse_date("month", f"{month}-01")
    except ConfigurationError:
        raise ConfigurationError(f"month: {month!r} is no month (YYYY-MM)") from None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
