"""The picture of what was recovered: the same bytes every time, a panel for each type, also where nothing was injected."""

import io

import pytest
from PIL import Image

from models.radio.efficiency import Share
from models.simulate.bursts import BURST_TYPES
from tasks.efficiency_shown import Curve
from tasks.night_style import BURST, SKY
from tasks.render_efficiency import draw_efficiency

SHARES = (Share(1.0, 2.0, 8, 1), Share(4.0, 6.0, 6, 4), Share(13.0, 20.0, 12, 12))
NOTHING = [Curve(kind, 0, 0, 0, None, ()) for kind in BURST_TYPES]


def pixels(png: bytes, colour: str) -> int:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    wanted = tuple(bytes.fromhex(colour[1:]))
    return sum(count for count, found in picture.getcolors(maxcolors=1 << 16) or [] if found == wanted)


@pytest.mark.filterwarnings("error")
def test_intervals_and_limits_are_drawn_where_there_are_any() -> None:
    curves = [Curve("III", 26, 17, 16, 6.3, SHARES), *NOTHING[3:]]
    png = draw_efficiency(curves, "a night")
    assert draw_efficiency(curves, "a night") == png
    assert pixels(png, SKY) > 100 and pixels(png, BURST) > 100
    unlimited = draw_efficiency([Curve("III", 26, 17, 16, None, SHARES), *NOTHING[3:]], "a night")
    assert pixels(unlimited, SKY) > 100 and pixels(unlimited, BURST) == 0
    assert pixels(draw_efficiency(NOTHING, "a night"), SKY) == 0
