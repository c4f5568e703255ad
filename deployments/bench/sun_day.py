"""sun-day: a synoptic day of AIA on a fresh stack, from listing to report, beside those who only read, divide and rebin.

folder of 96 FITS ─▶ nightshift night (crawl ─▶ ingest ─▶ infer ─▶ settle ─▶ pictures ─▶ report), watched
files             ─▶ ours alone, sunpy, astropy: one process, one core
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from deployments.bench.observed import observe_night
from deployments.bench.own_stack import fresh_stack
from deployments.bench.peers import peer
from deployments.bench.race import Contestant, one_core, race
from deployments.bench.result import Result, Row
from deployments.bench.synoptic import CHANNELS, HOURS, NIGHT, synoptic_day
from models import registry
from models.sun.prepare import SIZE, prepare
from tasks import shard
from tasks.readers.sun.image import read_sun_image
from tasks.readers.sun.prepared import read_prepared_sun

OURS = "nightshift night, the whole command"
ALONE = "nightshift: read, exposure, degradation, turned, centred, 256 x 256"
SUNPY = "sunpy: Map, / exposure_time, superpixel 4 x 4"
ASTROPY = "astropy: fits.open, / EXPTIME, reshape, mean"
ARCHIVE = "aia-synoptic"
FOLD = 4  # 1024 to 256 pixels
# Asked for flares, fluxes and summaries: the Sun is simulated, and what NOAA and the HEK tell of is the real one.
NOBODY = {"NIGHTSHIFT_FLARE_LISTS": "{}", "NIGHTSHIFT_XRAY_FLUX": "{}", "NIGHTSHIFT_REGION_SUMMARIES": "[]"}
WARM = 2  # files of each channel that are treated untimed


def sun_day(folder: Path, channels: int, images: int, rounds: int, progress: Callable[[int, int], None] | None = None) -> Result:
    """Observe a synoptic day, and let the others treat the same files.

    Parameters
    ----------
    folder : where the day is kept, and the stack's home while it runs
    channels, images : size of the day, at most 8 and 12
    rounds : of the race of which the best counts
    progress : told of files written, and how many there are
    """
    root, files = synoptic_day(folder, channels, images, progress)
    home = folder / "stack-of-sun-day"
    with fresh_stack(home, **NOBODY) as variables:
        rows, tables = observe_synoptic(home, variables, root)
    compared, left_out = contestants(files, rounds)
    tables["Our steps, each alone on one core"] = step_table(files)
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    return Result(
        "sun-day",
        "day",
        OURS,
        (*rows, *compared),
        {"files": len(files), "channels": channels, "images": images, "megabytes": round(megabytes, 1)},
        tables,
        (
            f"{len(files)} simulated images of AIA ({channels} of {len(CHANNELS)} channels, {images} of {len(HOURS)} times), "
            f"1024 x 1024, RICE, {megabytes:.0f} MB, in a folder.",
            "Peers read, divide and rebin in one process on one core; they neither correct degradation nor turn nor judge.",
            *(f"Left out for all: {name} ({why})." for name, why in left_out.items()),
        ),
    )


def observe_synoptic(home: Path, variables: dict[str, str], root: Path) -> tuple[list[Row], dict[str, list[dict[str, Any]]]]:
    """Run the night over a folder of synoptic images, and watch it; parameters and returns as of `observe_night`."""
    return observe_night(home, variables, ARCHIVE, f"{ARCHIVE}={root}", NIGHT, OURS, {})


def contestants(files: Sequence[Path], rounds: int) -> tuple[list[Row], dict[str, str]]:
    """Let everyone read, correct and rebin the day's files.

    Returns
    -------
    (rows, left_out), as of `race`, in seconds of the day
    """
    ours = Contestant(ALONE, "ours", lambda path: read_prepared_sun(path.read_bytes(), path.name))
    rows, left_out = race([ours, peer(SUNPY, "sunpy.map", _sunpy), peer(ASTROPY, "astropy.io.fits", _astropy)], files, rounds)
    day = [
        row
        if row.seconds is None or row.cpu_s is None
        else Row(row.name, row.role, row.seconds * len(files), row.cpu_s * len(files), row.n, rounds, "one core")
        for row in rows
    ]
    return day, left_out


def _sunpy(sunpy_map: Any) -> Callable[[Path], object]:
    from astropy import units

    def rebin(path: Path) -> object:
        image = sunpy_map.Map(path)
        return (image / image.exposure_time).superpixel((FOLD, FOLD) * units.pix, func=np.mean)

    return rebin


def _astropy(fits: Any) -> Callable[[Path], object]:
    def rebin(path: Path) -> object:
        with fits.open(path) as held:
            rate = held[1].data / held[1].header["EXPTIME"]
        return rate.reshape(SIZE, FOLD, SIZE, FOLD).mean(axis=(1, 3))

    return rebin


def step_table(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Processor time of each of our steps, on all files of the day."""
    rows: list[dict[str, Any]] = []
    bodies = [(path.name, path.read_bytes()) for path in files]

    def timed(step: str, do: Callable[[], Any]) -> Any:
        start = time.process_time()
        found = do()
        spent = time.process_time() - start
        rows.append({"step": step, "CPU ms each": 1e3 * spent / len(files), "CPU s a day": spent})
        return found

    with one_core():
        models = [registry.load(model.name) for model in registry.describe("sun")]
        warm = [read_prepared_sun(body, name) for name, body in bodies[: WARM * len(CHANNELS)]]
        for model in models:
            model.judge(warm)
        read = timed("read, exposure, degradation", lambda: [read_sun_image(body, name) for name, body in bodies])
        prepared = timed("turn, centre, rebin, stretch", lambda: [prepare(image) for image in read])
        named = [(name, sun) for (name, _), sun in zip(bodies, prepared, strict=True)]
        packed = timed("pack a shard", lambda: [shard.pack([item]) for item in named])
        timed("unpack a shard", lambda: [shard.unpack(body) for body in packed])
        for model in models:
            timed(f"judge: {model.name}", partial(model.judge, prepared))
    return rows
