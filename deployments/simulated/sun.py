"""Write a day of the simulated Sun as its archives hold it, with the truth beside it.

Below ``sun/visit-N``: ``bbso`` (GONG's magnetograms, H-alpha), ``sdo`` (browse pictures), ``aia`` (synoptic images, near-real-time
at the first visit, definitive from the second on), ``swpc`` and ``hek`` (fluxes, regions, flares), each in its real tree;
``helioviewer`` (JP2) and ``jsoc`` (HMI's magnetograms, near-real-time at first), of which nobody sees a tree.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from deployments.simulated.fault import html_page
from deployments.simulated.truth import stamp
from models.simulate.sun.activity import Activity, simulate_activity
from models.simulate.sun.files import aia_synoptic, gong_fts, gong_picture, halpha_fts, helioviewer_jp2, sdo_picture
from models.simulate.sun.hmi import hmi_magnetogram
from models.simulate.sun.records import goes_json, hek_json, listed_flares, srs_text, swpc_flares_json
from models.sun.flares import in_progress, largest_within
from tasks.readers.sun.colours import colour_table
from tasks.readers.sun.degradation import degradation
from tasks.readers.sun.tai import utc_of_tai

SUN = Path("sun")
AIA_CHANNELS, AIA_HOURS = ("131", "171", "211"), (0, 4, 8, 12, 16, 20)
# At two of these hours HMI has a record, which synoptic images stand beside.
HMI_HOURS, SYNOPTIC_HOURS = (2, 6, 10, 14, 18, 22), (0, 2, 4, 8, 12, 14, 16, 20)
HMI_GAP = 10  # at the first visit
HMI_SERIES, RECORDS = "hmi.M_720s", "records.json"
BROWSE_CHANNELS = ("171", "211")
HELIOVIEWER_GAP = (12, "171")
# Big Bear sees the Sun from 15 h to 1 h UTC. GONG's picture of the hour had the minute 21 on 207 days of 2019, 22 on 68, and there
# was none on 90: a quarter of the days is cloudy.
GONG_HOURS, CLOUDY = (15, 17, 18, 19, 21, 23), 0.25
ECLIPSE_BIT = 1 << 13


@dataclass(frozen=True, slots=True)
class SunFileTruth:
    """One file of the simulated Sun.

    Attributes
    ----------
    archive, name, t_start : ISO 8601 UTC
    channel : as classifiers name it
    flux_w_m2 : X-ray flux at its time
    flare_now, largest_24h : class of the flare in progress and of the largest one that follows within 24 h, "" where there is none
    regions : numbers of those on the seen side with 10 millionths and more
    expected : state in the ledger, "stored" or "quarantined"
    """

    archive: str
    name: str
    t_start: str
    channel: str
    flux_w_m2: float
    flare_now: str
    largest_24h: str
    regions: tuple[int, ...]
    expected: str = "stored"


def truth_path(out: Path, night: date, visit: int) -> Path:
    """Place of a night's truth."""
    return out / "truth" / f"sun-{night}-{_kept(visit)}.json"


def read_truth(out: Path, night: date, visit: int = 1) -> list[SunFileTruth]:
    """Read what is true of a night's files."""
    told = json.loads(truth_path(out, night, visit).read_text(encoding="utf-8"))
    return [SunFileTruth(**row | {"regions": tuple(row["regions"])}) for row in told]


def tree(out: Path, visit: int) -> Path:
    """Root of the archives as a visit sees them."""
    return out / SUN / f"visit-{_kept(visit)}"


