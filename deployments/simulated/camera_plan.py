"""What a simulated hour of the sky camera shows: its sky, minute by minute, its faults, and its gap."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from models.simulate.camera import Scene, draw_camera, draw_scene
from models.simulate.camera.clouds import draw_cloud
from models.simulate.camera.tau2 import NATIVE_SHAPE
from models.weights_file import load_arrays

BEGINS = time(21)  # by the site's clocks
HOUR_S = 3600.0
FRAMES = 120  # every 30 s
# Share of the hour in which the sky is as told; between the first two stands a gap of 3 minutes.
CLEAR, GAP, CIRRUS, CUMULUS, STRATUS = "clear", "gap", "cirrus", "cumulus", "stratus"
PHASES = ((0.0, CLEAR), (0.6, GAP), (0.65, CIRRUS), (0.77, CUMULUS), (0.89, STRATUS))
COVER = {CIRRUS: 0.5, CUMULUS: 0.4, STRATUS: 1.0}
CORRECTED_EVERY_S = 180.0  # on the shutter


class FrameFault(StrEnum):
    """What may be wrong with a frame; each strikes one."""

    SHUTTER = "shutter"
    SATURATED = "saturated"
    STUCK = "stuck_columns"
    ZERO = "zero"
    GAPS = "gaps"
    SHAPE = "foreign"
    TWICE = "duplicate"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class PlannedFrame:
    """One frame: when, under which sky, and what is wrong with it."""

    moment: datetime
    sky: str
    since_correction_s: float
    fault: FrameFault | None

    @property
    def name(self) -> str:
        """Its file's name."""
        twice = "_copy" if self.fault is FrameFault.TWICE else ""
        return f"sky_{self.moment:%Y%m%dT%H%M%S}{twice}.fits"


def plan_frames(night: date, site: ZoneInfo, frames: int, *, faults: bool) -> list[PlannedFrame]:
    """Frames of the hour from 21:00 of the site's clocks, those in the gap left out, by time.

    Parameters
    ----------
    night : its date
    site : time zone of the camera
    frames : of the hour; each fault takes one of those under a clear sky
    faults : whether there are any
    """
    begin = datetime.combine(night, BEGINS, site).astimezone(ZoneInfo("UTC"))
    step = HOUR_S / frames
    planned = []
    for number in range(frames):
        sky = next(name for share, name in reversed(PHASES) if number / frames >= share)
        if sky != GAP:
            since = 8.0 + (number * step) % CORRECTED_EVERY_S
            planned.append(PlannedFrame(begin + timedelta(seconds=round(number * step)), sky, since, None))
    clear = sum(frame.sky == CLEAR for frame in planned)
    struck = np.linspace(1, clear - 1, len(FrameFault) if faults else 0).astype(int)
    for number, fault in zip(struck.tolist(), FrameFault, strict=False):
        held = planned[number]
        since = 0.4 if fault is FrameFault.SHUTTER else held.since_correction_s
        struck_frame = PlannedFrame(held.moment, held.sky, since, fault)
        if fault is FrameFault.TWICE:  # beside the frame itself
            planned.append(struck_frame)
        else:
            planned[number] = struck_frame
    return sorted(planned, key=lambda frame: (frame.moment, frame.name))


def draw_skies(night: date) -> dict[str, Scene]:
    """Draw one camera and one air, under each of the hour's skies; its pattern is that which `sky-clear` knows."""
    rng = np.random.default_rng([night.toordinal(), 7])
    block = NATIVE_SHAPE[0] // 128
    measured = np.kron(load_arrays("sky-clear.safetensors", ("pattern",))["pattern"], np.ones((block, block), np.float32))
    camera = draw_camera(rng, measured=measured)
    air = draw_scene(rng, (), camera=camera)
    # A usual night of a dry site, the field near the zenith: humid air is as radiant as cloud, and no single frame can tell.
    fields = {"air_c": 8.0, "shutter_c": 8.3, "humidity": 0.4, "zenith_deg": 30.0, "haze": 1.0, "position_deg": air.position_deg}
    skies = {CLEAR: Scene(camera, clouds=(), **fields)}
    for kind, cover in COVER.items():
        skies[kind] = Scene(camera, clouds=(draw_cloud(rng, kind, cover, NATIVE_SHAPE),), **fields)
    return skies
