"""How the simulated Sun looks: a map of the whole surface, seen from the Earth, with a corona beyond the limb."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import cv2
import numpy as np

from models.simulate.sun.activity import Activity
from models.sun.image import Disk
from models.sun.stretches import DN_PER_S

MAP_SHAPE = (360, 720)  # rows and columns of the map: half a degree of latitude and longitude
NETWORK_DEG = 3.0  # supergranules have 30 Mm, 2.5 degrees
SCALE_HEIGHT = 0.09  # of the corona's brightness, radii: 60 Mm, 1.3 MK


@dataclass(frozen=True, slots=True)
class Look:
    """What a channel of AIA shows.

    Attributes
    ----------
    quiet, active : DN/s of the quiet Sun and of the middle of a large region, near those of real disks at the solar maximum
    flare : DN/s that a flare of M1 adds; the sharpest in the hot lines
    corona : brightness above the limb, of that at it
    """

    quiet: float
    active: float
    flare: float
    corona: float


LOOKS = {
    "94": Look(1.2, 40, 2500, 0.9),
    "131": Look(5, 90, 5000, 0.8),
    "171": Look(170, 1800, 1500, 0.9),
    "193": Look(180, 2600, 3500, 1.0),
    "211": Look(70, 1300, 1800, 1.0),
    "304": Look(25, 260, 900, 0.5),
    "335": Look(3, 70, 300, 1.0),
    "1600": Look(60, 260, 700, 0.05),
}


def euv(activity: Activity, when: datetime, channel: str, disk: Disk, side: int) -> np.ndarray:
    """An image of AIA, without noise.

    Parameters
    ----------
    activity : the day's Sun
    when : aware UTC datetime
    channel : one of `LOOKS`
    disk : where the Sun stands in the array, B0 and L0 among it
    side : pixels of a side

    Returns
    -------
    (side, side) float32 ndarray, DN/s
    """
    look = LOOKS[channel]
    texture = _texture(channel)
    surface = look.quiet * texture * _holes(texture.shape)
    excess = np.zeros(MAP_SHAPE)
    for region in activity.regions:
        if (size := region.size(when) * np.sqrt(region.area_msh / 300)) > 0.01:
            place = (region.latitude_deg, region.carrington_at(when))
            # Loops around, and the bright feet of the inner ones; both as patchy as the corona's finest structure.
            _add(excess, 0.3 * look.active * min(size, 3.0), place, 4.0 * min(1.0, size) + 1.5, 1.6, region.tilt_deg)
            _add(excess, 1.5 * look.active * min(size, 3.0), place, 1.2 * min(1.0, size) + 0.6, 1.8, region.tilt_deg)
    surface += excess * texture**2
    for flare in activity.flares:
        if (flux := flare.flux(when)) > 1e-8:
            place = (flare.region.latitude_deg, flare.region.carrington_at(when))
            _add(surface, look.flare * (flux / 1e-5) ** 0.8, place, 1.0, 2.0, flare.region.tilt_deg)
    seen, beyond, angle = _projected(surface, disk, side)
    mu = np.sqrt(np.clip(1 - beyond**2, 0.04, 1))
    # Optically thin gas brightens to the limb as the line of sight grows; beyond it both sides of the limb are seen through.
    shown = seen * np.minimum(1 / mu, 1.9) ** look.corona
    rim = _rim(shown, disk, angle)
    above = rim * look.corona * np.exp(-(beyond - 1) / SCALE_HEIGHT)
    low = DN_PER_S[channel].low
    return np.where(beyond < 1, shown, np.maximum(above, 0.3 * low)).astype(np.float32)


def magnetogram(activity: Activity, when: datetime, disk: Disk, side: int) -> np.ndarray:
    """Line-of-sight field in gauss, NaN beyond the limb, without noise."""
    field = np.zeros(MAP_SHAPE)
    for region in activity.regions:
        size = region.size(when) * np.sqrt(region.area_msh / 300)
        if size <= 0.01:
            continue
        # Hale's law in an even cycle: the leading polarity is positive in the north.
        sign = 1 if region.latitude_deg > 0 else -1
        half, tilt = 2.0 + 1.5 * min(size, 2.0), np.radians(region.tilt_deg)
        for side_sign in (1, -1):
            latitude = region.latitude_deg - side_sign * half * np.sin(abs(tilt)) * np.sign(region.latitude_deg)
            longitude = region.carrington_at(when) + side_sign * half * np.cos(tilt) / np.cos(np.radians(region.latitude_deg))
            strength = side_sign * sign * 1400 * min(1.0, 0.35 + size / 2)
            _add(field, strength, (float(latitude), float(longitude)), 0.6 + 0.5 * min(size, 2.0), 1.3, region.tilt_deg)
    texture = _texture("B")
    seen, beyond, _ = _projected(12 * (texture - 1) + field * texture**2, disk, side)
    mu = np.sqrt(np.clip(1 - beyond**2, 0, 1))
    return np.where(beyond < 1, seen * mu, np.nan).astype(np.float32)


def white_light(activity: Activity, when: datetime, disk: Disk, side: int) -> np.ndarray:
    """H-alpha-like intensity, 1 in the middle: limb darkening, plages and spots; a little stray light beyond the limb."""
    surface = 1 + 0.03 * (_texture("halpha") - 1)
    for region in activity.regions:
        size = region.size(when) * np.sqrt(region.area_msh / 300)
        place = (region.latitude_deg, region.carrington_at(when))
        if size > 0.01:
            _add(surface, 0.25 * min(size, 1.0), place, 3.0, 1.6, region.tilt_deg)
            _add(surface, -0.6 * min(size, 1.0), place, 0.8, 1.2, 0.0)
    seen, beyond, _ = _projected(surface, disk, side)
    mu = np.sqrt(np.clip(1 - beyond**2, 0, 1))
    # Limb darkening at 550 nm (Cox 2000, Allen's Astrophysical Quantities, 14.7).
    return np.where(beyond < 1, seen * (0.3 + 0.93 * mu - 0.23 * mu**2), 0.005).astype(np.float32)


@cache
def _texture(channel: str) -> np.ndarray:
    """Mean 1: the network and larger structure of a channel, over latitude and Carrington longitude; the same for ever."""
    rng = np.random.default_rng([sum(channel.encode()), 73])
    fields = []
    for width_deg in (NETWORK_DEG / 3, NETWORK_DEG, 18.0):
        noise = rng.normal(size=MAP_SHAPE).astype(np.float32)
        wrapped = np.hstack([noise[:, -90:], noise, noise[:, :90]])
        smooth = cv2.GaussianBlur(wrapped, (0, 0), width_deg / 2.35 * MAP_SHAPE[0] / 180)[:, 90:-90]
        fields.append(smooth / smooth.std())
    texture: np.ndarray = np.exp(0.3 * fields[0] + 0.15 * fields[1] + 0.3 * fields[2])
    return np.asarray(texture / texture.mean())


@cache
def _holes(shape: tuple[int, int]) -> np.ndarray:
    """Coronal holes: the poles are dark, with a ragged edge."""
    latitude = np.abs((np.arange(shape[0]) + 0.5) / shape[0] * 180 - 90)[:, None]
    ragged = 8 * (cv2.blur(_texture("holes"), (1, 25)) - 1)
    holes: np.ndarray = 1 - 0.75 / (1 + np.exp(-(latitude - 65 + ragged) / 2))
    return holes


def _add(surface: np.ndarray, height: float, place: tuple[float, float], width_deg: float, stretch: float, tilt_deg: float) -> None:
    """Add a Gaussian to the map, ``stretch`` times as long as wide, turned by a tilt; it wraps around, and ends at 4 sigma."""
    latitude_deg, carrington_deg = place
    per_deg = MAP_SHAPE[0] / 180
    reach = 4 * width_deg * stretch
    low, high = ((latitude_deg + way * reach + 90) * per_deg for way in (-1, 1))
    band = slice(max(0, int(low)), min(MAP_SHAPE[0], int(high) + 1))
    rows = (np.arange(MAP_SHAPE[0])[band] + 0.5) / per_deg - 90 - latitude_deg
    columns = (np.arange(MAP_SHAPE[1]) + 0.5) / per_deg - carrington_deg
    columns = ((columns + 180) % 360 - 180) * np.cos(np.radians(latitude_deg))
    near = np.flatnonzero(np.abs(columns) < reach)
    tilt = np.radians(tilt_deg)
    along = columns[near] * np.cos(tilt) - rows[:, None] * np.sin(tilt)
    across = columns[near] * np.sin(tilt) + rows[:, None] * np.cos(tilt)
    surface[band, near] += height * np.exp(-0.5 * ((along / (width_deg * stretch)) ** 2 + (across / width_deg) ** 2))


def _projected(surface: np.ndarray, disk: Disk, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The map as seen in an array: values, distance from the centre in radii, and position angle; at the limb's own beyond it."""
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    across, up = (columns - disk.x) / disk.radius_px, (rows - disk.y) / disk.radius_px
    roll, b0 = np.radians([disk.roll_deg, disk.b0_deg or 0.0])
    west, north = across * np.cos(roll) - up * np.sin(roll), across * np.sin(roll) + up * np.cos(roll)
    beyond = np.hypot(west, north)
    inside = np.minimum(1.0, 0.999 / np.maximum(beyond, 1e-6))
    west, north = west * inside, north * inside
    towards = np.sqrt(np.clip(1 - west**2 - north**2, 0, 1))
    latitude = np.degrees(np.arcsin(np.clip(north * np.cos(b0) + towards * np.sin(b0), -1, 1)))
    longitude = np.degrees(np.arctan2(west, towards * np.cos(b0) - north * np.sin(b0))) + (disk.l0_deg or 0.0)
    y = ((latitude + 90) / 180 * MAP_SHAPE[0] - 0.5).astype(np.float32)
    x = ((longitude % 360) / 360 * MAP_SHAPE[1] - 0.5).astype(np.float32)
    seen = cv2.remap(surface.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return seen, beyond, np.arctan2(up, across)


def _rim(shown: np.ndarray, disk: Disk, angle: np.ndarray) -> np.ndarray:
    """Brightness of the limb at each pixel's position angle, smoothed along it: what the corona above it comes from."""
    around = np.linspace(-np.pi, np.pi, 720, endpoint=False)
    x = (disk.x + 0.97 * disk.radius_px * np.cos(around)).astype(np.float32)
    y = (disk.y + 0.97 * disk.radius_px * np.sin(around)).astype(np.float32)
    limb = cv2.remap(shown.astype(np.float32), x[None], y[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    wrapped = cv2.GaussianBlur(np.hstack([limb, limb, limb]), (0, 0), 8)[0, 720:1440]
    return np.asarray(wrapped[((angle + np.pi) / (2 * np.pi) * 720).astype(int) % 720])
