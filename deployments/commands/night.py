"""night, reconcile and backfill: observe nights."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.commands.options import Night

if TYPE_CHECKING:
    from db.nights import NightRecord

ArchiveChoice = Annotated[str, typer.Option(help="live, simulated, or the folder or address of a mirror.", metavar="ARCHIVE")]
VisitNumber = Annotated[int, typer.Option(help="Visit to a simulated archive; late files come with the second.", min=1, max=99)]
INSTRUMENTS = ("radio", "sun", "sky")  # as in flows.nightly, which takes seconds to import


def night(
    night: Night = "",
    visit: VisitNumber = 1,
    archive: ArchiveChoice = "live",
    only: Annotated[str, typer.Option(help="Instruments, separated by commas; by default all.", metavar="LIST")] = "",
    force: Annotated[bool, typer.Option("--force", help="Judge every stored file again.")] = False,
) -> None:
    """Observe one night (by default the last that has ended) and print what was found.

    Exit status 1 where the night is incomplete or its accounts do not balance.
    """
    from db.settings import load_settings
    from tasks.source import find_sources, parse_night

    settings = load_settings()
    date = parse_night(night)
    wanted = _instruments(only)
    for instrument in INSTRUMENTS:
        find_sources(instrument, archive, date, visit, settings)  # a bad parameter is said before anything starts
    prefect_environment()
    if archive == "simulated":
        _simulate(str(settings.simulated_url), date.isoformat(), visit, wanted or list(INSTRUMENTS))

    with _named(f"the night of {date}"):
        from flows.nightly import nightly

        _show(nightly(date.isoformat(), archive, visit, wanted, force, return_state=True))


def reconcile(archive: ArchiveChoice = "live", visit: VisitNumber = 1) -> None:
    """Visit again, newest first, the nights in which files may still arrive and all that are not whole.

    Exit status 1 where one is incomplete or its accounts do not balance.
    """
    from db.settings import load_settings
    from tasks.source import find_sources, parse_night

    for instrument in INSTRUMENTS:
        find_sources(instrument, archive, parse_night(""), visit, load_settings())
    prefect_environment()

    with _named("the nights to visit again"):
        from flows.reconcile import reconcile as visit_again

        _show(visit_again(archive, visit, return_state=True), brief=True)


def backfill(
    first: Annotated[str, typer.Argument(help="First night, YYYY-MM-DD.", metavar="FIRST")],
    last: Annotated[str, typer.Argument(help="Last night, YYYY-MM-DD.", metavar="LAST")],
    archive: ArchiveChoice = "live",
) -> None:
    """Let the Prefect worker observe all nights from FIRST to LAST, newest first; asked twice, it does so once.

    New models and a new preparation make it worth asking again: old verdicts stay beside the new ones.
    """
    from db.settings import load_settings
    from tasks.source import find_sources, nights_between

    nights = nights_between(first, last)
    for instrument in INSTRUMENTS:
        find_sources(instrument, archive, nights[0], 1, load_settings())
    prefect_environment()

    from flows.backfill import enter_runs

    new = enter_runs(nights, archive)
    typer.echo(f"{new} nights wait for the worker, {len(nights) - new} had been asked for before")
    typer.echo(f"In the Prefect UI   {str(load_settings().prefect_api_url).removesuffix('/api')}/runs")


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Name what was under way in an error that would not."""
    from models.errors import NightshiftError
    from tasks.advice import explain

    try:
        yield
    except NightshiftError:
        raise
    except Exception as error:
        if line := explain(error):
            raise NightshiftError(f"{what} broke off: {line}; then run it again") from error
        raise


def _show(state: Any, *, brief: bool = False) -> None:
    """Print what a flow over nights came to, and exit with 1 where one is not whole."""
    from db.settings import load_settings
    from flows.observe import what_next

    settings = load_settings()
    ended: Any = state.result(raise_on_failure=False)
    if isinstance(ended, BaseException):
        raise ended
    records, broken = ended
    for line in broken:
        typer.echo(f"nightshift: {line}", err=True)
    for record in records:
        if brief:
            typer.echo(f"{record.archive} {record.night}: {record.outcome}" + (f" ({record.reason})" if record.reason else ""))
        else:
            _summary(record)
        if record.outcome in ("incomplete", "failed"):
            line = f"{record.archive} {record.night} is {record.outcome}: {record.reason}; {what_next(record)}"
            typer.echo(f"nightshift: {line}", err=True)
    if settings.prefect_api_url:
        typer.echo(
            f"In the Prefect UI   {settings.prefect_api_url.removesuffix('/api')}/runs/flow-run/{state.state_details.flow_run_id}"
        )
    if broken or any(record.outcome in ("incomplete", "failed") for record in records):
        raise typer.Exit(1)


def _instruments(text: str) -> list[Any]:
    from models.errors import ConfigurationError

    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in INSTRUMENTS:
            raise ConfigurationError(f"only: there is no instrument {name!r}; there is {', '.join(INSTRUMENTS)}")
    return names


