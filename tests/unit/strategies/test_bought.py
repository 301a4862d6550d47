"""What a plan buys."""

from __future__ import annotations

import pytest

from resilienza_sim.actions.found_groups import FoundGroups
from resilienza_sim.actions.service_staff import ServiceStaff
from resilienza_sim.discovery import family
from resilienza_sim.messages import languages
from resilienza_sim.model.contracts import Action
from resilienza_sim.strategies import load_strategy
from resilienza_sim.strategies.bought import bought, price_source, units_of
from resilienza_sim.words import Words


def test_weekly_prices_buy_a_whole_year_and_others_buy_a_number() -> None:
    assert units_of(ServiceStaff(), 2 * 52 * 850.0) == pytest.approx(2.0)
    assert units_of(FoundGroups(), 10_000.0) == pytest.approx(4.0)


def test_a_plan_in_shares_has_euros_where_the_purse_is_known() -> None:
    plan = load_strategy("consolidated")
    assert not any(row.eur_per_year for row in bought(plan, None))
    rows = bought(plan, 1000.0)
    assert sum(row.eur_per_year["normal"] for row in rows) == pytest.approx(1000.0)
    assert {row.action for row in rows} == {line.action for k in range(3) for line in plan.lines(k)}


def test_a_price_of_a_file_is_nobody_else_s() -> None:
    assert "178/2020" in (price_source(ServiceStaff()) or "")
    assert price_source(ServiceStaff(unit_cost_eur=900.0)) is None


@pytest.mark.parametrize("lang", languages())
def test_every_action_says_what_it_buys(lang) -> None:
    words = Words(lang)
    for kind, action in family("actions", Action).items():
        assert words.either("bought", kind, n="3", hours="9")
        unit = action.model_fields["unit_cost_eur"].json_schema_extra["unit"]
        assert words.unit(unit) != unit
