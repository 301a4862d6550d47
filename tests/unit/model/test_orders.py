"""The orders of the week: the same phases, each after what it reads; another order, other weeks."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from resilienza_sim.model.community_model import ORDERS, WEEK, CommunityModel
from resilienza_sim.model.orders import WeekOrder
from resilienza_sim.model.phases import act, learn, meet, mood, plan, record, serve, shock, trust
from resilienza_sim.model.phases import help as helping
from resilienza_sim.simulation import simulate
from tests.small import flood, pandemic, town

BEFORE = [
    (shock, record),
    (plan, meet),
    (plan, helping),
    (plan, serve),
    (meet, helping),
    (helping, serve),
    (helping, trust),
    (trust, mood),
    (trust, act),
    (trust, learn),
    (serve, mood),
    (serve, act),
    (serve, learn),
]
"""What hands on to what within a week, in arrays that do not outlive it or in what it counts."""


def test_every_name_has_an_order() -> None:
    assert set(ORDERS) == set(get_args(WeekOrder))
    assert ORDERS["usual"] == WEEK
    assert len({tuple(each) for each in ORDERS.values()}) == len(ORDERS)


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_has_every_phase_once_each_after_what_it_reads(name) -> None:
    order = ORDERS[name]
    assert len(order) == len(set(order)) == len(WEEK)
    assert set(order) == set(WEEK)
    assert [pair for pair in BEFORE if order.index(pair[0]) > order.index(pair[1])] == []


@pytest.fixture(scope="module")
def scenario():
    return town(
        citizens=200,
        weeks=30,
        shocks=[flood(2), pandemic(14)],
        parameters={"shock": {"event_gap_weeks": 2}},
    )


@pytest.mark.parametrize("name", [name for name in ORDERS if name != "usual"])
def test_another_order_makes_other_weeks(scenario, name) -> None:
    def values(order):
        return simulate(scenario.with_values({"time.order": order}), strategy="alluvial").values

    one, two, again = values("usual"), values(name), values(name)
    assert any(not np.array_equal(one[c], two[c], equal_nan=True) for c in one)
    assert all(np.array_equal(two[c], again[c], equal_nan=True) for c in two)


def test_another_luck_is_another_family_of_seeds(scenario) -> None:
    one = CommunityModel(scenario, rng=5)
    same = CommunityModel(scenario.with_values({"town.luck": 0}), rng=5)
    other = CommunityModel(scenario.with_values({"town.luck": 1}), rng=5)
    assert one.streams.seed == same.streams.seed == 5
    assert other.streams.seed not in (5, CommunityModel(scenario, rng=6).streams.seed)
    assert not np.array_equal(one.community.people.age, other.community.people.age)