def write_sun_night(out: Path, night: date, visit: int = 1) -> list[SunFileTruth]:
    """Write a day; one made before is kept. The same night gives the same bytes.

    Parameters
    ----------
    out : root of all simulated archives
    night : UTC day
    visit : 1, or 2 and more for definitive AIA images
    """
    side_file = truth_path(out, night, visit)
    if side_file.exists():
        return read_truth(out, night, visit)
    partial = out / f".partial-sun-{night}-{visit}-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    scene = simulate_activity(night)
    truths = [*_bbso(partial, scene), *_browse(partial, scene), *_aia(partial, scene, _kept(visit))]
    truths += [*_helioviewer(partial, scene), *_hmi(partial, scene, _kept(visit))]
    _records(partial, scene)
    for path in sorted(partial.rglob("*")):
        if path.is_file():
            place = tree(out, visit) / path.relative_to(partial)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
    shutil.rmtree(partial)
    side_file.parent.mkdir(parents=True, exist_ok=True)
    side_file.write_text(json.dumps([asdict(truth) for truth in truths], indent=1) + "\n", encoding="utf-8")
    return truths


def _kept(visit: int) -> int:
    """The second visit has the definitive images; later ones see the same."""
    return min(visit, 2)


def _bbso(root: Path, scene: Activity) -> list[SunFileTruth]:
    rng = np.random.default_rng([scene.night.toordinal(), 81])
    if rng.random() < CLOUDY:
        return []
    folder, truths = root / "bbso/pub/archive" / f"{scene.night:%Y/%m/%d}", []
    minute = 21 if rng.random() < 0.75 else 22
    for hour in GONG_HOURS:
        moment = datetime.combine(scene.night, time(hour, minute, 3), UTC)
        name = f"gong_magxx_fd_{moment:%Y%m%d_%H%M%S}.jpg"
        _write(folder / name, gong_picture(scene, moment), moment)
        truths.append(_truth(scene, "bbso", name, moment, "magnetogram"))
    # The latest magnetogram is there as FITS too.
    name = name.replace(".jpg", ".fts.gz")
    _write(folder / name, gong_fts(scene, moment), moment)
    truths.append(_truth(scene, "bbso", name, moment, "magnetogram"))
    moment = datetime.combine(scene.night, time(18, 2, 11), UTC)
    _write(folder / f"bbso_halph_fr_{moment:%Y%m%d_%H%M%S}.fts.gz", halpha_fts(scene, moment), moment)
    return truths


def _browse(root: Path, scene: Activity) -> list[SunFileTruth]:
    folder, truths = root / "sdo/assets/img/browse" / f"{scene.night:%Y/%m/%d}", []
    for hour in AIA_HOURS:
        for number, channel in enumerate(BROWSE_CHANNELS):
            moment = datetime.combine(scene.night, time(hour, 2, 9 + 12 * number), UTC)
            colours = colour_table(channel)
            assert colours is not None
            name = f"{moment:%Y%m%d_%H%M%S}_512_{int(channel):04d}.jpg"
            share, _ = degradation(channel, moment)
            _write(folder / name, sdo_picture(scene, moment, channel, colours, sensitivity=share), moment)
            truths.append(_truth(scene, "sdo-browse", name, moment, channel))
    return truths


def _helioviewer(root: Path, scene: Activity) -> list[SunFileTruth]:
    """Images of which one channel has a gap; who asks for one in it is given the nearest on either side."""
    folder, truths = root / "helioviewer" / f"{scene.night:%Y/%m/%d}", []
    for hour in AIA_HOURS:
        for number, channel in enumerate(BROWSE_CHANNELS):
            if (hour, channel) == HELIOVIEWER_GAP:
                continue
            moment = datetime.combine(scene.night, time(hour, 4, 33 + 12 * number), UTC)
            name = f"{moment:%Y_%m_%d__%H_%M_%S}__SDO_AIA_AIA_{channel}.jp2"
            share, _ = degradation(channel, moment)
            _write(folder / name, helioviewer_jp2(scene, moment, channel, sensitivity=share), moment)
            truths.append(_truth(scene, "helioviewer", name, moment, channel))
    return truths


