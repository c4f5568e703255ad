"""Active regions found on a full disk: what stands out of the quiet Sun, in ultraviolet light or in a magnetogram."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.sun.activity import DISTANCE, RING_WIDTH
from models.sun.browse import BROWSE_DECADES
from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk, PreparedSun
from models.sun.prepare import RADIUS, SIZE
from models.sun.regions import to_heliographic
from models.sun.stretches import stretch_of

CORONAL = ("94", "131", "171", "193", "211", "335")
MAGNETIC = "magnetogram"
# The disk up to 0.98 radii: 78 degrees from its centre, beyond which an area is a guess.
LIMB = 0.98
LEAST_MU = 0.2
SMOOTH_PX = 1.5
# How far a place stands out that belongs to a region: decades of coronal light over the disk around, gauss of smoothed field (the
# network has 10 to 20), or, where a picture has no gauss, standard deviations of the quiet Sun's. The strongest place does more.
EDGE_DECADES, EDGE_GAUSS, EDGE_SIGMA = 0.5, 40.0, 8.0
CORE_LIGHT, CORE_FIELD = 1.5, 2.5
# Magnetograms of GONG have rims that are no field; 0.93 radii are 68 degrees from the centre.
MAGNETIC_LIMB = 0.93
# A small region has some tens of millionths in sunspots and ten times that in faculae and loops.
LEAST_AREA_MSH = 300.0
JOIN = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
QUIET_RADIUS = 0.9

_ROWS, _COLUMNS = np.indices((SIZE, SIZE)) - (SIZE - 1) / 2
# Towards the observer, solar radii.
_HEIGHT = np.sqrt(np.clip(1 - DISTANCE**2, 0, None))
_MU = np.maximum(_HEIGHT, LEAST_MU)
# Millionths of the hemisphere that a pixel covers: its area, 1 / RADIUS^2, over that of the hemisphere, 2 pi, foreshortened.
PIXEL_MSH = 1e6 / (2 * np.pi * RADIUS**2 * _MU)


@dataclass(frozen=True, slots=True, eq=False)
class FoundRegion:
    """One region of one picture.

    Attributes
    ----------
    latitude_deg, longitude_deg : of its centre, weighted by how far it stands out; Stonyhurst, west positive
    area_msh : millionths of the visible hemisphere, foreshortening removed
    peak : how far its strongest place stands out, in multiples of what marks the edge
    box : (x0, y0, x1, y1), pixels of the prepared picture, whose first row is the south
    mask : (SIZE, SIZE) bool ndarray
    """

    latitude_deg: float
    longitude_deg: float
    area_msh: float
    peak: float
    box: tuple[float, float, float, float]
    mask: np.ndarray

    @property
    def hemisphere(self) -> str:
        """ "north" or "south"."""
        return "north" if self.latitude_deg >= 0 else "south"


def find_regions(sun: PreparedSun) -> list[FoundRegion]:
    """Find regions, the largest first.

    Parameters
    ----------
    sun : a full disk in one of the `CORONAL` channels, or a magnetogram
    """
    limb, core = (MAGNETIC_LIMB, CORE_FIELD) if sun.channel == MAGNETIC else (LIMB, CORE_LIGHT)
    out = standing_out(sun)
    edge = ((limb > DISTANCE) & sun.present & (out > 1)).astype(np.uint8)
    disk = oriented(sun)
    tilt = np.radians(disk.b0_deg or 0.0)
    north = _ROWS / RADIUS * np.cos(tilt) + _HEIGHT * np.sin(tilt) >= 0
    found = []
    # Regions keep to their belts north and south of the equator; where their loops meet over it they are still two.
    for side in (north, ~north):
        joined = cv2.morphologyEx(edge * side.astype(np.uint8), cv2.MORPH_CLOSE, JOIN)
        count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        for number in range(1, count):
            mask = (labels == number) & (edge > 0) & side
            area = float(PIXEL_MSH[mask].sum())
            if area >= LEAST_AREA_MSH and out[mask].max() >= core:
                found.append(_region(mask, area, out, boxes[number], disk))
    return sorted(found, key=lambda region: -region.area_msh)


def oriented(sun: PreparedSun) -> Disk:
    """The disk of the prepared picture with the tilt of the Sun's axis, by the file, else as seen from the Earth at that time."""
    if sun.disk.b0_deg is not None or sun.t_start is None:
        return sun.disk
    view = seen_from_earth(sun.t_start)
    return replace(sun.disk, b0_deg=view.b0_deg, l0_deg=view.l0_deg)


