import subprocess
import sys

import pytest

from models import registry
from models.radio.gate import RadioGate
from models.weights_file import sha256


def test_bursts_with_types_are_the_headline_of_radio_and_the_origin_comes_last() -> None:
    names = [kind.name for kind in registry.classifiers("radio")]
    assert names[:2] == ["radio-burst", "radio-gate"] and names[-1] == "radio-origin"
    first = registry.headline("radio")
    assert first is not None and first.name == names[0] and first.rank > 0


def test_exactly_one_description_is_the_headline() -> None:
    assert sum(item.headline for item in registry.describe("radio")) == 1


def test_an_instrument_without_a_package_has_no_classifiers() -> None:
    assert registry.classifiers("gravity") == [] and registry.headline("gravity") is None


def test_a_classifier_is_loaded_once() -> None:
    assert registry.load("radio-gate") is registry.load(RadioGate)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="radio-gate"):
        registry.find("radio-burts")


@pytest.mark.parametrize("name", ["radio-burst", "radio-clip-nightshift", "radio-gate", "radio-origin"])
def test_card_and_weights_speak_of_the_same_version(name: str) -> None:
    kind, card = registry.find(name), registry.card(name)
    assert (card["name"], card["version"], card["sha256"]) == (kind.name, kind.version, sha256(str(kind.weights)))
    assert card["threshold"] == pytest.approx(registry.load(name).threshold)


@pytest.mark.parametrize(("model", "unwanted"), [("radio-gate", "models.sky"), ("sky-clear", "models.radio|models.simulate")])
def test_who_judges_for_one_instrument_does_not_import_the_models_of_another(model: str, unwanted: str) -> None:
    judging = f"import re, sys; from models import registry; registry.load({model!r})"
    code = f"{judging}; print(*filter(re.compile({unwanted!r}).match, sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


def test_the_gate_needs_neither_torch_nor_scikit_learn() -> None:
    code = "import sys; from models import registry; registry.load('radio-gate'); print({'torch', 'sklearn'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
