"""radio-classify: what it costs to judge one prepared spectrogram, for each classifier, device and batch size."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from deployments.bench.plain_clip import PlainClip
from deployments.bench.race import one_core
from deployments.bench.result import Result, Row
from models import registry
from models.classifier import Classifier
from models.radio.burst_learning.scenes import draw_scene
from models.radio.spectrogram import PreparedSpectrogram

SEED = 3
BATCHES = (1, 16)
OURS = "radio-burst, cpu, 1 a batch"


def radio_classify(files: int, rounds: int, progress: Callable[[int, int], None]) -> Result:
    """Judge the same simulated files with every radio classifier.

    Parameters
    ----------
    files : how many
    rounds : of which the best counts
    progress : is told what is done, and of how much
    """
    devices = ["cpu"] if registry.choose_device() == "cpu" else ["cpu", registry.choose_device()]
    contestants = [
        (kind, device, batch)
        for kind in registry.classifiers("radio")
        for device in (devices if kind.needs_torch else ["cpu"])
        for batch in BATCHES
    ]
    steps = files + len(contestants) + len(devices)
    rows = []
    with one_core(), TemporaryDirectory() as folder:
        observations = []
        for number in range(files):
            observations.append(draw_scene(SEED, number).prepared)
            progress(number + 1, steps)
        weights = Path(folder) / "ViT-B-32.safetensors"
        for place, device in enumerate(devices):
            plain = PlainClip(device)
            wall, cpu = _best(plain, observations, 1, rounds)
            rows.append(Row(f"plain open_clip loop, ViT-B-32, fp32, {device}", "peer", wall, cpu, files, rounds))
            plain.save(weights)
            progress(files + place + 1, steps)
        for place, (kind, device, batch) in enumerate(contestants):
            wall, cpu = _best(registry.load(kind, device, weights), observations, batch, rounds)
            rows.append(Row(f"{kind.name}, {device}, {batch} a batch", "ours", wall, cpu, files, rounds))
            progress(files + len(devices) + place + 1, steps)
    return Result(
        "radio-classify",
        "file",
        OURS,
        tuple(rows),
        {"files": files, "seed": SEED},
        notes=(
            "Judged are prepared spectrograms of 200 channels and 15 minutes; reading and cleaning are in radio-read.",
            "radio-clip has weights that know nothing; the time is that of real ones.",
        ),
    )


def _best(
    classifier: Classifier | PlainClip, observations: list[PreparedSpectrogram], batch: int, rounds: int
) -> tuple[float, float]:
    """Wall and processor time of one observation in the best round, after one that nobody counts."""
    classifier.judge(observations[:1])
    spent = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        for first in range(0, len(observations), batch):
            classifier.judge(observations[first : first + batch])
        spent.append(((time.perf_counter() - wall) / len(observations), (time.process_time() - cpu) / len(observations)))
    return min(spent)