def prefect_environment() -> None:
    """Point Prefect at the stack's server before it is imported; its own log lines only where something is wrong."""
    from db.settings import load_settings
    from deployments.stack import child_environment
    from models.errors import ConfigurationError

    settings = load_settings()
    if settings.prefect_api_url is None:
        raise ConfigurationError("NIGHTSHIFT_PREFECT_API_URL is not set and no local stack is up; run `nightshift up`")
    os.environ.update(child_environment(settings))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _simulate(address: str, date: str, visit: int, instruments: list[str]) -> None:
    """Let the simulated archive make the night before the crawl knocks; the first time this takes some 20 s.

    It sends a blank now and then while it does; whatever else is wrong with it the crawl will say.
    """
    import httpx

    # Of the first instrument alone: another's night is made when its turn comes, and delays none before it.
    day = date.replace("-", "/")
    places = {"radio": f"solarradio/data/2002-20yy_Callisto/{day}/", "sun": f"swpc/{day}/", "sky": f"camera/{date}/"}
    directory = f"{address.rstrip('/')}/visit-{visit}/{places[instruments[0]]}"
    with suppress(httpx.HTTPError):
        try:
            httpx.get(directory, timeout=1.5)
        except httpx.ReadTimeout:
            typer.echo(f"Simulating the night of {date}; this is done once and takes about half a minute ...", err=True)
            httpx.get(directory, timeout=20)


def _summary(record: "NightRecord") -> None:
    from db.filters import Filters
    from db.queries import ask
    from db.receivers import shortfalls
    from db.session import transaction
    from deployments.commands.ask import save_report
    from tasks.archives.catalogue import archive

    question = {"sky": "sky", "sun": "scores"}.get(archive(record.archive).instrument, "events")
    here = Filters(night=record.night, archive=record.archive, headline=True)
    unheard = Filters(night=record.night, archive=record.archive, state="skipped")
    with transaction() as connection:
        events = ask(connection, "events", here)
        short = shortfalls(connection, record.archive, record.night)
        skipped = {f"{row['model']}: {row['reason']}" for row in ask(connection, "scores", unheard)} if record.skipped else set()
    typer.echo(f"\n{record.archive}, night of {record.night}: {record.outcome}" + (f" ({record.reason})" if record.reason else ""))
    typer.echo(
        f"  files       {record.listed} listed = {record.stored} stored + {record.quarantined} quarantined"
        f" + {record.absent} absent + {record.unreachable} unreachable"
    )
    typer.echo(
        f"  judgements  {record.stored} stored x {record.models} models = {record.judged} judged + {record.declined} declined"
        f" + {record.skipped} skipped"
    )
    for item in short:
        typer.echo(f"  fewer files than usual: {item}")
    for reason in sorted(skipped):
        typer.echo(f"nightshift: {record.archive} {record.night} is judged in part, skipped by {reason}", err=True)
    if question == "sky":
        _hours(record)
    elif question == "scores":
        _images(record)
    else:
        _events(events)
    typer.echo(f"  seconds     {', '.join(f'{name} {seconds:.1f}' for name, seconds in record.timings.items())}")
    report = save_report(record.archive, record.night, None)
    if report:
        typer.echo(f"\nReport              {report}")
    typer.echo(f"Ask further         nightshift query {question} --night {record.night}")


def _events(events: list[dict[str, Any]]) -> None:
    from deployments.commands.table import show

    typer.echo(f"  events      {len(events)}, {sum(row['coincident'] for row in events)} seen by several stations; the surest:")
    surest = sorted(events, key=lambda row: (-row["station_count"], -row["score"]))[:10]
    columns = ("t_start", "t_end", "frequency_low_mhz", "frequency_high_mhz", "label", "score", "stations")
    show([{column: row[column] for column in columns} | {"stations": ", ".join(row["stations"])} for row in surest], "table")


def _images(record: "NightRecord") -> None:
    from db.filters import Filters
    from db.queries import ask
    from db.session import transaction
    from deployments.commands.table import show

    here = Filters(night=record.night, archive=record.archive, headline=True, state="judged")
    with transaction() as connection:
        rows = ask(connection, "scores", here)
    typer.echo(f"  images      {len(rows)} judged by the headline, {sum(row['positive'] for row in rows)} look active")
    columns = ("start_time", "focus_code", "label", "score", "name")
    show([{column: row[column] for column in columns} for row in rows], "table")


def _hours(record: "NightRecord") -> None:
    from db.session import transaction
    from deployments.commands.table import show
    from tasks.sky_shown import sky_shown

    with transaction() as connection:
        shown = sky_shown(connection, record.archive, record.night)
    if shown is None:
        return
    kinds = list(dict.fromkeys(kind for hour in shown.hours for kind in sorted(hour.hours)))
    typer.echo("  the sky     minutes by class:")
    rows = [
        {"hour": hour.start, "frames": hour.frames, "cloud_fraction": hour.cloud_fraction}
        | {kind: round(60 * hour.hours.get(kind, 0.0), 1) for kind in kinds}
        for hour in shown.hours
    ]
    show(rows, "table")
    typer.echo("  faults      " + (", ".join(f"{count} {fault}" for fault, count in shown.faults) or "none"))
