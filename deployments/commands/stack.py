"""up, down, status, doctor: the local stack."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from deployments.stack import PartStatus


def up() -> None:
    """Start the local stack: Postgres, S3, Prefect server and worker, Dask, simulated archives."""
    from db.settings import Home
    from deployments import stack

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("nightshift").setLevel(logging.INFO)
    parts = stack.up(Home().home.expanduser())
    _show(parts)
    _end_orphans()
    _show_sign_in()


def down() -> None:
    """Stop what `up` started."""
    from db.settings import Home
    from deployments import stack

    stopped = stack.down(Home().home.expanduser())
    typer.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing of this home was running")


def register() -> None:
    """Make a Prefect server of your own know the work pool, the deployments and the automations; `up` does so for its own."""
    from db.settings import load_settings
    from deployments.stack.registration import POOL
    from deployments.stack.registration import register as make_known

    settings = load_settings()
    new = make_known(settings)
    typer.echo(f"{settings.prefect_api_url}: deployments {'registered' if new else 'are there already'}")
    typer.echo(f"A worker for them   prefect worker start --pool {POOL} --type process")


def status() -> None:
    """Show every part of the stack, its address and whether it answers; exit status 1 where one does not."""
    from db.settings import Home
    from deployments import stack

    parts = stack.status(Home().home.expanduser())
    _show(parts)
    if not all(part.reachable for part in parts if part.given is None):
        raise typer.Exit(1)


def doctor() -> None:
    """Look at everything that a night needs, and say what to do where something is wrong."""
    from deployments import stack

    findings = stack.doctor()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        mark = "ok  " if finding.ok else "BAD " if finding.essential else "note"
        typer.echo(f"{mark}  {finding.what:<{width}}  {finding.line}")
    if any(finding.essential and not finding.ok for finding in findings):
        raise typer.Exit(1)


def _show(parts: Sequence["PartStatus"]) -> None:
    width = max(len(part.name) for part in parts)
    for part in parts:
        state = f"given by {part.given}" if part.given else "answers" if part.reachable else "no answer" if part.alive else "down"
        typer.echo(f"{part.name:<{width}}  {state:<10}  {part.address}" + (f"  (pid {part.pid})" if part.pid else ""))


def _end_orphans() -> None:
    """End what a kill cut off, so that the next run starts at once; Prefect is imported only where there is something to end."""
    from db.nights import orphaned_runs
    from db.session import transaction
    from db.settings import load_settings
    from deployments.commands.night import prefect_environment

    settings = load_settings()
    if settings.database_url is None or settings.prefect_api_url is None:
        return
    with transaction() as connection:
        orphans = orphaned_runs(connection)
    if orphans:
        prefect_environment()

        from flows.orphans import end_orphans

        if ended := end_orphans():
            typer.echo(f"ended, because their processes are gone: {', '.join(ended)}")


def _show_sign_in() -> None:
    from db.settings import STACK_FILE, load_settings

    settings = load_settings()
    if settings.prefect_api_url:
        page = settings.prefect_api_url.removesuffix("/api")
        typer.echo(f"\nPrefect UI: {page}\nIt asks for prefect_api_auth_string, which stands in {settings.folder / STACK_FILE}")
