"""Spectrograms with what people saw in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from models.radio.blobs import Blob
from models.radio.spectrogram import PreparedSpectrogram

# Boxes are good to 5-10 s and a few MHz.
SLACK_S = 5.0
SLACK_CHANNELS = 2
UNSURE = "unsure"
LEAST_S = 5.0  # of a minute, from which on a box is in it


@dataclass(frozen=True, slots=True)
class BurstBox:
    """A burst as somebody drew it: type, aware UTC times by the file's own clock, MHz, "sure", "likely" or "unsure"."""

    type: str
    t_start: datetime
    t_end: datetime
    frequency_low_mhz: float
    frequency_high_mhz: float
    confidence: str


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSpectrogram:
    """A prepared spectrogram, "burst", "quiet" or "odd", how sure the reader was, its UTC day, and its bursts.

    Evaluation leaves out whole days; `by_station` makes it leave out stations.
    """

    name: str
    prepared: PreparedSpectrogram
    label: str
    confidence: str
    day: str
    boxes: tuple[BurstBox, ...]

    def by_station(self) -> "LabelledSpectrogram":
        """The same with its station in the place of the day, so that all files of a station are left out together."""
        return replace(self, day=self.prepared.station)

    @property
    def scored(self) -> bool:
        """Counts in figures of files: a burst or quiet, and the reader was not unsure."""
        return self.label in ("burst", "quiet") and self.confidence != UNSURE


def fingerprint(files: Iterable[LabelledSpectrogram]) -> str:
    """Hash of names, labels and boxes: other labels of the same files are other material."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(repr((file.name, file.label, file.confidence, file.day, file.boxes)).encode())
    return digest.hexdigest()


def blob_labels(example: LabelledSpectrogram, blobs: list[Blob]) -> np.ndarray:
    """What each spot is: 1 burst, 0 not, -1 doubtful.

    A burst lies for at least half within boxes, or for a quarter while covering 40 % of one (a split or drifting burst fills a
    third of its box). Doubtful is what touches boxes otherwise, or unsure ones, and all of a file that is odd or unsure.

    Returns
    -------
    (N,) int ndarray
    """
    prepared = example.prepared
    frequency = prepared.frequency_mhz[prepared.good]
    drawn = []
    for box in example.boxes:
        times = [((moment - prepared.t_start).total_seconds()) / prepared.bin_s for moment in (box.t_start, box.t_end)]
        rows = np.searchsorted(frequency, [box.frequency_low_mhz, box.frequency_high_mhz])
        slack = SLACK_S / prepared.bin_s
        drawn.append(
            (times[0] - slack, rows[0] - SLACK_CHANNELS, times[1] + slack, rows[1] + SLACK_CHANNELS, box.confidence != UNSURE)
        )
    labels = np.zeros(len(blobs), dtype=int)
    for index, blob in enumerate(blobs):
        area = (blob.x1 - blob.x0) * (blob.y1 - blob.y0)
        within = covered = doubtful = 0.0
        for x0, y0, x1, y1, sure in drawn:
            both = max(0.0, min(blob.x1, x1) - max(blob.x0, x0)) * max(0.0, min(blob.y1, y1) - max(blob.y0, y0))
            within += sure * both / area
            doubtful += (not sure) * both / area
            covered = max(covered, sure * both / ((x1 - x0) * (y1 - y0)))
        if within >= 0.5 or (within >= 0.25 and covered > 0.4):
            labels[index] = 1
        elif within > 0.1 or doubtful > 0.2:
            labels[index] = -1
    return np.full(len(blobs), -1) if not example.scored else labels


def minute_truth(example: LabelledSpectrogram) -> list[tuple[float, float, bool]]:
    """Start, end (seconds of the file) and truth of each whole minute.

    A minute is a burst's where a sure or likely box fills `LEAST_S` of it; touched by less, or by unsure boxes alone, it is left
    out.
    """
    start = example.prepared.t_start
    spans = [((box.t_start - start).total_seconds(), (box.t_end - start).total_seconds(), box.confidence) for box in example.boxes]
    truth = []
    for minute in range(int((example.prepared.t_end - start).total_seconds() // 60)):
        begin, end = 60.0 * minute, 60.0 * minute + 60
        shared = [(min(end, last) - max(begin, first), confidence) for first, last, confidence in spans]
        sure = {confidence for seconds, confidence in shared if seconds >= LEAST_S}
        if sure - {UNSURE}:
            truth.append((begin, end, True))
        elif not any(seconds > 0 for seconds, _ in shared):
            truth.append((begin, end, False))
    return truth


def marked_elsewhere(example: LabelledSpectrogram, files: Iterable[LabelledSpectrogram]) -> list[BurstBox]:
    """Sure and likely boxes that were drawn at other stations, at frequencies that this file has as well: the Sun is the same."""
    prepared = example.prepared
    frequency = prepared.frequency_mhz[prepared.good]
    low, high = frequency.min(), frequency.max()
    return [
        box
        for file in files
        if file.prepared.station != prepared.station
        for box in file.boxes
        if box.confidence != UNSURE and box.frequency_low_mhz < high and box.frequency_high_mhz > low
        if box.t_start < prepared.t_end and box.t_end > prepared.t_start
    ]
