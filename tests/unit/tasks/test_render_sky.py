"""Pictures of the sky: the same night gives the same bytes, gaps stay open, a single frame is drawn too."""

import io
from datetime import UTC, datetime, timedelta

import numpy as np
from PIL import Image

from tasks.night_style import STATE_COLOURS
from tasks.render_sky import CLASS_COLOURS, CloudPoint, SkyMap, draw_clouds, draw_keogram, draw_maps

BEGIN = datetime(2024, 5, 14, 21, tzinfo=UTC)
BOUNDS = (BEGIN, BEGIN + timedelta(hours=1))


def points(minutes: list[int]) -> list[CloudPoint]:
    return [CloudPoint(BEGIN + timedelta(minutes=minute), minute / 60, 0.05, minute / 120) for minute in minutes]


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_the_same_clouds_give_the_same_picture() -> None:
    spans = [(BEGIN, BEGIN + timedelta(minutes=20), "photometric"), (BEGIN + timedelta(minutes=30), BOUNDS[1], "thick")]
    one, two = (draw_clouds(points([*range(20), *range(30, 60)]), spans, BOUNDS, 180.0, "a night") for _ in range(2))
    assert one == two and pixels(one).shape == (390, 1100, 3)
    strip = pixels(one)[310]  # through the classes
    colours = {"#{:02x}{:02x}{:02x}".format(*colour) for colour in strip[80:1080]}
    assert {CLASS_COLOURS["photometric"], CLASS_COLOURS["thick"], STATE_COLOURS["not listed"]} <= colours


def test_one_frame_is_a_picture() -> None:
    assert pixels(draw_clouds(points([7]), [], BOUNDS, 300.0, "one")).std() > 1
    assert pixels(draw_keogram([BEGIN], np.full((1, 128), 440, np.float32), BOUNDS, 30.0, "one")).std() > 1


def test_a_keogram_leaves_gaps_dark() -> None:
    moments = [BEGIN + timedelta(minutes=minute) for minute in (*range(20), *range(40, 60))]
    columns = np.linspace(400, 900, 40 * 128, dtype=np.float32).reshape(40, 128)
    drawn = draw_keogram(moments, columns, BOUNDS, 90.0, "a night")
    assert drawn == draw_keogram(moments, columns, BOUNDS, 90.0, "a night")
    middle = pixels(drawn)[160]
    dark = tuple(int(STATE_COLOURS["not listed"][place : place + 2], 16) for place in (1, 3, 5))
    assert tuple(middle[540]) == dark and tuple(middle[200]) != dark


def test_maps_are_drawn_with_and_without_clouds() -> None:
    excess = np.random.default_rng(0).normal(0, 2, (128, 160)).astype(np.float32)
    cloudy = excess.copy()
    cloudy[30:60, 40:90] += 60
    maps = [SkyMap("clear", excess, np.zeros((128, 160), bool)), SkyMap("cloud", cloudy, cloudy > 30)]
    assert draw_maps(maps, "two") == draw_maps(maps, "two")
    assert pixels(draw_maps(maps * 3, "six")).shape[0] > pixels(draw_maps(maps, "two")).shape[0]
