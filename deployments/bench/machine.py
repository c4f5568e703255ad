"""On what a benchmark ran: a figure without it says nothing."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from tasks.revision import code_revision

PACKAGES = (
    "astropy", "dask", "distributed", "ecallisto_ng", "isal", "numba", "numpy", "opencv-python-headless", "pandas", "prefect",
    "pycallisto", "radiospectra", "scipy", "sunpy",
)  # fmt: skip


def describe_machine() -> dict[str, Any]:
    """Describe processor, memory, system, and how busy others keep it (load of the last minute; 0 is a quiet machine)."""
    return {
        "processor": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def describe_versions() -> dict[str, str]:
    """Versions of the project and of every package whose speed is measured; those not installed are left out."""
    found = {"nightshift": code_revision()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # no Linux, or a processor without a name
        return platform.processor() or platform.machine()
