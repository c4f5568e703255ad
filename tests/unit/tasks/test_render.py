"""Pictures: the same bytes for the same night, holes open, detections where they are."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from PIL import Image

from models.radio.spectrogram import PreparedSpectrogram
from tasks.night_style import BURST, NO_DATA, STATE_COLOURS
from tasks.render import Bar, Mark, draw_coverage, draw_day_overview, draw_quick_look, with_holes

START = datetime(2024, 5, 14, 12, tzinfo=UTC)
DAY = (datetime(2024, 5, 14, tzinfo=UTC), datetime(2024, 5, 15, tzinfo=UTC))


def observation(frequency: np.ndarray | None = None, good: np.ndarray | None = None) -> PreparedSpectrogram:
    """A file at the quiet level, 0 dB everywhere."""
    frequency = np.linspace(45, 445, 200) if frequency is None else frequency
    plane = np.zeros((len(frequency), 900), np.float32)
    return PreparedSpectrogram(
        mean_db=plane,
        sigma_db=np.full(len(frequency), 0.1, np.float32),
        covered=np.ones(plane.shape, bool),
        frequency_mhz=frequency,
        good=np.ones(len(frequency), bool) if good is None else good,
        bin_s=1.0,
        n_bins=900,
        t_start=START,
        t_end=START + timedelta(minutes=15),
        station="BIR",
        focus_code="01",
        product="intensity",
    )


def mark(sure: bool = True, score: float = 0.93) -> Mark:
    return Mark("III", score, START + timedelta(minutes=5), START + timedelta(minutes=6), 100.0, 300.0, sure)


def share_of(picture: bytes, colour: str) -> float:
    """Share of pixels that have exactly this colour."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
    wanted = [int(colour[first : first + 2], 16) for first in (1, 3, 5)]
    return float((pixels == wanted).all(axis=-1).mean())


def bright_pixels(picture: bytes) -> int:
    """Pixels of the yellow at the end of cividis."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int), -1, 0)
    return int(np.sum((red > 230) & (green > 210) & (blue < 100)))


def test_the_same_observation_gives_the_same_bytes() -> None:
    assert draw_quick_look("a.fit", observation(), [mark()]) == draw_quick_look("a.fit", observation(), [mark()])
    day = [draw_day_overview("BIR 01", [observation()], [mark()], DAY) for _ in range(2)]
    assert day[0] == day[1]
    bar = Bar("BIR 01", START, START + timedelta(minutes=15), "judged", 1)
    chart = [draw_coverage(["BIR 01"], [bar], DAY, "a night") for _ in range(2)]
    assert chart[0] == chart[1]


def test_a_picture_is_a_png_of_its_size_in_the_fixed_palette() -> None:
    with Image.open(io.BytesIO(draw_quick_look("a.fit", observation(), []))) as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", (858, 528), "P")


def test_a_hole_in_the_frequencies_stays_open() -> None:
    whole = share_of(draw_quick_look("a.fit", observation(), []), NO_DATA)
    two_bands = np.concatenate([np.linspace(45, 145, 100), np.linspace(345, 445, 100)])
    assert share_of(draw_quick_look("a.fit", observation(two_bands), []), NO_DATA) > whole + 0.2


def test_channels_without_sky_data_stay_open() -> None:
    whole = share_of(draw_quick_look("a.fit", observation(), []), NO_DATA)
    good = np.ones(200, bool)
    good[80:120] = False
    assert share_of(draw_quick_look("a.fit", observation(good=good), []), NO_DATA) > whole + 0.08


def test_channels_lie_at_their_frequencies_and_a_wide_step_is_an_empty_row() -> None:
    edges, values = with_holes(np.array([10.0, 11.0, 12.0, 20.0, 21.0]), np.ones((5, 2)))
    assert edges.tolist() == [9.5, 10.5, 11.5, 13.5, 18.5, 20.5, 21.5]
    assert np.isnan(values).any(axis=1).tolist() == [False, False, False, True, False, False]


def test_a_sure_detection_is_drawn_in_orange_and_a_candidate_is_not() -> None:
    none, sure, candidate, hopeless = (
        share_of(draw_quick_look("a.fit", observation(), marks), BURST)
        for marks in ([], [mark()], [mark(sure=False, score=0.5)], [mark(sure=False, score=0.1)])
    )
    assert sure > none + 0.001
    assert candidate == hopeless == none
    dotted, plain = (draw_quick_look("a.fit", observation(), [mark(sure=False, score=score)]) for score in (0.5, 0.1))
    assert dotted != plain == draw_quick_look("a.fit", observation(), [])


def test_a_brief_burst_is_seen_in_the_day() -> None:
    burst = observation()
    burst.mean_db[:, 405:420] = 6.0
    assert bright_pixels(draw_day_overview("BIR 01", [observation()], [], DAY)) == 0
    assert bright_pixels(draw_day_overview("BIR 01", [burst], [], DAY)) > 100


def test_files_with_other_frequency_axes_share_a_day() -> None:
    later = replace(observation(np.linspace(20, 90, 150)), t_start=START + timedelta(hours=6), t_end=START + timedelta(hours=6.25))
    both, one = (
        share_of(draw_day_overview("BIR 01", files, [], DAY), NO_DATA) for files in ([observation(), later], [observation()])
    )
    assert both < one


def test_a_day_with_nothing_to_show_is_drawn_empty() -> None:
    assert share_of(draw_day_overview("BIR 01", [], [], DAY), NO_DATA) > 0.5
    assert draw_coverage([], [], DAY, "an empty night")
    assert draw_quick_look("a.fit", observation(good=np.zeros(200, bool)), [])


def test_every_state_of_a_file_has_its_colour_in_the_chart() -> None:
    states = [state for state in STATE_COLOURS if state != "not listed"]
    bars = [
        Bar("BIR 01", DAY[0] + timedelta(hours=number), DAY[0] + timedelta(hours=number + 1), state, 0)
        for number, state in enumerate([*states, "listed"])
    ]
    chart = draw_coverage(["BIR 01"], bars, DAY, "a night")
    assert all(share_of(chart, STATE_COLOURS[state]) > 0.001 for state in states)
