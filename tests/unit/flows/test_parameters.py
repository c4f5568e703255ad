"""What the Prefect server and its form know of a flow's parameters, and what runs are called."""

from typing import Any

import pytest
from prefect import Flow

from flows.nightly import nightly
from flows.radio import radio_night
from flows.sky import sky_night


@pytest.mark.parametrize("flow", [nightly, radio_night, sky_night], ids=lambda flow: flow.name)
def test_every_parameter_is_explained_in_the_form(flow: Flow[..., Any]) -> None:
    assert flow.parameters.properties
    assert [name for name, schema in flow.parameters.properties.items() if not schema.get("description")] == []


@pytest.mark.parametrize("flow", [nightly, radio_night, sky_night], ids=lambda flow: flow.name)
def test_the_night_and_the_archive_are_checked_by_patterns(flow: Flow[..., Any]) -> None:
    assert all("pattern" in flow.parameters.properties[name] for name in ("night", "archive"))
