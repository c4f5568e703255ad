"""The two accounts of a night: what does not add up is said, one sentence each."""

from collections import Counter

from db.nights import imbalances

FILES = Counter(stored=5, quarantined=2, absent=1, unreachable=1)


def test_a_night_that_adds_up_has_nothing_to_say() -> None:
    assert imbalances(9, FILES, {"gate": Counter(judged=3, declined=1, skipped=1)}) == []


def test_a_lost_file_is_noticed() -> None:
    (sentence,) = imbalances(10, FILES, {})
    assert sentence == "10 files were listed, but 9 are settled (0 still pending)"


def test_a_file_still_pending_is_noticed() -> None:
    (sentence,) = imbalances(10, FILES + Counter(listed=1), {})
    assert "1 still pending" in sentence


def test_a_model_that_did_not_speak_on_a_file_is_named() -> None:
    sentences = imbalances(9, FILES, {"gate": Counter(judged=4), "origin": Counter(judged=5)})
    assert sentences == ["5 files are stored, but gate has spoken on 4"]
