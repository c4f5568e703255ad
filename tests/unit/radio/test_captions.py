"""Captions of pictures, and whether they are true."""

import numpy as np
import pytest

from models.radio.burst_learning.scenes import draw_scene
from models.radio.clip_learning.captions import (
    ANY,
    HARMONICS,
    NAMES,
    OPENINGS,
    PLACES,
    QUIET,
    SPLIT,
    STRENGTHS,
    Caption,
    Claim,
    draw_caption,
    truth_table,
)  # fmt: skip
from models.radio.clip_learning.facts import BurstFacts, PictureFacts

GROUP = BurstFacts("IIIg", ("start", "middle"), 25.0, 180.0, "strong", harmonics=False, split=False)
SHOCK = BurstFacts("II", ("end",), 40.0, 90.0, "", harmonics=True, split=True)
SOMETHING = BurstFacts(None, ("middle",), 200.0, 300.0)
BOXED = BurstFacts("II", ("start",), 40.0, 90.0)

III = frozenset({"III", "IIIg"})
II = frozenset({"II"})


@pytest.mark.parametrize(
    ("claims", "bursts", "sure", "truth"),
    [
        ((Claim(III),), (GROUP,), True, True),
        ((Claim(frozenset({"III"})),), (GROUP,), True, False),  # a group is no single burst
        ((Claim(III), Claim(II, split=True)), (GROUP, SHOCK), True, True),
        ((Claim(III), Claim(II, split=True)), (GROUP,), True, False),
        ((Claim(III, place="end"),), (GROUP, SHOCK), True, False),  # the one at the end is another
        ((Claim(at_mhz=100),), (GROUP,), True, True),
        ((Claim(at_mhz=100),), (SHOCK,), True, False),
        ((Claim(II),), (SOMETHING,), True, None),  # it may be one
        ((Claim(II, place="start"),), (SOMETHING,), True, False),  # but not there
        ((Claim(II, split=True),), (BOXED,), True, None),
        ((Claim(II, split=True, place="end"),), (BOXED,), True, False),
        ((Claim(II),), (GROUP,), False, None),  # there may be another burst
        ((), (GROUP,), True, False),
        ((), (), True, True),
        ((), (), False, None),
        ((Claim(),), (), True, False),
    ],
)
def test_a_caption_is_true_false_or_nobody_knows(
    claims: tuple[Claim, ...], bursts: tuple[BurstFacts, ...], sure: bool, truth: bool | None
) -> None:
    assert Caption("", claims).holds(PictureFacts(bursts, sure)) is truth


def test_every_caption_drawn_is_true_of_its_picture() -> None:
    rng = np.random.default_rng(0)
    for bursts in ((), (GROUP,), (SHOCK, GROUP), (BOXED, SOMETHING), (SHOCK,)):
        for held_out in (False, True):
            captions = [draw_caption(PictureFacts(bursts, sure=True), rng, held_out=held_out) for _ in range(60)]
            assert (truth_table([PictureFacts(bursts, sure=True)], captions) == 1).all()
            assert len({caption.text for caption in captions}) > (1 if bursts or not held_out else 0)


def test_the_words_of_the_test_are_kept_from_training() -> None:
    rng = np.random.default_rng(1)
    kept = [words[-1] for words in (ANY, HARMONICS, OPENINGS, QUIET, SPLIT, *PLACES.values(), *STRENGTHS.values())]
    kept += [names[-1][0] for names in NAMES.values()]
    pictures = [PictureFacts(bursts, sure=True) for bursts in ((), (GROUP,), (SHOCK,), (SHOCK, GROUP))]
    read = {draw_caption(picture, rng).text for picture in pictures for _ in range(200)}
    assert not [text for text in read if any(words in text for words in kept)]


def test_facts_of_a_simulated_picture_survive_json_and_know_its_bursts() -> None:
    import json
    from dataclasses import asdict

    seen = []
    for number in range(12):
        scene = draw_scene(21, number)
        facts = PictureFacts.of_simulated(scene.bursts, doubtful=False)
        assert PictureFacts.of_dict(json.loads(json.dumps(asdict(facts)))) == facts
        assert [burst.kind for burst in facts.bursts] == [burst.kind for burst in scene.bursts]
        seen += facts.bursts
    assert all(burst.places and burst.low_mhz < burst.high_mhz for burst in seen)
    assert all(not burst.harmonics and not burst.split for burst in seen if burst.kind != "II")
