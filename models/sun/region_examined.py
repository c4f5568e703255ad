"""How well `sun-region` finds the regions of the simulated Sun, which was written apart from its search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from models.simulate.sun.activity import Activity
from models.sun.crop_learning.physics import HOUR, OTHER, USUAL, Physics, seen
from models.sun.found_regions import MAGNETIC, find_regions, oriented
from models.sun.image import PreparedSun
from models.sun.noaa import match_numbers, separation_deg
from models.sun.prepare import PREPROCESSING_VERSION
from models.sun.region import SunRegion
from models.sun.regions import Region
from models.weights_file import write_card

NIGHTS = [date(2014, 1, 1) + timedelta(days=23 * number) for number in range(100)]
CHANNELS = ("171", "193", "211", MAGNETIC)
# Millionths of the hemisphere in spots; NOAA numbers hardly anything below 10.
SIZES = {"10 to 20": (10, 20), "20 to 60": (20, 60), "60 to 200": (60, 200), "above 200": (200, np.inf)}
MERIDIAN_DEG = 65.0  # from the central meridian: nearer to the limb nobody measures
SUNS = {"this Sun": USUAL, "another Sun": OTHER}


@dataclass(frozen=True, slots=True)
class Pair:
    """A simulated region, and the found one that holds it.

    Attributes
    ----------
    area_msh : of the simulated region, in spots
    apart_deg : between the two, along the surface; None where it was not found, or found together with others
    found_msh : area of the found region, likewise
    same_hemisphere : likewise
    found : whether any found region holds it
    """

    area_msh: float
    apart_deg: float | None = None
    found_msh: float | None = None
    same_hemisphere: bool | None = None
    found: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found in images of one channel.

    Attributes
    ----------
    pairs : a row for each simulated region within `MERIDIAN_DEG`
    found, merged, false : found regions: all, those that hold several simulated ones, those that hold none
    """

    pairs: list[Pair]
    found: int
    merged: int
    false: int


def examine(physics: Physics, nights: Sequence[date], progress: Callable[[int, int], None]) -> dict[str, Searched]:
    """Search one image of each channel of some nights.

    Parameters
    ----------
    physics : of the Sun that is seen
    nights : days of the simulated Sun
    progress : told of nights done, and how many there are
    """
    rows: dict[str, list[Searched]] = {channel: [] for channel in CHANNELS}
    for number, night in enumerate(nights):
        when = datetime.combine(night, time(HOUR), UTC)
        activity = physics.activity(night)
        suns = seen(physics, activity, when, CHANNELS[:-1])
        for channel in CHANNELS:
            rows[channel].append(_searched(suns[channel], activity, when))
        progress(number + 1, len(nights))
    return {
        channel: Searched(
            [pair for day in days for pair in day.pairs],
            *(sum(getattr(day, key) for day in days) for key in ("found", "merged", "false")),
        )
        for channel, days in rows.items()
    }


def _searched(sun: PreparedSun, activity: Activity, when: datetime) -> Searched:
    areas = {region.number: region.size(when) * region.area_msh for region in activity.regions}
    # Whatever is there makes a found region true; only what NOAA would number is missed.
    places = [
        Region(region.number, when, region.latitude_deg, region.longitude_at(when))
        for region in sorted(activity.regions, key=lambda region: -areas[region.number])
        if areas[region.number] > 0 and abs(region.longitude_at(when)) < 90
    ]
    found = find_regions(sun)
    held = match_numbers(found, places, when, oriented(sun))
    pairs = []
    for place in places:
        area = areas[place.number]
        if area < min(low for low, _ in SIZES.values()) or abs(place.longitude_deg) > MERIDIAN_DEG:
            continue
        index = next((index for index, numbers in enumerate(held) if place.number in numbers), None)
        largest = index is not None and max(held[index], key=lambda number: areas[number]) == place.number
        if index is None or not largest:
            pairs.append(Pair(area, found=index is not None))
            continue
        region = found[index]
        apart = separation_deg(region.latitude_deg, region.longitude_deg, place)
        pairs.append(Pair(area, apart, region.area_msh, (region.latitude_deg >= 0) == (place.latitude_deg >= 0), found=True))
    return Searched(pairs, len(found), sum(len(numbers) > 1 for numbers in held), sum(not numbers for numbers in held))


