import io
from pathlib import Path

from PIL import Image

from models.sun.active_learning.recipes import RECIPES
from models.sun.active_learning.rolling import roll
from models.sun.origin_learning.disks import half
from models.weights_file import WEIGHTS
from tasks.draw_attention import draw_attention
from tasks.draw_reliability import SHOWN, draw_reliability
from tests.unit.sun.disks import labelled, unheard

DISKS = labelled(20, step_days=36.0)


def test_the_reliability_of_all_years_is_drawn_the_same_each_time(tmp_path: Path) -> None:
    rolled = {name: roll(RECIPES[name], DISKS, unheard, half) for name in SHOWN}
    for folder in ("one", "two"):
        draw_reliability(rolled, tmp_path / folder)
    one, two = ((tmp_path / folder / "sun-active-reliability.png").read_bytes() for folder in ("one", "two"))
    assert one == two
    assert Image.open(io.BytesIO(one)).size == (1100, 760)


def test_what_the_score_rests_on_is_drawn(tmp_path: Path) -> None:
    draw_attention(DISKS, tmp_path, WEIGHTS)
    with Image.open(tmp_path / "sun-active-attention.png") as picture:
        assert picture.size == (1300, 720)
