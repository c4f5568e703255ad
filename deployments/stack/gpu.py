"""A GPU on this machine is one resource, held by one of the local Dask workers: the first nanny's."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

NVIDIA_DEVICE = Path("/dev/nvidia0")

_taken = False  # the nannies of all local workers share a process


def has_gpu(device: Path = NVIDIA_DEVICE) -> bool:
    """Whether there is an NVIDIA GPU: its device, or else the word of its driver; importing torch to ask would take seconds."""
    if device.exists():
        return True
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    try:
        asked = subprocess.run([program, "-L"], capture_output=True, timeout=10, check=False)  # noqa: S603  (found on the path)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.startswith(b"GPU ")


async def dask_setup(nanny: Any) -> None:
    """Give the GPU to the first nanny, which passes it to every worker it starts; Dask calls this in each (`--preload-nanny`)."""
    global _taken
    if not _taken:
        _taken, nanny.resources = True, {"GPU": 1.0}
