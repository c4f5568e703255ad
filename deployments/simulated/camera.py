"""Write an hour of a simulated sky camera as genuine FITS, with the truth beside it."""

import io
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from astropy.io import fits

from deployments.simulated.camera_plan import FRAMES, FrameFault, PlannedFrame, draw_skies, plan_frames
from deployments.simulated.truth import stamp
from models.simulate.camera import Scene, SimulatedFrame
from models.simulate.camera.tau2_fits import tau2_bytes

CAMERA = Path("camera")
# What counts as cloud in the truth: the noise of a mean of 4 x 4 pixels is 1.1 ADU.
CLOUD_ADU = 6.0


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """One frame of the archive: what it shows, and how it should end.

    Attributes
    ----------
    name, t_start : file name; ISO 8601 UTC
    sky : "clear", "cirrus", "cumulus" or "stratus"
    cloud_fraction : share of the field whose excess is 6 ADU and more
    excess_mean_adu : of the whole field
    fault : what is wrong with it, None where nothing is
    expected : state in the ledger, "stored" or "quarantined"
    """

    name: str
    t_start: str
    sky: str
    cloud_fraction: float
    excess_mean_adu: float
    fault: str | None
    expected: str


def truth_path(out: Path, night: date) -> Path:
    """Place of a night's truth."""
    return out / "truth" / f"camera-{night}.json"


def read_truth(out: Path, night: date) -> list[FrameTruth]:
    """Read what is true of a night's frames, by name."""
    return [FrameTruth(**row) for row in json.loads(truth_path(out, night).read_text(encoding="utf-8"))["frames"]]


def write_camera_night(out: Path, night: date, site: ZoneInfo, *, frames: int = FRAMES, faults: bool = True) -> list[FrameTruth]:
    """Write ``camera/YYYY-MM-DD`` and ``truth/camera-YYYY-MM-DD.json`` below ``out``; a night made so before is kept.

    The same arguments write the same bytes.

    Parameters
    ----------
    out : root of the tree
    night : its date; the frames are of the hour from 21:00 by the site's clocks
    site : time zone of the camera
    frames : of that hour
    faults : whether some frames have faults
    """
    parameters: dict[str, Any] = {"frames": frames, "faults": faults, "site": str(site)}
    side_file, place = truth_path(out, night), out / CAMERA / f"{night}"
    if side_file.exists() and json.loads(side_file.read_text(encoding="utf-8"))["parameters"] == parameters:
        return read_truth(out, night)
    partial = out / f".partial-camera-{night}-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    skies = draw_skies(night)
    truths = []
    for planned in plan_frames(night, site, frames, faults=faults):
        seed = int(planned.moment.timestamp())
        shown = skies[planned.sky].frame(
            np.random.default_rng(seed), planned.moment.timestamp() % 86400, planned.since_correction_s
        )
        path = partial / planned.name
        path.write_bytes(_bytes(planned, shown, skies[planned.sky]))
        os.utime(path, (planned.moment.timestamp(), planned.moment.timestamp()))
        truths.append(_truth(planned, shown))
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    side_file.unlink(missing_ok=True)
    partial.rename(place)
    side_file.parent.mkdir(parents=True, exist_ok=True)
    told = {"parameters": parameters, "frames": [asdict(truth) for truth in truths]}
    side_file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return truths


def _truth(planned: PlannedFrame, shown: SimulatedFrame) -> FrameTruth:
    return FrameTruth(
        name=planned.name,
        t_start=stamp(planned.moment),
        sky=planned.sky,
        cloud_fraction=round(float((shown.excess_adu >= CLOUD_ADU).mean()), 4),
        excess_mean_adu=round(float(shown.excess_adu.mean()), 2),
        fault=planned.fault,
        expected="quarantined" if planned.fault is FrameFault.CUT else "stored",
    )


def _bytes(planned: PlannedFrame, shown: SimulatedFrame, sky: Scene) -> bytes:
    counts = _struck(shown.adu, planned.fault)
    since = planned.since_correction_s
    data = tau2_bytes(counts.astype(np.int16), planned.moment, air_c=sky.air_c, shutter_c=sky.shutter_c, since_correction_s=since)
    if planned.fault is FrameFault.GAPS:
        with fits.open(io.BytesIO(data)) as held:
            picture = held[0].data.astype(np.float32)
            picture[:, :160] = np.nan
            stream = io.BytesIO()
            fits.PrimaryHDU(picture, held[0].header).writeto(stream)
            return stream.getvalue()
    return data[: len(data) // 3] if planned.fault is FrameFault.CUT else data


def _struck(counts: np.ndarray, fault: FrameFault | None) -> np.ndarray:
    """The counts as a fault leaves them."""
    struck = counts.copy()
    match fault:
        case FrameFault.SHUTTER:
            struck[:] = np.random.default_rng(0).normal(1845, 4.4, counts.shape).round()
        case FrameFault.SATURATED:
            struck[:200] = 16383
        case FrameFault.STUCK:
            struck[:, 100:220] = struck[0, 100:220]
        case FrameFault.ZERO:
            struck[:300] = 0
        case FrameFault.SHAPE:
            struck = struck[:480]
    return struck
