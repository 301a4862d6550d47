"""The fit of social capital: its towns can be made from the scenario as it ships."""

from __future__ import annotations

import pytest

from tests.script import load

SCRIPT = load("social_capital")


@pytest.mark.parametrize("name", SCRIPT.SHOCKS)
def test_a_town_with_one_shock_and_one_sd_more_of_social_capital(name: str) -> None:
    plain = SCRIPT.scenario_of(name, 300, {})
    assert len(plain.shocks) == 1
    figures = plain.territory.figures
    assert all(value > figures[each].value for each, value in SCRIPT.raised(plain, 1.0).items())
