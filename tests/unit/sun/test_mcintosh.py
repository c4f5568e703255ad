import math
from pathlib import Path

import pytest

from models.sun.mcintosh import flare_probability, flare_rate
from tasks.catalogues.srs import read_srs


def test_rates_are_flares_of_a_class_and_above_by_days_of_the_group() -> None:
    # Of 166 days of Ekc groups: 448.0 C, 281 M, 38 X.
    assert flare_rate("Ekc", "M") == pytest.approx((281 + 38) / 166)
    assert flare_rate("Ekc", "C") == pytest.approx((448 + 281 + 38) / 166)
    assert flare_rate("Axx", "X") == pytest.approx(3 / 5265)


def test_a_class_never_seen_has_the_rate_of_its_zurich_class_and_no_spots_have_none() -> None:
    f = {"Fri": (1, 2), "Fso": (10, 27), "Fsi": (15, 14), "Fao": (16, 76), "Fai": (46, 103), "Fho": (1, 19), "Fhi": (24, 28),
         "Fhc": (4, 5), "Fko": (36, 116), "Fki": (301, 282), "Fkc": (222, 120)}  # fmt: skip
    assert flare_rate("Fac", "M") == pytest.approx(sum(m for m, _ in f.values()) / sum(days for _, days in f.values()))
    assert flare_rate("", "C") == 0 and flare_probability([], "C") == 0


def test_rates_of_groups_add_up_to_the_disks() -> None:
    both = flare_probability(["Dai", "Cso"], "C")
    assert 1 - both == pytest.approx((1 - flare_probability(["Dai"], "C")) * (1 - flare_probability(["Cso"], "C")))
    assert both == pytest.approx(1 - math.exp(-(flare_rate("Dai", "C") + flare_rate("Cso", "C"))))
    assert flare_probability(["Dai"], "C") > flare_probability(["Dai"], "M") > flare_probability(["Dai"], "X")


def test_a_real_report_is_forecast(real_data: Path) -> None:
    path = real_data / "sun/srs/20150101SRS.txt"
    if not path.exists():
        pytest.skip(f"no {path}")
    classes = [region.mcintosh for region in read_srs(path.read_text(), path.name) if region.mcintosh]
    assert sorted(classes) == ["Cao", "Cso", "Dai", "Eac", "Hsx", "Hsx"]
    assert 0.9 < flare_probability(classes, "C") < 1 and 0.3 < flare_probability(classes, "M") < 0.7
