"""rebuild and fsck: the database from its bundles, and whether database and bucket agree."""

from typing import Annotated

import typer

SHOWN = 20  # of each kind
SAID = {"restored": "restored", "there": "is there already"}


def rebuild() -> None:
    """Restore every night that the database lacks from the bundles in S3; what it has stays as it is."""
    import time
    from collections import Counter

    from models.errors import Inconsistent
    from tasks.rebuild import read_bundles
    from tasks.rebuild import rebuild as restore

    start = time.perf_counter()
    ended: Counter[str] = Counter()
    bundles = read_bundles()
    for manifest, end in restore(bundles.latest):
        if isinstance(end, Inconsistent):
            ended["failed"] += 1
            typer.echo(f"nightshift: {end}", err=True)
        else:
            ended[end] += 1
            typer.echo(f"{manifest.archive} {manifest.night}: {SAID[end]}")
    for _, line in bundles.damaged:
        typer.echo(f"nightshift: {line}", err=True)
    seconds = time.perf_counter() - start
    typer.echo(f"{ended['restored']} nights restored, {ended['there']} were there, {ended['failed']} failed, in {seconds:.1f} s")
    if ended["failed"] or bundles.damaged:
        raise typer.Exit(1)


def fsck(
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Delete left-over objects older than NIGHTSHIFT_KEEP_UNUSED_DAYS.")
    ] = False,
) -> None:
    """See whether tables and bucket agree, and every night's accounts; exit status 1 where something was lost."""
    from datetime import UTC, datetime, timedelta
    from itertools import groupby

    from db.settings import load_settings
    from tasks import fsck as books

    troubles = sorted(books.look(), key=lambda item: (not item.is_damage, item.kind))
    for kind, group in groupby(troubles, key=lambda item: item.kind):
        found = list(group)
        for item in found[:SHOWN]:
            typer.echo(f"{'DAMAGE' if item.is_damage else 'note  '}  {item.where}: {item.line}")
        if len(found) > SHOWN:
            typer.echo(f"        and {len(found) - SHOWN} more: {kind}")
    damage = sum(item.is_damage for item in troubles)
    typer.echo(f"{damage} damaged, {len(troubles) - damage} left over" if troubles else "tables and bucket agree")
    if sweep:
        before = datetime.now(UTC) - timedelta(days=load_settings().keep_unused_days)
        typer.echo(f"{books.sweep(troubles, before)} objects deleted")
    if damage:
        raise typer.Exit(1)
