"""bench: what the product costs, beside its peers and the bounds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deployments.bench.result import Result

bench = typer.Typer(
    help="Measure the product beside its peers and the bounds; without a name, list the benchmarks.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object with machine, versions and all rows.")]
Folder = Annotated[
    Path | None,
    typer.Option(help="Where simulated files are kept between runs; by default bench in the home folder.", metavar="FOLDER"),
]


@bench.callback()
def list_benchmarks(context: typer.Context) -> None:
    """List the benchmarks, if none is named."""
    if context.invoked_subcommand is not None:
        return
    for command in bench.registered_commands:
        assert command.callback
        typer.echo(f"{command.name:<16}{(command.callback.__doc__ or '').splitlines()[0]}")


@bench.command("radio-read")
def read(
    data: Annotated[
        Path | None, typer.Option(help="Folder of real *.fit.gz; by default simulated ones.", metavar="FOLDER", exists=True)
    ] = None,
    files: Annotated[int, typer.Option(help="Files to read, at most.", min=1, max=5000)] = 100,
    repeat: Annotated[int, typer.Option(help="Rounds, of which the best counts.", min=1, max=100)] = 5,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Read one spectrogram on one core; a minute.

    Peers: astropy, radiospectra, ecallisto_ng, pyCallisto. Bounds: inflate, memory copy.
    """
    from deployments.bench.radio_read import radio_read
    from deployments.bench.show import Circumstances

    circumstances = Circumstances.now()
    _show(radio_read(_place(folder), data, files, repeat), circumstances, as_json)


