"""search: find files by words or by likeness."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.ask import Form, as_date, as_time
from deployments.commands.options import ArchiveName


def search(
    words: Annotated[str, typer.Argument(help='What is sought: "type II burst with split bands".', metavar="WORDS")] = "",
    like: Annotated[Path | None, typer.Option(help="A file on this machine, instead of words.", metavar="FILE")] = None,
    night: Annotated[str, typer.Option(help="One night, YYYY-MM-DD.", metavar="DATE")] = "",
    since: Annotated[str, typer.Option(help="First night.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last night.", metavar="DATE")] = "",
    archive: ArchiveName = None,
    station: Annotated[str | None, typer.Option(help="Station, as in the file names.")] = None,
    time_from: Annotated[str, typer.Option("--from", help="UTC; files that reach beyond it.", metavar="TIME")] = "",
    time_to: Annotated[str, typer.Option("--to", help="UTC; files that begin before it.", metavar="TIME")] = "",
    model: Annotated[str, typer.Option(help="Whose features are compared.")] = "radio-clip-nightshift",
    limit: Annotated[int, typer.Option(help="Most rows.", min=1)] = 10,
    form: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.table,
) -> None:
    """Find the files that are most like a sentence or another file."""
    from db.filters import Filters
    from deployments.commands.table import show
    from tasks.search import search as find

    filters = Filters(
        night=as_date("night", night),
        since=as_date("since", since),
        until=as_date("until", until),
        archive=archive,
        station=station,
        time_from=as_time("from", time_from),
        time_to=as_time("to", time_to),
        limit=limit,
    )
    show(find(words, like, model, filters), form.value)
