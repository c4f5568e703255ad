"""radio-read: what it costs to read one spectrogram, on one core."""

from pathlib import Path

from isal import isal_zlib

from deployments.bench.peers import readers
from deployments.bench.race import Contestant, race
from deployments.bench.result import Result
from deployments.bench.spectrograms import files_of_day, full_size, real_files, simulated_day
from models.radio.prepare import prepare
from tasks.readers.spectrogram import read_spectrogram

OURS = "nightshift read"
GZIP = 31  # window bits by which zlib knows a gzip stream
STATIONS, MOST_FILES = 28, 192  # of a day from which simulated files are taken: every band of the network is among them


def radio_read(folder: Path, data: Path | None, files: int, rounds: int) -> Result:
    """Read the same files with everyone who can.

    Parameters
    ----------
    folder : where simulated files are kept
    data : folder of real files; None for simulated ones
    files : how many at most
    rounds : of which the best counts
    """
    found = real_files(data) if data else _simulated(folder, files)
    fitting = full_size(found)
    chosen = fitting[:: max(1, len(fitting) // files)][:files]  # from all over the list, which is sorted by station
    rows, left_out = race([*ours(), *readers(), *bounds(chosen)], chosen, rounds)
    source = "real" if data else "simulated"
    return Result(
        "radio-read",
        "file",
        OURS,
        tuple(rows),
        {"files": len(chosen), "source": source, "megabytes": round(sum(path.stat().st_size for path in chosen) / 1e6, 2)},
        notes=(
            f"{len(fitting)} of {len(found)} {source} files have 200 channels x 3600 samples; {len(chosen)} of them were read.",
            "Everyone starts from a path in the page cache and ends with picture and axes in memory, on one core.",
            *(f"Left out for all: {name} ({why})." for name, why in left_out.items()),
        ),
    )


def ours() -> list[Contestant]:
    """Return the product's own reader, alone and with the preparation that the classifiers need."""
    return [
        Contestant(OURS, "ours", lambda path: read_spectrogram(path.read_bytes(), path.name)),
        Contestant(
            "nightshift read + clean + pool",
            "ours",
            lambda path: prepare(read_spectrogram(path.read_bytes(), path.name)),
            "background, interference and pooling too",
        ),
    ]


def bounds(files: list[Path]) -> list[Contestant]:
    """Return what any reader must do: inflate; what it would do at best: copy."""
    packed = {path: path.read_bytes() for path in files}
    raw = {path: isal_zlib.decompress(data, GZIP) for path, data in packed.items()}
    return [
        Contestant("isal inflate alone", "bound", lambda path: isal_zlib.decompress(packed[path], GZIP)),
        Contestant("copy of the inflated bytes", "bound", lambda path: bytearray(raw[path])),
    ]


def _simulated(folder: Path, files: int) -> list[Path]:
    per_station = min(MOST_FILES, -(-files // STATIONS))
    return files_of_day(simulated_day(folder, STATIONS, per_station))
