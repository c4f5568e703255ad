"""Times of day stand at whole multiples of their step, wherever a picture begins."""

import matplotlib.pyplot as plt
import pytest

from tasks.night_style import MINUTES_A_DAY, time_axis


@pytest.mark.parametrize(
    ("begin", "end", "minutes", "said"),
    [
        (684.0, 699.0, 5, ["11:25", "11:30", "11:35"]),  # a file from 11:24 to 11:39
        (0.0, 1440.0, 360, ["00:00", "06:00", "12:00", "18:00", "00:00"]),
        (1430.0, 1455.0, 10, ["23:50", "00:00", "00:10"]),
        (720.0, 724.0, 5, ["12:00"]),
        (721.0, 724.0, 5, []),
    ],
)
def test_ticks_are_whole_multiples_within_the_axis(begin: float, end: float, minutes: int, said: list[str]) -> None:
    figure, axes = plt.subplots()
    axes.set_xlim(begin / MINUTES_A_DAY, end / MINUTES_A_DAY)
    time_axis(axes, minutes)
    assert [label.get_text() for label in axes.get_xticklabels()] == said
    assert axes.get_xlim() == (begin / MINUTES_A_DAY, end / MINUTES_A_DAY), "the view stays"
    plt.close(figure)
