"""The command line: what a user can type."""

import os
import sys
from collections.abc import Callable

import typer
from typer.exceptions import TyperException

from deployments.commands import ask, bench, catalogues, classify, data, night, picture, restore, search, stack, train, watch

app = typer.Typer(
    name="nightshift",
    help="The night shift of a solar observatory: crawls the archives, judges every observation, remembers the answers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
export = typer.Typer(
    help="Write a night's portable truth, or a network for other runtimes.", no_args_is_help=True, rich_markup_mode=None
)

imports = typer.Typer(help="Take what was saved by hand.", no_args_is_help=True, rich_markup_mode=None)

COMMANDS: tuple[Callable[..., None], ...] = (
    stack.up,
    stack.down,
    stack.register,
    stack.status,
    stack.doctor,
    night.night,
    night.reconcile,
    night.backfill,
    classify.classify,
    picture.picture,
    ask.query,
    ask.report,
    search.search,
    catalogues.verify,
    restore.rebuild,
    restore.fsck,
    data.simulate,
    train.train,
    train.evaluate,
)
for command in COMMANDS:
    app.command()(command)
export.command("night")(data.export_night)
export.command("burst-list")(catalogues.export_burst_list)
export.command("frequency-time")(data.export_frequency_time)
export.command("onnx")(train.export_onnx)
export.command("boltwood")(watch.export_boltwood)
imports.command("flares")(catalogues.import_flares)
app.add_typer(export, name="export")
app.add_typer(imports, name="import")
app.add_typer(bench.bench, name="bench")
app.add_typer(watch.watch, name="watch")


def main() -> None:
    """Run the command line; every error that we know ends in one line and a status: 2 for what the user typed, 1 for the rest."""
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        _end(error.format_message() if hasattr(error, "format_message") else str(error), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `nightshift query … | head` is no error
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        _end("interrupted", 130)
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        _end(*known)
    raise SystemExit(status if isinstance(status, int) else 0)


def explain(error: Exception) -> tuple[str, int] | None:
    """Return one line and an exit status for an error that needs no traceback; None for a bug."""
    from models.errors import ConfigurationError
    from tasks import advice

    line = advice.explain(error)
    return None if line is None else (line, 2 if isinstance(error, ConfigurationError) else 1)


def _end(line: str, status: int) -> None:
    sys.stderr.write(f"nightshift: {' '.join(line.split())}\n")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
