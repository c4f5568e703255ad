"""Types of lists, with their qualifiers, are labels of ours."""

import pytest

from models.radio.listed_types import burst_label, is_solar


@pytest.mark.parametrize(
    ("listed", "label"),
    [
        ("III", "III"), ("III/R", "III"), ("IIIr", "III"), ("III_r", "III"), ("III/1", "III"), ("U/III", "III"), ("J", "III"),
        ("VI", "IIIg"), ("VI/CTM", "IIIg"), ("VII", "IIIg"), ("IIIG/2", "IIIg"), ("IIIGG/3", "IIIg"),
        ("II?", "II"), ("II/CTM?", "II"), ("IV?", "IV"), ("V?", "V"), ("I", "I"),
        ("CTM", "unclassified"), ("RBR", "unclassified"), ("???", "unclassified"), ("---", "unclassified"),
    ],
)  # fmt: skip
def test_types_of_lists_are_labels(listed: str, label: str) -> None:
    assert burst_label(listed) == label


def test_caustics_are_not_solar() -> None:
    assert not is_solar("CAU")
    assert is_solar("CTM/CAU") and is_solar("III")