@bench.command("radio-day")
def day(
    stations: Annotated[int, typer.Option(help="Stations of the day.", min=1, max=48)] = 48,
    files: Annotated[int, typer.Option(help="Files of each station.", min=1, max=192)] = 65,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Observe a day of 3,120 simulated files on a fresh stack; five minutes, and four more to write the day once.

    Peers: ecallisto_ng and pyCallisto, reading and cleaning the same files. Bounds: download, inflate.
    """
    from deployments.bench.radio_day import radio_day

    _run("Writing the day", lambda progress: radio_day(_place(folder), stations, files, progress), as_json)


@bench.command("radio-year")
def year(
    nights: Annotated[int, typer.Option(help="Nights.", min=1, max=1500)] = 365,
    files: Annotated[int, typer.Option(help="Files of a night.", min=1, max=192)] = 55,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Observe a year of one station, 20,000 files, night after night in one process; half an hour.

    Time, memory and databases of every night, and whether they grow.
    """
    from deployments.bench.radio_year import radio_year

    _run("Observing", lambda progress: radio_year(_place(folder), nights, files, progress), as_json)


@bench.command("radio-clean")
def clean(
    files: Annotated[int, typer.Option(help="Simulated files; twelve are one of each type of burst, weak and strong.", min=1)] = 72,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Clean simulated files with known bursts and interference; three minutes.

    Peers: the methods of ecallisto_ng, e-CALLISTO FITS Analyzer and pyCallisto, written anew from their description.
    """
    from deployments.bench.radio_clean import radio_clean

    _run("Cleaning", lambda progress: radio_clean(files, seed, progress), as_json)


@bench.command("radio-measure")
def measure(
    bursts: Annotated[int, typer.Option(help="Simulated bursts of each of three types.", min=1)] = 200,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Measure simulated bursts in bands and coronae that nothing was trained on; five minutes.

    Errors of start, peak, end, edges, strength, drift and speed against exact truth, and how honest the standard deviations are.
    """
    from deployments.bench.radio_measure import radio_measure

    _run("Measuring", lambda progress: radio_measure(bursts, seed, progress), as_json)


@bench.command("radio-realism")
def realism(
    data: Annotated[
        Path | None, typer.Option(help="Folder with radio/fits, labels.csv and boxes.csv: real files.", metavar="FOLDER")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Tell simulated files from real ones, by background and by bursts; ten minutes.

    Single features, a forest on all of them and a small network, on stations they have not seen; and what gives the simulator away.
    """
    from deployments.bench.radio_realism import radio_realism

    _run("Judging", lambda progress: radio_realism(data, seed, progress), as_json)


@bench.command("radio-classify")
def classify(
    files: Annotated[int, typer.Option(help="Simulated files to judge.", min=1, max=5000)] = 60,
    repeat: Annotated[int, typer.Option(help="Rounds, of which the best counts.", min=1, max=100)] = 3,
    as_json: Json = False,
) -> None:
    """Judge prepared spectrograms with every radio classifier, on each device; a minute."""
    from deployments.bench.radio_classify import radio_classify

    _run("Judging", lambda progress: radio_classify(files, repeat, progress), as_json)


@bench.command("sun-day")
def sun(
    channels: Annotated[int, typer.Option(help="Channels of AIA.", min=1, max=8)] = 8,
    images: Annotated[int, typer.Option(help="Images of each channel.", min=1, max=12)] = 12,
    repeat: Annotated[int, typer.Option(help="Rounds of the race, of which the best counts.", min=1, max=100)] = 3,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Observe a synoptic day of AIA, 8 channels and 12 images of each, on a fresh stack; two minutes.

    Peers: sunpy and astropy, reading, dividing and rebinning the same files.
    """
    from deployments.bench.sun_day import sun_day

    _run("Writing the day", lambda progress: sun_day(_place(folder), channels, images, repeat, progress), as_json)


@bench.command("sky-rebin")
def rebin(
    data: Annotated[
        Path | None, typer.Option(help="Folder of real *.fits frames; by default simulated ones.", metavar="FOLDER", exists=True)
    ] = None,
    frames: Annotated[int, typer.Option(help="Frames to rebin.", min=1, max=50_000)] = 2000,
    repeat: Annotated[int, typer.Option(help="Rounds, of which the best counts.", min=1, max=100)] = 3,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Rebin frames of the sky camera, files to one array, on all cores; a minute, and 1.3 GB of files written once.

    Peer: the origin's way, with joblib's threads. Bounds: reading from the page cache, and from the disk.
    """
    from deployments.bench.show import Circumstances
    from deployments.bench.sky_rebin import sky_rebin

    circumstances = Circumstances.now()
    _show(sky_rebin(_place(folder), data, frames, repeat), circumstances, as_json)


@bench.command("sky-night")
def night(
    frames: Annotated[int, typer.Option(help="Frames to judge.", min=1, max=50_000)] = 2000,
    repeat: Annotated[int, typer.Option(help="Rounds, of which the best counts.", min=1, max=100)] = 3,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take frames of the sky camera from their files to their rows, on all cores; a minute, and 1.3 GB of files written once.

    Peer: the origin's way. Rows need a database: `nightshift up`; none of them stays.
    """
    from deployments.bench.sky_night import sky_night

    _run("Judging", lambda progress: sky_night(_place(folder), frames, repeat, progress), as_json)


def _run(what: str, benchmark: Callable[[Callable[[int, int], None]], "Result"], as_json: bool) -> None:
    """Run a benchmark that tells how far it is, and show its result with the circumstances before it began."""
    from deployments.bench.show import Circumstances

    circumstances = Circumstances.now()
    with _progress(what) as progress:
        result = benchmark(progress)
    _show(result, circumstances, as_json)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, from the first call on until the last."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None, visible=False)
        yield lambda done, of: bars.update(task, completed=done, total=of, visible=done < of)


def _place(folder: Path | None) -> Path:
    from db.settings import load_settings

    return (folder or load_settings().folder / "bench").expanduser().resolve()


def _show(result: "Result", circumstances: object, as_json: bool) -> None:
    from deployments.bench.show import Circumstances, show_json, show_tables

    assert isinstance(circumstances, Circumstances)
    (show_json if as_json else show_tables)(result, circumstances)