def _aia(root: Path, scene: Activity, visit: int) -> list[SunFileTruth]:
    """Near-real-time images have a gap, which is never filled there; the definitive ones have none, but files that are broken."""
    first, truths = visit == 1, []
    top = root / "aia" / ("nrt" if first else "") / f"{scene.night:%Y/%m/%d}"
    for hour in SYNOPTIC_HOURS:
        moment = datetime.combine(scene.night, time(hour), UTC)
        for channel in AIA_CHANNELS:
            if first and (hour, channel) == (8, "131"):
                continue
            share, _ = degradation(channel, moment)
            quality = ECLIPSE_BIT if (hour, channel) == (16, "131") else 0
            data = aia_synoptic(scene, moment, channel, sensitivity=share, near_real_time=first, quality=quality)
            name = f"AIA{moment:%Y%m%d_%H%M}_{int(channel):04d}.fits"
            expected = "stored"
            if (hour, channel) == (4, "131"):
                data, expected = html_page(name), "quarantined"
            elif (hour, channel) == (20, "131"):
                data, expected = data[: len(data) // 2], "quarantined"
            _write(top / f"H{hour:02d}00" / name, data, moment + (timedelta(minutes=20) if first else timedelta(days=8)))
            truths.append(_truth(scene, "aia-synoptic", name, moment, channel, expected))
    return truths


def _hmi(root: Path, scene: Activity, visit: int) -> list[SunFileTruth]:
    """Records of one series with their files, and the keywords of all, which the files do not have."""
    first, truths, records = visit == 1, [], {}
    folder = root / "jsoc" / f"{scene.night:%Y/%m/%d}"
    for hour in HMI_HOURS:
        if first and hour == HMI_GAP:
            continue
        slot = datetime.combine(scene.night, time(hour))
        made = slot.replace(tzinfo=UTC) + (timedelta(hours=3) if first else timedelta(days=4))
        data, cards = hmi_magnetogram(scene, slot, near_real_time=first, made=made)
        stamp_tai = f"{slot:%Y%m%d_%H%M%S}_TAI"
        _write(folder / f"{stamp_tai}.fits", data, made)
        records[cards["T_REC"]] = cards
        name = f"{HMI_SERIES}.{stamp_tai}.magnetogram.fits"
        truths.append(_truth(scene, "hmi-magnetograms", name, utc_of_tai(slot.replace(tzinfo=UTC)), "magnetogram"))
    series = HMI_SERIES + ("_nrt" if first else "")
    _write(folder / RECORDS, json.dumps({series: records}).encode(), made)
    return truths


def _records(root: Path, scene: Activity) -> None:
    folder, end = root / "swpc" / f"{scene.night:%Y/%m/%d}", datetime.combine(scene.night + timedelta(days=1), time(0, 30), UTC)
    flares = listed_flares(scene)
    _write(folder / "xrays-1-day.json", goes_json(scene), end)
    _write(folder / "xray-flares-7-day.json", swpc_flares_json(flares), end)
    _write(folder / f"{scene.night + timedelta(days=1):%Y%m%d}SRS.txt", srs_text(scene).encode(), end)
    _write(root / "hek" / f"{scene.night:%Y/%m/%d}" / "her.json", hek_json(flares), end)


def _truth(scene: Activity, archive: str, name: str, moment: datetime, channel: str, expected: str = "stored") -> SunFileTruth:
    flares = listed_flares(scene) + listed_flares(simulate_activity(scene.night + timedelta(days=1)))
    now, next_day = in_progress(flares, moment), largest_within(flares, moment)
    seen = (region for region in scene.regions if abs(region.longitude_at(moment)) < 90)
    return SunFileTruth(
        archive,
        name,
        stamp(moment),
        channel,
        scene.flux(moment),
        now.peak.goes_class if now else "",
        next_day.peak.goes_class if next_day else "",
        tuple(sorted(region.number for region in seen if region.size(moment) * region.area_msh >= 10)),
        expected,
    )


def _write(path: Path, data: bytes, modified: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (modified.timestamp(), modified.timestamp()))
