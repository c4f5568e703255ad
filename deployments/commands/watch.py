"""watch sky, export boltwood: the sky as it is now."""

import json
import logging
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from db.settings import Settings
    from tasks.live.now import Judged, SkyNow

watch = typer.Typer(help="Judge what arrives, as it arrives.", no_args_is_help=True, rich_markup_mode=None)
BoltwoodFile = Annotated[
    Path | None, typer.Option(help="Keep the newest state in this file, in Boltwood's format.", metavar="FILE")
]


@watch.callback()
def _watched() -> None:
    """Judge what arrives, as it arrives."""


@watch.command("sky")
def sky(
    source: Annotated[str, typer.Argument(help="Folder, or address of a tree, with a folder for each night.", metavar="SOURCE")],
    serve: Annotated[
        int | None, typer.Option(help="Port on which ASCOM Alpaca clients are answered; 0 takes a free one.", min=0, max=65535)
    ] = None,
    boltwood: BoltwoodFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a frame.")] = False,
) -> None:
    """Judge each frame of the sky camera as it arrives, and say whether it is safe to open, until told to end (SIGTERM, Ctrl-C)."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())

    from db.session import engine
    from db.settings import load_settings
    from tasks.archives.catalogue import archive
    from tasks.live.arrivals import arrivals_of
    from tasks.live.now import SkyNow
    from tasks.live.outbox import Outbox
    from tasks.live.watch import Watch, begin, limits_of, warm_up
    from tasks.source import find_sources

    logging.basicConfig(level=logging.WARNING, format="nightshift: %(message)s")
    settings = load_settings()
    now = SkyNow(limits_of(settings))
    engine()  # a database that is not set is said before anything starts; one that is away is waited for
    (found,) = find_sources("sky", f"{settings.camera_name}={source}", datetime.now(UTC).date(), 1, settings)
    camera = archive(found.archive)
    product = camera.product(found.products[0])
    arrivals = arrivals_of(camera, found.root, product)
    outbox = Outbox(found.archive, now)
    services = _services(now, settings, serve)
    try:
        warm_up()
        older, taken_up = begin(arrivals, camera, now, outbox)
        known = "the database does not answer" if taken_up is None else f"{taken_up} readings taken up"
        typer.echo(f"Watching {found.root} ({older} older frames are left to the night, {known})", err=True)
        outbox.start()
        Watch(camera, product, arrivals, now, outbox, _Teller(now, settings, boltwood, as_json).tell).run(ending)
        left = outbox.end()
    finally:
        for service in services:
            service.end()
    _farewell(now, outbox.written, left)


def export_boltwood(
    out: Annotated[Path | None, typer.Option(help="File to write; by default the line is printed.", metavar="FILE")] = None,
) -> None:
    """Write the newest state of the sky as the table holds it, in the one-line format of Boltwood's cloud sensor."""
    from db.session import transaction
    from db.settings import load_settings
    from db.sky_readings import sky_readings
    from models.sky.boltwood import BoltwoodLine, cloud_flag
    from models.sky.safety import Reading, replay, tick
    from tasks.live.now import utc_now
    from tasks.live.watch import HISTORY, limits_of

    settings, now = load_settings(), utc_now()
    limits = limits_of(settings)
    with transaction() as connection:
        rows = sky_readings(connection, settings.camera_name, now - HISTORY * timedelta(seconds=limits.latch_s + limits.stale_s))
    readings = [Reading(row.start_time, row.cloud_fraction if row.state == "judged" else None) for row in rows]
    known = [reading for reading in readings if reading.cloud_fraction is not None]
    closed = True
    if readings:
        closed = not tick(replay(readings, limits)[-1], now, limits).safe
    fresh = known[-1].cloud_fraction if known and (now - known[-1].time).total_seconds() <= limits.stale_s else None
    line = BoltwoodLine(
        now,
        (now - known[-1].time).total_seconds() if known else None,
        cloud_flag(fresh, limits.safe_fraction, limits.unsafe_fraction),
        closed,
    ).text(settings.site_timezone)
    if out is None:
        typer.echo(line)
    else:
        write_whole(out, line)
        typer.echo(out)


