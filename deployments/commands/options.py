"""Options that several commands share."""

from typing import Annotated

import typer

Night = Annotated[str, typer.Option(help="Date of the night, YYYY-MM-DD.", metavar="DATE")]
ArchiveName = Annotated[
    str | None, typer.Option("--archive", help="Name of the archive in the database, such as ecallisto.", metavar="NAME")
]
