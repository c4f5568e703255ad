"""What sunpy's map of a header says: where the Sun stands in the picture, when it was seen, along which axes.

sunpy knows the instruments' own ways (GONG's fit of the limb and its clock of GPS, the radius where a header leaves it out). Only
what needs no place of the observer is asked: sunpy looks GONG's up in tables of the Earth's rotation, which it would fetch from the
network and, without one, has not for the last month.
"""

import logging
import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.sun.ephemeris import seen_from_earth
from models.sun.image import Disk
from tasks.readers.sun.header import Cards, number

if TYPE_CHECKING:
    from sunpy.map import GenericMap

HELIOPROJECTIVE = ("HPLN", "SOLAR")
CLOCKS_APART = timedelta(minutes=1)  # GPS is 18 s, TAI 37 s ahead of UTC


@dataclass(frozen=True, slots=True)
class MapView:
    """A picture as sunpy's map shows it.

    Attributes
    ----------
    axes : what its columns count: "HPLN-TAN" of a picture of the sky, "CRLN-CEA" of a chart of the whole surface
    moment : when the exposure began, UTC
    disk : where the Sun stands, None in a chart or where its size or place is no number
    """

    axes: str
    moment: datetime
    disk: Disk | None

    @property
    def chart(self) -> bool:
        """Whether it shows the surface unrolled."""
        return not self.axes.startswith(HELIOPROJECTIVE)


def map_view(cards: Cards, values: np.ndarray, moment: datetime | None) -> MapView | None:
    """Read a header by sunpy's map.

    Parameters
    ----------
    cards : of the picture's unit
    values : (H, W) ndarray
    moment : aware UTC datetime that the cards tell in whatever style; without one sunpy would take the time of today

    Returns
    -------
    MapView or None where sunpy makes no map of it: the moment or the units of the axes are not stated
    """
    if moment is None:
        return None
    told = {"DATE-OBS": moment.replace(tzinfo=None).isoformat()}
    plain = {key: value for key, value in cards.items() if key != "TIME-OBS"} | told
    # Made of damaged cards, a map raises almost anything, and warns of what it assumes.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sunpy.map  # 3 s, which a process that meets no header need not spend

        logging.getLogger("sunpy").setLevel(logging.WARNING)  # it tells of every radius that it assumes
        # Of a date in a style that it does not know sunpy makes today's; and an instrument's own map may want more cards than the
        # picture's place needs: AIA's the unit of its wavelength.
        for kind, header in ((sunpy.map.Map, told | dict(cards)), (sunpy.map.Map, plain), (sunpy.map.GenericMap, plain)):
            with suppress(Exception):
                view = _view(kind(values, header), cards)
                if abs(view.moment - moment) < CLOCKS_APART:
                    return view
    return None


def _view(held: "GenericMap", cards: Cards) -> MapView:
    moment = held.date.utc.to_datetime(timezone=UTC)
    axes = str(held.coordinate_system[0])
    return MapView(axes, moment, _disk(held, cards, moment) if axes.startswith(HELIOPROJECTIVE) else None)


def _disk(held: "GenericMap", cards: Cards, moment: datetime) -> Disk | None:
    scale = held.scale[0].to_value("arcsec / pix")
    turned = np.asarray(held.rotation_matrix, dtype=float)
    at = [(held.meta.get(f"crval{axis + 1}", 0.0) * held.spatial_units[axis]).to_value("arcsec") for axis in (0, 1)]
    # The Sun's centre is at (0, 0) of the sky; the projection bends 1,000 arcsec by less than 0.01.
    away = np.linalg.solve(turned, at) / [scale, held.scale[1].to_value("arcsec / pix")]
    x, y = (place.to_value("pix") - distance for place, distance in zip(held.reference_pixel, away, strict=True))
    radius = held.rsun_obs.to_value("arcsec") / abs(scale)
    roll = float(np.degrees(np.arctan2(turned[1, 0], turned[0, 0])))
    if not np.isfinite([x, y, radius, roll]).all() or radius <= 0:
        return None
    view = seen_from_earth(moment)
    b0, l0 = (
        number(cards, "CRLT_OBS", "HGLT_OBS", "SOLAR-B0", "OBS-B0", "B0"),
        number(cards, "CRLN_OBS", "SOLAR-L0", "OBS-L0", "L0"),
    )
    return Disk(
        float(x), float(y), float(radius), float(abs(scale)), roll,
        view.b0_deg if b0 is None else b0, view.l0_deg if l0 is None else l0,
    )  # fmt: skip
