"""How others read a file of the archive, each as its own documentation does it."""

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deployments.bench.race import Contestant

HOW_TO_INSTALL = "not installed: uv pip install 'nightshift[bench]'"


def peer(name: str, module: str, make: Callable[[Any], Callable[[Path], object]]) -> Contestant:
    """Make a contestant of a package that may be missing.

    Parameters
    ----------
    name : shown
    module : to import
    make : module to what the peer does with a path
    """
    if find_spec(module.partition(".")[0]) is None:
        return Contestant(name, "peer", None, HOW_TO_INSTALL)
    os.environ.setdefault("MPLBACKEND", "Agg")  # pyCallisto imports pyplot
    try:
        return Contestant(name, "peer", make(import_module(module)))
    except ImportError as error:  # it is there, but what it needs is not
        return Contestant(name, "peer", None, f"cannot be imported: {error}")


def readers() -> list[Contestant]:
    """Everyone who reads: picture and both axes in memory at the end."""
    return [
        peer("astropy fits.open, data and axes", "astropy.io.fits", _astropy),
        peer("radiospectra Spectrogram(path)", "radiospectra.spectrogram", lambda module: module.Spectrogram),
        peer("ecallisto_ng FITS to DataFrame", "ecallisto_ng.data_download.utils", _ecallisto),
        peer("pyCallisto fromFile", "pyCallisto", lambda module: lambda path: module.pyCallisto.fromFile(str(path))),
    ]


def cleaners() -> list[Contestant]:
    """Those who subtract a background too."""
    return [
        peer("ecallisto_ng read + constant background (n=300)", "ecallisto_ng.data_processing.utils", _ecallisto_clean),
        peer(
            "pyCallisto read + background",
            "pyCallisto",
            lambda module: lambda path: module.pyCallisto.fromFile(str(path)).subtractBackground(),
        ),
    ]


def _astropy(fits: Any) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        with fits.open(path) as parts:
            return parts[0].data, parts[1].data["TIME"][0], parts[1].data["FREQUENCY"][0]

    return read


def _ecallisto(module: Any) -> Callable[[Path], object]:
    fits = import_module("astropy.io.fits")

    def read(path: Path) -> object:
        # As ecallisto_ng.data_download.downloader.fetch_fits_to_pandas does it, without swallowing errors.
        return module.ecallisto_fits_to_pandas(fits.open(path, cache=False))

    return read


def _ecallisto_clean(processing: Any) -> Callable[[Path], object]:
    read = _ecallisto(import_module("ecallisto_ng.data_download.utils"))
    return lambda path: processing.subtract_constant_background(read(path), n=300)
