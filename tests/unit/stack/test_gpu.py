"""One local worker, and only one, offers the GPU of the machine."""

import asyncio
from pathlib import Path

import pytest
from distributed import Nanny, Scheduler

from deployments.stack import gpu
from deployments.stack.gpu import has_gpu


def test_a_gpu_is_known_by_its_device(tmp_path: Path) -> None:
    device = tmp_path / "nvidia0"
    device.touch()
    assert has_gpu(device)


@pytest.mark.parametrize(
    ("said", "status", "found"),
    [("GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-0)", 0, True), ("No devices found.", 0, False), ("GPU 0: is lost", 9, False)],
)
def test_a_gpu_is_known_by_the_word_of_its_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, status: int, found: bool
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert has_gpu(tmp_path / "nvidia0") is found


def test_no_device_and_no_driver_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not has_gpu(tmp_path / "nvidia0")


def test_one_worker_of_two_offers_the_gpu_and_keeps_it_when_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "_taken", False)

    async def offers() -> list[list[float]]:
        async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
            nanny = {"nthreads": 1, "preload_nanny": [gpu.__name__], "dashboard": False}
            async with Nanny(scheduler.address, **nanny) as first, Nanny(scheduler.address, **nanny):

                def resources() -> list[float]:
                    return sorted(worker.resources.get("GPU", 0.0) for worker in scheduler.workers.values())

                before = resources()
                await first.restart(timeout=30)
                return [before, resources()]

    assert asyncio.run(offers()) == [[0.0, 1.0], [0.0, 1.0]]
