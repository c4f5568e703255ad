"""simulate and export: files in and out."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.options import ArchiveName, Night


def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to write the archive's tree into.")],
    night: Night,
    visit: Annotated[int, typer.Option(help="Visit; late files come with the second.", min=1, max=99)] = 1,
    stations: Annotated[int, typer.Option(help="Number of stations.", min=1, max=48)] = 24,
    files: Annotated[int, typer.Option(help="Files of each station; a receiver writes at most 96 a day.", min=1, max=192)] = 14,
    frames: Annotated[int, typer.Option(help="Frames of the sky camera in its hour; 0: none.", min=0, max=3600)] = 0,
    sound: Annotated[bool, typer.Option("--sound", help="Without the files that are broken on purpose.")] = False,
) -> None:
    """Write a simulated night of the e-CALLISTO archive and an hour of the sky camera, with every fault and the truth."""
    from db.dates import parse_date
    from db.settings import load_settings
    from deployments.simulated.camera import write_camera_night
    from deployments.simulated.fault import ALL_FAULTS
    from deployments.simulated.night import write_night

    faults = frozenset() if sound else ALL_FAULTS
    truth = write_night(out, parse_date("night", night), visit, stations=stations, files_per_station=files, faults=faults)
    listed = truth.listed(visit)
    faulty = {file.name for file in listed} & set(truth.by_fault().values())
    typer.echo(f"{len(listed)} files listed, {len(faulty)} of them with a fault; the truth is in {out / 'truth'}")
    if frames:
        site = load_settings().site_timezone
        seen = write_camera_night(out, parse_date("night", night), site, frames=frames, faults=not sound)
        typer.echo(f"{len(seen)} frames of the sky, {sum(frame.fault is not None for frame in seen)} of them with a fault")


def export_night(
    night: Night,
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="Folder for Parquet tables and a manifest; by default JSON is printed.")] = None,
) -> None:
    """Write a night without ids, clocks and run ids, sorted: two runs of the same night compare equal."""
    from db.bundle import night_tables, to_json, write_parquet
    from db.dates import parse_date
    from db.session import transaction
    from models.errors import ConfigurationError

    day = parse_date("night", night)
    with transaction() as connection:
        tables = night_tables(connection, day, archive)
    if not tables["night"]:
        raise ConfigurationError(f"night: {night} has not been run" + (f" for {archive}" if archive else ""))
    if out is None:
        typer.echo(to_json(day, tables), nl=False)
    else:
        for path in write_parquet(out, day, tables):
            typer.echo(path)


def export_frequency_time(
    night: Night,
    archive: ArchiveName = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default the text is printed.", metavar="FILE")] = None,
) -> None:
    """Write the frequency and time range of every judged file of a night, and of every burst that the headline found in it."""
    from db.dates import parse_date
    from db.session import transaction
    from deployments.commands.table import save
    from tasks.frequency_time import frequency_time

    with transaction() as connection:
        text = frequency_time(connection, parse_date("night", night), archive)
    typer.echo(text if out is None else save(text, out), nl=out is not None)