def standing_out(sun: PreparedSun) -> np.ndarray:
    """(SIZE, SIZE) float32 ndarray: how far each place stands out of the quiet Sun, in multiples of what marks a region's edge.

    Of coronal light the median of each ring is taken off, because the corona is brighter towards the limb for want of anything
    active. Of a magnetogram the field along the line of sight is taken as it is: divided by the cosine of the angle, the noise of
    the rim would be regions.
    """
    if sun.channel != MAGNETIC:
        decades = (sun.picture - ring_median(sun)) * _decades(sun)
        return np.asarray(cv2.GaussianBlur(decades, (0, 0), SMOOTH_PX) / EDGE_DECADES, dtype=np.float32)
    quiet = sun.present & (DISTANCE < QUIET_RADIUS)
    if not quiet.any():
        return np.zeros((SIZE, SIZE), dtype=np.float32)
    field = np.where(sun.present, sun.picture - np.median(sun.picture[quiet]), 0)
    strength = cv2.GaussianBlur(np.abs(field).astype(np.float32), (0, 0), SMOOTH_PX)
    # 1.4826 turns a median absolute deviation into a standard deviation (Gaussian).
    middle = np.median(strength[quiet])
    edge = EDGE_SIGMA * 1.4826 * float(np.median(np.abs(strength[quiet] - middle)))
    stretch = stretch_of(sun.channel, sun.unit)
    if sun.unit == "G" and stretch:
        edge = max(edge, EDGE_GAUSS / (stretch.high - stretch.low))
    return np.asarray((strength - middle) / max(edge, 1e-4), dtype=np.float32)


def _decades(sun: PreparedSun) -> float:
    """Decades of intensity that the stretch of a channel covers."""
    stretch = stretch_of(sun.channel, sun.unit)
    return float(np.log10(stretch.high / stretch.low)) if stretch and stretch.logarithmic else BROWSE_DECADES


def ring_median(sun: PreparedSun) -> np.ndarray:
    """(SIZE, SIZE) float32 ndarray: the median of the ring that each pixel lies in, smoothed outwards."""
    ring = np.minimum((DISTANCE / RING_WIDTH).astype(int), int(1.25 / RING_WIDTH))
    level = np.zeros(ring.max() + 1, dtype=np.float32)
    for number in range(level.size):
        inside = sun.picture[(ring == number) & sun.present]
        level[number] = np.median(inside) if inside.size else 0
    # Small rings in the middle may lie in one region whole: inside half a radius the disk has one level.
    level[: int(0.5 / RING_WIDTH)] = np.median(sun.picture[sun.present & (DISTANCE < 0.5)]) if sun.present.any() else 0
    return np.asarray(level[ring])


def _region(mask: np.ndarray, area: float, out: np.ndarray, stats: np.ndarray, disk: Disk) -> FoundRegion:
    weight = out[mask] * PIXEL_MSH[mask]
    x, y = (float(np.average(part[mask], weights=weight)) for part in (_COLUMNS, _ROWS))
    place = to_heliographic(disk, disk.x + x, disk.y + y)
    assert place is not None  # the mask ends at 0.98 radii
    left, low, width, height = (float(value) for value in stats[:4])
    return FoundRegion(*place, area, float(out[mask].max()), (left, low, left + width, low + height), mask)
