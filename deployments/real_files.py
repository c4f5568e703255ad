"""The table of how each real file is read: ``python -m deployments.real_files FOLDER`` writes ``tasks/readers/real_files.md``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.errors import CorruptInput, Declined
from models.radio.gate import check_spectrogram
from models.radio.prepare import prepare
from models.radio.rows import bad_rows
from models.radio.spectrogram import Spectrogram
from tasks.readers.callisto_name import parse_callisto_name
from tasks.readers.fits_layout import check_layout
from tasks.readers.fits_planes import read_planes
from tasks.readers.inflate import inflate_fits
from tasks.readers.planes import Planes
from tasks.readers.spectrogram import read_spectrogram

TABLE = Path(__file__).parents[1] / "tasks" / "readers" / "real_files.md"
HEAD = """# How the real files are read

One line for each file of the data set (`radio/fits`), written by `python -m deployments.real_files FOLDER`; a test compares.

- **picture**: rows x samples, BITPIX, and BSCALE and BZERO where they are not 1 and 0; **by**: the direct parser, or astropy.
- **rows left out**: c constant, r test ramp, d dummies of one frequency, a alias of a far channel; a row may be two of them.
- **step**: of the time axis, by the TIME column where it ascends, else rebuilt from CDELT1.
- **remarks**: what was mended, and why a classifier declines the file or the reader refuses it.

| file | picture | by | rows left out | step, s | band, MHz | remarks |
|---|---|---|---|---|---|---|
"""


def real_files(folder: Path) -> Iterator[str]:
    """Lines of the table for the files of ``folder``, by name."""
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        try:
            raw = inflate_fits(data, path.name)
            planes, spectrogram = read_planes(raw, path.name), read_spectrogram(data, path.name)
        except CorruptInput as error:
            yield f"| {path.name} | | | | | | refused: {str(error).removeprefix(path.name + ': ')} |\n"
            continue
        bits = check_layout(raw, path.name)[0].text("BITPIX")
        axes = _axes(path.name, planes, spectrogram)
        yield f"| {path.name} | {_picture(planes, bits)} | {planes.read_by} | {_rows(planes)} | {axes} |\n"


def _picture(planes: Planes, bits: str) -> str:
    scale, zero = planes.cards.get("BSCALE", 1), planes.cards.get("BZERO", 0)
    scaled = "" if (scale, zero) == (1, 0) else f", x {scale:.4g} + {zero:.4g}"
    return f"{planes.digits.shape[0]} x {planes.digits.shape[1]}, {bits}{scaled}"


def _rows(planes: Planes) -> str:
    rows = bad_rows(planes.digits, planes.frequency)
    counts = {"c": rows.constant, "r": rows.ramp, "d": rows.repeated, "a": rows.alias}
    return " ".join(f"{kind.sum()}{letter}" for letter, kind in counts.items() if kind.any()) or "-"


def _axes(name: str, planes: Planes, spectrogram: Spectrogram) -> str:
    step = spectrogram.time_s[-1] / (spectrogram.time_s.size - 1)
    rebuilt = "" if np.array_equal(planes.time - planes.time[0], spectrogram.time_s) else ", CDELT1"
    band = spectrogram.frequency_mhz[spectrogram.good] if spectrogram.good.any() else spectrogram.frequency_mhz
    return f"{step:.4g}{rebuilt} | {band[0]:.1f}-{band[-1]:.1f} | {'; '.join(_remarks(name, planes, spectrogram)) or '-'}"


def _remarks(name: str, planes: Planes, spectrogram: Spectrogram) -> Iterator[str]:
    step = np.diff(planes.frequency)
    if (step > 0).any() and (step < 0).any():
        yield "frequencies out of order, sorted"
    if not np.isfinite(planes.digits).all():
        yield "gaps filled"
    if ":60" in str(planes.cards.get("TIME-END", "")) or str(planes.cards.get("TIME-END", "")).startswith("24:"):
        yield f"TIME-END {planes.cards['TIME-END']}"
    if not parse_callisto_name(name).station:
        yield f"named without its station, {spectrogram.station or 'which the header does not tell either'}"
    try:
        check_spectrogram(prepare(spectrogram))
    except Declined as error:
        yield f"declined: {error}"


def main() -> None:
    """Write the table for the folder named on the command line."""
    TABLE.write_text(HEAD + "".join(real_files(Path(sys.argv[1]))), encoding="utf-8")


if __name__ == "__main__":
    main()
