"""picture: the quick-look of a file, or of several files of one station joined, on demand."""

from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import ArchiveName


def picture(
    files: Annotated[
        list[str],
        typer.Argument(
            help="A file on this machine, the name of one in the database, or several files here of one station.", metavar="FILE..."
        ),
    ],
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="PNG to write; by default FILE.png in this folder.", metavar="FILE")] = None,
) -> None:
    """Draw spectrograms over their true frequency axes, with what the headline model found.

    Several files are joined in time and their focus codes merged in frequency; gaps stay open.
    """
    name = Path(files[0]).name
    if len(files) > 1:
        drawn = _of_paths([Path(file) for file in files])
    else:
        drawn = _of_path(Path(files[0])) if Path(files[0]).is_file() else _of_database(name, archive)
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

    instrument, observation = read_file(path)
    if not isinstance(observation, PreparedSpectrogram):
        raise ConfigurationError(f"FILE: {path} is no spectrogram")
    verdict = headline_verdict(instrument, observation)
    return draw_quick_look(path.name, observation, marks_of(verdict) if verdict else [])


def _of_paths(paths: list[Path]) -> bytes:
    from models.errors import ConfigurationError
    from models.radio.bands import merge_bands
    from models.radio.join import join
    from models.radio.prepare import prepare
    from tasks.classify import headline_verdict
    from tasks.draw_stretches import draw_stretches
    from tasks.marks import marks_of
    from tasks.readers.spectrogram import read_spectrogram
    from tasks.render import Mark

    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise ConfigurationError(f"FILE: {missing[0]} is not a file here; of the database, one file is drawn at a time")
    spectrograms = [read_spectrogram(path.read_bytes(), path.name) for path in paths]
    stations = sorted({one.station for one in spectrograms})
    if len(stations) > 1:
        raise ConfigurationError(f"FILE: several stations ({', '.join(stations)}); files of one are joined")
    marks: defaultdict[str, list[Mark]] = defaultdict(list)
    for one in spectrograms:
        verdict = headline_verdict("radio", prepare(one))
        marks[one.focus_code] += marks_of(verdict) if verdict else []
    return draw_stretches(merge_bands(join(spectrograms)), marks)


def _of_database(name: str, archive: str | None) -> bytes:
    from db import objects
    from db.filters import Filters
    from db.queries import ask
    from db.session import transaction
    from models.errors import ConfigurationError
    from tasks.marks import marks_by_file
    from tasks.pictures_radio import file_picture

    with transaction() as connection:
        rows = ask(connection, "files", Filters(archive=archive, name=name))
        found = ask(connection, "detections", Filters(archive=archive, name=name, headline=True))
    stored = [row for row in rows if row["state"] == "stored"]
    if not stored:
        raise ConfigurationError(f"FILE: {name} is neither a file here nor stored in the database")
    wanted = file_picture(stored[0], marks_by_file(found).get(name, []))
    return objects.get(wanted.draw(*wanted.arguments).key)
