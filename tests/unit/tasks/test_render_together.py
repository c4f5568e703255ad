"""The picture of a day on one axis is drawn of whatever is known."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from PIL import Image

from tasks.forecasts_shown import ListShown
from tasks.night_style import BURST
from tasks.render_together import Together, draw_together

START = datetime(2024, 5, 14, tzinfo=UTC)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


SHOWN = Together(
    bounds=(START, hour(24)),
    flares=((hour(5), hour(7), 2e-5, "M2.0"),),
    bursts=((hour(5), hour(6), "II"),),
    clouds=((hour(1), 0.25), (hour(1.1), 0.5), (hour(3), 1.0)),
    forecasts=((hour(4), 0.9), (hour(12), 0.1)),
    threshold=0.5,
)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def orange(png: bytes) -> int:
    return int(np.all(pixels(png) == [int(BURST[place : place + 2], 16) for place in (1, 3, 5)], axis=-1).sum())


def test_flares_stand_as_bars_only_where_no_flux_was_had() -> None:
    curve = (np.datetime64("2024-05-14", "ms") + np.arange(1440) * np.timedelta64(60, "s"), np.full(1440, 1e-6))
    bars, line = (draw_together(SHOWN, held, "a day") for held in (None, curve))
    assert orange(bars) - orange(line) > 1000
    assert draw_together(SHOWN, curve, "a day") == line, "the same input gives the same bytes"


def test_what_nobody_knows_is_said_and_not_drawn() -> None:
    empty = replace(SHOWN, flares=(), bursts=(), clouds=(), forecasts=(), threshold=None)
    assert orange(draw_together(empty, None, "a day")) == 0
    assert pixels(draw_together(empty, None, "a day")).std() > 1


def test_a_list_says_what_is_known_by_it() -> None:
    assert "could not be had" in ListShown("swpc", None, {}).sentence
    assert "not yet known" in ListShown("swpc", hour(24), {}).sentence
    counted = {
        "forecasts": 2.0,
        "hits": 1.0,
        "misses": 1.0,
        "false_alarms": 0.0,
        "correct_negatives": 0.0,
        "brier": 0.25,
        "pod": 0.5,
    }
    told = ListShown("swpc", hour(24), counted | {"forecasts_30_nights": 2.0}).sentence
    assert "of 2 forecasts 1 hits, 1 misses" in told and "POD 0.50" in told and "FAR" not in told and "no skill" in told
