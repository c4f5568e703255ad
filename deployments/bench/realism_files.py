"""Real files with what people saw in them, and for each a simulated twin of its band."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from models.radio.labelled import UNSURE, BurstBox
from models.radio.spectrogram import Spectrogram
from models.simulate.realism.patch import ROWS
from models.simulate.receiver import draw_receiver
from models.simulate.spectrogram import simulate_spectrogram
from models.simulate.tables import gain_profiles
from tasks.training import annotated_files

STEP_S = 0.25
START = datetime(2024, 5, 14, 12, tzinfo=UTC)
# Boxes are good to 5-10 s.
SLACK_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class RealFile:
    """A full-size CALLISTO file.

    Attributes
    ----------
    observation : as read
    station, day : as in the labels
    boxes : all that were drawn, unsure ones too
    """

    observation: Spectrogram
    station: str
    day: str
    boxes: tuple[BurstBox, ...]

    @property
    def band(self) -> tuple[float, float]:
        """Lowest and highest channel with sky data, MHz."""
        low, high = self.observation.frequency_mhz[self.observation.good][[0, -1]].tolist()
        return low, high

    def columns(self, box: BurstBox) -> tuple[float, float]:
        """First and last sample of a box, as fractions."""
        first, last = ((moment - self.observation.t_start).total_seconds() / STEP_S for moment in (box.t_start, box.t_end))
        return first, last

    def blocked(self) -> np.ndarray:
        """(T,) bool ndarray, True for samples in or near a box of any kind."""
        blocked = np.zeros(self.observation.time_s.size, dtype=bool)
        for box in self.boxes:
            first, last = self.columns(box)
            blocked[max(int(first - SLACK_S / STEP_S), 0) : max(int(last + SLACK_S / STEP_S) + 1, 0)] = True
        return blocked


def real_files(data: Path) -> Iterator[RealFile]:
    """Files with 0.25 s a sample and `ROWS` sky channels whose label is neither "odd" nor unsure.

    Raises
    ------
    ConfigurationError
        ``labels.csv`` or ``boxes.csv`` is missing.
    """
    for row, boxes, observation in annotated_files(data):
        usual = abs(np.median(np.diff(observation.time_s)) - STEP_S) < 0.01 and observation.good.sum() >= ROWS
        known = row["label"] in ("burst", "quiet") and row["confidence"] != UNSURE
        if usual and known and observation.product == "intensity":
            yield RealFile(observation, row["station"], row["utc_day"], boxes)


def twin(file: RealFile, rng: np.random.Generator, without: Collection[str] = ()) -> tuple[np.ndarray, np.ndarray]:
    """A simulated file without bursts in the band of a real one; all else is drawn as the simulator draws it.

    Parameters
    ----------
    file : RealFile
    rng : generator
    without : stations whose gain profiles the receiver must not resemble

    Returns
    -------
    (digits, sky), (F, T) uint8 and (F,) bool ndarrays
    """
    profiles = [profile for profile in gain_profiles() if profile.station not in without]
    receiver = draw_receiver(rng, *file.band, file.observation.frequency_mhz.size, profiles=profiles)
    simulated = simulate_spectrogram(rng, receiver, START, times=file.observation.time_s.size, step_s=STEP_S)
    return simulated.digits, receiver.sky


def naive_twin(file: RealFile, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Noise of 0.65 digit, equal in all channels, on a straight line: what anybody would simulate first; as `twin`."""
    shape = file.observation.intensity.shape
    level = np.linspace(150, 130, shape[0])[:, None]
    return np.rint(level + rng.normal(0, 0.65, shape)).astype(np.uint8), np.ones(shape[0], dtype=bool)


def stations_of(files: Iterable[RealFile]) -> list[str]:
    """Names in order."""
    return sorted({file.station for file in files})
