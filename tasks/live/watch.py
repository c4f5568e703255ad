"""Watch the sky: judge each frame as it arrives, by the reading, preparing and judging of a night."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from db.remote_file import RemoteFile
from db.settings import Settings
from models.errors import ConfigurationError, CorruptInput, SourceUnavailable
from models.sky.frame import NATIVE_SHAPE, SkyFrame, prepare
from models.sky.safety import Limits
from models.verdict import Verdict
from tasks.archives.archive import Archive, Product
from tasks.judge import judge
from tasks.live.arrivals import Arrivals, Unfinished, nights_now
from tasks.live.headline import headline
from tasks.live.now import Judged, SkyNow, utc_now
from tasks.live.outbox import Outbox

# A file that cannot be read is being written, as long as it changes; the camera's software takes milliseconds.
PATIENCE_S = 5.0
AT_LEAST_EVERY_S = 5.0
MOST_TIMES = 10_000  # a quarter of an hour of the camera's fastest
# Latches back from now that the machine is taken up from: the first of them may only say that nothing was known before it.
HISTORY = 3


class Watch:
    """The loop.

    Parameters
    ----------
    archive, product : whose frames these are
    arrivals : where they come from
    sky : what is told to everybody
    outbox : what is written down
    say : is told of each frame, judged or unreadable, and with None now and then when there is none
    """

    def __init__(
        self,
        archive: Archive,
        product: Product,
        arrivals: Arrivals,
        sky: SkyNow,
        outbox: Outbox,
        say: Callable[[Judged | None], None],
    ) -> None:
        self._archive = archive
        self._product = product
        self._arrivals = arrivals
        self._sky = sky
        self._outbox = outbox
        self._say = say
        self._unfinished = Unfinished(PATIENCE_S)
        self._again: list[tuple[date, RemoteFile, datetime]] = []
        self._times: dict[datetime, str] = {}
        self._model = headline()

    def run(self, ending: threading.Event) -> None:
        """Watch until told to end."""
        said = 0.0
        while not ending.is_set():
            began = time.monotonic()
            waiting = self._waiting()
            looking_s = time.monotonic() - began
            for night, file, arrived in waiting:
                if ending.is_set():
                    return
                judged = self._take(night, file, arrived)
                if judged is not None:
                    self._sky.take(judged)
                    self._outbox.add(night, judged)
                    self._say(judged)
                    said = time.monotonic()
            if time.monotonic() - said > AT_LEAST_EVERY_S:
                self._say(None)
                said = time.monotonic()
            # Where looking takes long, of a full folder or over a slow network, it takes half of the time at most.
            ending.wait(max(looking_s, self._arrivals.poll_s - (time.monotonic() - began)))

    def _waiting(self) -> list[tuple[date, RemoteFile, datetime]]:
        """What is to be tried again, and what is new."""
        again, self._again = self._again, []
        try:
            nights = nights_now(self._archive, utc_now())
            new = [(night, file, arrived) for night in nights for file, arrived in self._arrivals.new(night)]
        except SourceUnavailable as error:
            self._sky.trouble("source", f"the frames cannot be listed: {error}")
            return again
        self._sky.trouble("source", "")
        return again + new

    def _take(self, night: date, file: RemoteFile, arrived: datetime) -> Judged | None:
        """Read and judge one file; None where it is still being written."""
        body = b""
        try:
            body = self._arrivals.read(file)
            frame = self._product.read(body, file.name)
        except (CorruptInput, SourceUnavailable) as error:
            if self._unfinished.waits(file.name, body):
                # Its last byte is not there yet: it arrives with the look that can read it.
                self._again.append((night, file, utc_now()))
                return None
            return Judged(file, arrived, utc_now(), None, None, str(error))
        self._unfinished.done(file.name)
        (verdict,) = judge([self._model], [frame])[self._model]
        if self._archive.alone and frame.t_start and (first := self._first_at(frame.t_start, file.name)) != file.name:
            verdict = Verdict.declined(verdict.model, verdict.version, f"duplicate: DATE-OBS is that of {first}")
        return Judged(file, arrived, utc_now(), frame, verdict)

    def _first_at(self, moment: datetime, name: str) -> str:
        """Name of the first file of a moment: a camera that is one instrument takes one frame at a time."""
        first = self._times.setdefault(moment, name)
        while len(self._times) > MOST_TIMES:
            del self._times[next(iter(self._times))]
        return first


def warm_up() -> None:
    """Judge a frame of nothing, so that what is compiled and loaded once is there before the first frame comes."""
    plane = np.add.outer(np.arange(NATIVE_SHAPE[0]), np.arange(NATIVE_SHAPE[1])) // 20 + 600
    noise = np.random.default_rng(0).integers(-8, 8, NATIVE_SHAPE)
    judge([headline()], [prepare(SkyFrame((plane + noise).astype(">i2"), datetime(2000, 1, 1, tzinfo=UTC)))])


def limits_of(settings: Settings) -> Limits:
    """Limits of the safety machine as the settings name them.

    Raises
    ------
    ConfigurationError
        They contradict each other.
    """
    try:
        return Limits(
            unsafe_fraction=settings.sky_unsafe_fraction,
            safe_fraction=settings.sky_safe_fraction,
            agree=settings.sky_agree_frames,
            frames=settings.sky_window_frames,
            latch_s=settings.sky_latch_s,
            stale_s=settings.sky_stale_s,
            unknown_s=settings.sky_unknown_s,
        )
    except ValueError as error:
        raise ConfigurationError(f"NIGHTSHIFT_SKY_…: {error}") from error


def begin(watched: Arrivals, archive: Archive, sky: SkyNow, outbox: Outbox) -> tuple[int, int | None]:
    """Leave older frames to the night, and take up the machine where the table says it stood.

    Returns
    -------
    (older frames that are not judged, readings taken up, None where the database does not answer)
    """
    limits = sky.limits
    older = sum(watched.skip(night, timedelta(seconds=limits.stale_s)) for night in nights_now(archive, utc_now()))
    readings = outbox.readings(HISTORY * timedelta(seconds=limits.latch_s + limits.stale_s))
    if readings is not None:
        sky.resume(readings)
    return older, None if readings is None else len(readings)
