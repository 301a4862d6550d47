"""Flows counted in the past, and the factor that balances a stock (`model.balance`)."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.model import balance
from resilienza_sim.model.community_model import CommunityModel
from tests.small import lived, town

STOCK = balance.GROUPS


@pytest.fixture
def model() -> CommunityModel:
    return lived(town(citizens=300, weeks=20, burn_in_weeks=80), 0, strategy="consolidated")


def set_flows(model: CommunityModel, came: float, went: float, missing: float = 0.0) -> None:
    place = model.state.municipality
    place.flows[STOCK] = came, went
    place.stocks[STOCK] = place.wanted[STOCK] - missing


def strength(model: CommunityModel, value: float) -> None:
    model.rates = model.rates._replace(act=model.rates.act._replace(balancing=value))


def test_from_week_0_on_the_factor_is_who_went_over_who_came(model: CommunityModel) -> None:
    set_flows(model, came=4.0, went=6.0, missing=50.0)
    assert balance.factor(model, STOCK) == pytest.approx(1.5)


def test_in_the_past_it_also_makes_up_for_what_is_missing(model: CommunityModel) -> None:
    model.state.week = -10
    set_flows(model, came=4.0, went=4.0, missing=26.0)
    assert balance.factor(model, STOCK) == pytest.approx(6.0 / 4.0)
    set_flows(model, came=4.0, went=4.0, missing=-26.0)
    assert balance.factor(model, STOCK) == pytest.approx(2.0 / 4.0)


@pytest.mark.parametrize(("went", "most"), [(1e9, 4.0), (0.0, 0.25)])
def test_what_hardly_ever_happens_moves_no_rate_by_more_than_four_times(
    model: CommunityModel, went: float, most: float
) -> None:
    set_flows(model, came=1.0, went=went)
    assert balance.factor(model, STOCK) == most


def test_the_rate_stays_where_nothing_was_counted_or_the_switch_is_off(
    model: CommunityModel,
) -> None:
    set_flows(model, came=0.0, went=5.0)
    assert balance.factor(model, STOCK) == 1.0
    set_flows(model, came=1.0, went=3.0)
    strength(model, 0.0)
    assert balance.factor(model, STOCK) == 1.0


def test_what_counts_at_week_0_is_the_mean_of_the_last_year(model: CommunityModel) -> None:
    seen = np.random.default_rng(1).uniform(1.0, 9.0, (80, 2))
    for week, (came, went) in zip(range(-80, 0), seen, strict=True):
        model.state.week = week
        balance.count(model, STOCK, came, went)
    assert model.state.municipality.flows[STOCK] == pytest.approx(seen[-52:].mean(axis=0))


def test_who_is_turned_away_neither_came_nor_stays(model: CommunityModel) -> None:
    model.state.week = -1
    model.state.municipality.flows[:] = 0.0
    model.rates = model.rates._replace(act=model.rates.act._replace(begins=0.5))
    hazards = np.array([20.0, 3.0, 8.0, 4.0])
    # Ten wanted in and seven entered; births and ends of groups then moved nobody.
    at = ((100, 40), (107, 40), (107, 40))
    balance.count_belonging(model, hazards, (2.0, 1.0), wanting=10, at=at)
    flows = model.state.municipality.flows * 52
    assert flows[balance.MEMBERS] == pytest.approx([20.0 / 2.0, 3.0 + 3.0])
    assert flows[balance.VOLUNTEERS] == pytest.approx([8.0, 4.0 - 0.5 * (20.0 - 3.0)])


def test_a_town_counts_groups_to_end_among_the_living_only(model: CommunityModel) -> None:
    assert balance.at_end(model) > 0.0
    model.state.groups.alive[:] = 0
    assert balance.at_end(model) == 0.0
