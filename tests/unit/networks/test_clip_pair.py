import pytest
import torch

from models.networks.clip_pair import MODEL, WORDS, ClipPair, caption_loss, tokens_of


def test_every_caption_has_a_logit_for_every_picture() -> None:
    torch.manual_seed(0)
    pair = ClipPair().eval()
    tokens = torch.from_numpy(tokens_of(["a type III burst", "quiet Sun", "a " * 100]))
    assert tokens.shape == (3, WORDS)
    with torch.inference_mode():
        logits = pair(torch.zeros(2, 3, *MODEL["vision_cfg"]["image_size"]), tokens)
    assert logits.shape == (2, 3) and torch.equal(logits[0], logits[1])


def test_half_the_weights_fit_into_twenty_megabytes() -> None:
    assert sum(weight.numel() for weight in ClipPair().state_dict().values()) * 2 < 20e6


def test_what_nobody_knows_costs_nothing_and_true_and_false_weigh_the_same() -> None:
    def loss(truth: list[int], logits: list[float]) -> float:
        return float(caption_loss(torch.tensor([logits]), torch.tensor([truth], dtype=torch.int8)))

    assert loss([1, 0, -1], [9.0, -9.0, 9.0]) < 0.01 and loss([1, 0, -1], [9.0, -9.0, -9.0]) < 0.01
    assert loss([1, 0, 0, 0], [-3.0, -9.0, -9.0, -9.0]) == pytest.approx(loss([1, 1, 1, 0], [-3.0, -3.0, -3.0, -9.0]))
    assert loss([-1, -1], [1.0, 2.0]) == 0
