"""picture: the quick-look of one file, on demand."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import ArchiveName


def picture(
    file: Annotated[str, typer.Argument(help="A file on this machine, or the name of one in the database.", metavar="FILE")],
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="PNG to write; by default FILE.png in this folder.", metavar="FILE")] = None,
) -> None:
    """Draw a spectrogram over its true frequency axis, with what the headline model found."""
    name = Path(file).name
    drawn = _of_path(Path(file)) if Path(file).is_file() else _of_database(name, archive)
    path = out or Path(f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn)
    typer.echo(path)


def _of_path(path: Path) -> bytes:
    from models.errors import ConfigurationError
    from models.radio.spectrogram import PreparedSpectrogram
    from tasks.classify import headline_verdict, read_file
    from tasks.marks import marks_of
    from tasks.render import draw_quick_look

    declared, observation = read_file(path)
    if not isinstance(observation, PreparedSpectrogram):
        raise ConfigurationError(f"FILE: {path} is no spectrogram")
    verdict = headline_verdict(declared.instrument, observation)
    return draw_quick_look(path.name, observation, marks_of(verdict) if verdict else [])


def _of_database(name: str, archive: str | None) -> bytes:
    from db import objects
    from db.queries import Filters, ask
    from db.session import transaction
    from models.errors import ConfigurationError
    from tasks.marks import marks_by_file
    from tasks.pictures import file_picture

    with transaction() as connection:
        rows = ask(connection, "files", Filters(archive=archive, name=name))
        found = ask(connection, "detections", Filters(archive=archive, name=name, headline=True))
    stored = [row for row in rows if row["state"] == "stored"]
    if not stored:
        raise ConfigurationError(f"FILE: {name} is neither a file here nor stored in the database")
    wanted = file_picture(stored[0], marks_by_file(found).get(name, []))
    return objects.get(wanted.draw(*wanted.arguments).key)
