"""Our U-Net and the origin's are those that the reference describes."""

import pytest
import torch

from models.networks.unet import UNet


def test_the_origins_network_has_its_weights_and_shape() -> None:
    network = UNet(1, (128, 64, 32, 16), norm=False)
    # 0.79 million, counted from the origin's code: two 3 x 3 convolutions a level, no normalisation.
    assert sum(weights.numel() for weights in network.parameters()) == pytest.approx(0.787e6, rel=0.01)
    assert network(torch.zeros(1, 1, 32, 48)).shape == (1, 32, 48)


def test_it_begins_as_the_rule_that_it_is_given() -> None:
    torch.manual_seed(0)
    planes = torch.randn(2, 2, 32, 48)
    logits = UNet(2, (4, 8), fold=2, rule=(6.0, -5.0))(planes)
    assert torch.allclose(logits, 6 * planes[:, 0] - 5, atol=1e-5)


@pytest.mark.parametrize("fold", [1, 2])
def test_every_pixel_has_a_logit_that_depends_on_its_surroundings_and_the_facts(fold: int) -> None:
    torch.manual_seed(0)
    network = UNet(2, (4, 8, 8), fold=fold, facts=3).eval()
    planes, facts = torch.randn(2, 2, 32, 48), torch.randn(2, 3)
    logits = network(planes, facts)
    assert logits.shape == (2, 32, 48)
    other = planes.clone()
    other[0, 0, 10, 10] += 5
    changed = (network(other, facts) - logits).abs()
    assert changed[0, 10, 10] > 0 and changed[1].max() == 0
    assert (network(planes, facts + 1) - logits).abs().min() > 0