def figures_of(searched: Searched) -> dict[str, float]:
    """Figures of one channel; shares, degrees, and the rank correlation of areas."""
    from scipy.stats import spearmanr

    placed = [pair for pair in searched.pairs if pair.apart_deg is not None]
    apart = np.array([pair.apart_deg for pair in placed])
    figures: dict[str, float] = {"found": searched.found, "merged": searched.merged, "false": searched.false}
    for name, (low, high) in SIZES.items():
        sized = [pair.found for pair in searched.pairs if low <= pair.area_msh < high]
        figures |= {f"regions {name}": len(sized), f"recall {name}": float(np.mean(sized)) if sized else float("nan")}
    figures |= {
        "missed": sum(not pair.found for pair in searched.pairs),
        "apart_median_deg": float(np.median(apart)),
        "apart_90_deg": float(np.percentile(apart, 90)),
        "same_hemisphere": float(np.mean([bool(pair.same_hemisphere) for pair in placed])),
        "area_ratio": float(np.median([pair.found_msh / pair.area_msh for pair in placed if pair.found_msh])),
        "area_rank_correlation": float(spearmanr([pair.area_msh for pair in placed], [pair.found_msh for pair in placed])[0]),
    }
    return figures


def evaluate(
    weights: Path, progress: Callable[[str, int, int], None], real: Mapping[str, Sequence[int]], nights: Sequence[date] = NIGHTS
) -> dict[str, float]:
    """Examine the search on the simulated Sun and on another one, and write the card; return all figures.

    Parameters
    ----------
    weights : folder of cards
    progress : told of what is done, how far, of how much
    real : how many regions were found on each real disk, by file or set of files
    nights : days of the simulated Sun
    """
    told: dict[str, dict[str, dict[str, float]]] = {}
    for sun, physics in SUNS.items():
        searched = examine(physics, nights, lambda done, of, sun=sun: progress(sun, done, of))  # type: ignore[misc]
        told[sun] = {channel: figures_of(one) for channel, one in searched.items()}
    front = {
        "name": SunRegion.name,
        "version": SunRegion.version,
        "threshold": SunRegion.threshold,
        "preprocessing": PREPROCESSING_VERSION,
    }
    write_card(SunRegion.name, front, card_text(told, len(nights), real), weights)
    return {
        f"{sun} {channel} {name}": value
        for sun, channels in told.items()
        for channel, figures in channels.items()
        for name, value in figures.items()
    }


def card_text(told: dict[str, dict[str, dict[str, float]]], nights: int, real: Mapping[str, Sequence[int]]) -> str:
    """The body in markdown."""
    counts = "\n".join(
        f"| {name} | {len(found)} | {' to '.join(map(str, sorted({min(found), max(found)})))} | {np.mean(found):.1f} |"
        for name, found in real.items()
    )
    tables = "\n\n".join(_table(sun, channels) for sun, channels in told.items())
    return f"""# sun-region {SunRegion.version}

Active regions found by a classical search: what is 3.2 times as bright as the median of its ring in coronal light (94 to 335
angstrom), or has 40 G of smoothed field in a magnetogram; its strongest place more. Nothing is learnt, so there are no
weights. Its score tells how far the strongest place stands out (half: ten times as bright as the disk around); it is no
probability. Areas are of the corona or of the field, ten times and more those of the spots that NOAA reports. How it looks on
real disks, and what it misses, stands in [active.md](../sun/active.md).

## On the simulated Sun

`nightshift evaluate sun-region DATA`: {nights} days of the simulated Sun (6 h UTC), which was written apart from this search;
the other Sun is that of [physics.py](../sun/crop_learning/physics.py). Share of regions found by the size of their spots in
millionths of the hemisphere, up to {MERIDIAN_DEG:.0f} degrees from the meridian; in brackets how many there were. Found
regions are false where they hold no simulated region of whatever size, merged where they hold several. Place and area are
those of the largest region held: error along the surface, share on the right side of the equator, found area over that of the
spots, and how well the two rank alike.

{tables}

The simulated Sun has fewer and better separated regions than that of a maximum, and no filaments, holes or loops far from
their region.

## On real disks

What is true there nobody marked: how many regions are found.

| files | disks | regions | mean |
|---|---|---|---|
{counts}
"""


def _table(sun: str, channels: dict[str, dict[str, float]]) -> str:
    lines = "\n".join(_row(channel, figures) for channel, figures in channels.items())
    return f"""### {sun.capitalize()}

| | {" | ".join(SIZES)} | missed | found | merged | false | error: median, 90 % | hemisphere | area ratio | rank |
|---|{"---|" * (len(SIZES) + 8)}
{lines}"""


def _row(channel: str, figures: dict[str, float]) -> str:
    shares = [f"{figures[f'recall {name}']:.2f} ({figures[f'regions {name}']:.0f})" for name in SIZES]
    counts = [f"{figures[name]:.0f}" for name in ("missed", "found", "merged", "false")]
    places = [f"{figures['apart_median_deg']:.1f}, {figures['apart_90_deg']:.1f} deg", f"{figures['same_hemisphere']:.3f}"]
    areas = [f"{figures['area_ratio']:.0f}", f"{figures['area_rank_correlation']:.2f}"]
    label = channel if channel == MAGNETIC else f"AIA {channel}"
    return "| " + " | ".join([label, *shares, *counts, *places, *areas]) + " |"