def write_whole(file: Path, line: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(line + "\r\n", newline="")
    draft.replace(file)


class _Teller:
    """Says what became of each frame: a line each, and the file."""

    def __init__(self, now: "SkyNow", settings: "Settings", boltwood: Path | None, as_json: bool) -> None:
        self._now = now
        self._settings = settings
        self._boltwood = boltwood
        self._as_json = as_json
        self._written = 0.0

    def tell(self, judged: "Judged | None") -> None:
        """Tell of a frame, or of none."""
        if judged is not None:
            typer.echo(self._line(judged))
        # At 9 Hz the file need not be written nine times.
        if self._boltwood is not None and (judged is None or time.monotonic() - self._written > 1):
            write_whole(self._boltwood, boltwood_line(self._now, self._settings))
            self._written = time.monotonic()

    def _line(self, judged: "Judged") -> str:
        answer = self._now.answer()
        verdict = judged.verdict
        told: dict[str, Any] = {
            "file": judged.file.name,
            "time": judged.taken.isoformat(),
            "label": (verdict.label or "unknown") if verdict else "unreadable",
            "cloud_fraction": judged.reading.cloud_fraction,
            "reason": judged.reading.reason,
            "safe": answer.safe,
            "reasons": list(answer.reasons),
            "latency_s": round(judged.latency_s, 4),
        }
        if self._as_json:
            return json.dumps(told, ensure_ascii=False)
        cover = f"{told['cloud_fraction']:.0%} of the field" if told["cloud_fraction"] is not None else told["reason"]
        why = f" ({answer.reasons[0]})" if answer.reasons else ""
        safety = "safe" if answer.safe else "unsafe"
        return f"{judged.taken:%H:%M:%S.%f}  {judged.file.name}  {told['label']}  {cover}  {safety}{why}  {judged.latency_s:.3f} s"


def boltwood_line(now: "SkyNow", settings: "Settings") -> str:
    """Return the line of what is known now."""
    from models.sky.boltwood import BoltwoodLine, cloud_flag

    answer, limits = now.answer(), now.limits
    newest = answer.newest
    since = (answer.time - newest.time).total_seconds() if newest else None
    fresh = newest if newest and since is not None and since <= limits.stale_s else None
    return BoltwoodLine(
        answer.time,
        since,
        cloud_flag(fresh.cloud_fraction if fresh else None, limits.safe_fraction, limits.unsafe_fraction),
        not answer.safe,
        *((fresh.sky_c, fresh.air_c, fresh.camera_c) if fresh else ()),
    ).text(settings.site_timezone)


def _services(now: "SkyNow", settings: "Settings", port: int | None) -> list[Any]:
    """Start to answer, if that is wanted: unsafe until the first frames have been judged."""
    if port is None:
        return []
    from deployments.api.alpaca import application, own_id
    from deployments.api.discovery import Discovery
    from deployments.api.server import Server

    app = application(now, own_id(settings.folder), settings.site_timezone.key)
    server = Server(app, settings.alpaca_host, port)
    typer.echo(f"ASCOM Alpaca on {settings.alpaca_host}:{server.port}; http://{settings.alpaca_host}:{server.port}/setup", err=True)
    if settings.alpaca_discovery_port is None:
        return [server]
    return [Discovery(settings.alpaca_host, settings.alpaca_discovery_port, server.port), server]


def _farewell(now: "SkyNow", written: int, left: int) -> None:
    answer = now.answer()
    late = (
        f"; arrival to verdict {answer.latency_s[0]:.3f} s (median), {answer.latency_s[1]:.3f} s (95 %)" if answer.latency_s else ""
    )
    typer.echo(f"{answer.frames} frames judged, {written} written down{late}", err=True)
    if left:
        typer.echo(f"nightshift: {left} verdicts could not be written down; the night judges these frames", err=True)
