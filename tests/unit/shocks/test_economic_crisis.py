"""An economic crisis: who loses income, how long, and what it takes from the purse."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import NEEDS
from resilienza_sim.shocks.economic_crisis import EconomicCrisis
from resilienza_sim.simulation import simulate_arms
from tests.small import LOW, SHIPPED, day, lived, town

INCOME = NEEDS.index("income")
CRISIS = EconomicCrisis(start=date(2023, 1, 2))


def crisis(week: int, **values: object) -> dict[str, object]:
    return {"kind": "economic_crisis", "start": day(week), **values}


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return lived(town(citizens=600, weeks=20, shocks=[crisis(2, onset_weeks=1)]), 4)


def test_it_rises_for_a_quarter_stays_for_years_and_ends() -> None:
    profile = CRISIS.profile(np.array([0.0, 12.0, 50.0, 91.0, 103.0, 104.0, 150.0]))
    assert profile == pytest.approx([1 / 13, 1.0, 1.0, 1.0, 1 / 13, 0.0, 0.0])


def test_a_crisis_shorter_than_its_onset_still_rises_and_falls() -> None:
    short = EconomicCrisis(start=date(2023, 1, 2), weeks=8, onset_weeks=104)
    assert short.profile(np.arange(10.0)) == pytest.approx(
        [0.25, 0.5, 0.75, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    )


def test_the_low_skilled_of_working_age_are_hit_most(model) -> None:
    people = model.community.people
    hit = CRISIS.exposure(model.community, model.streams)
    skill = people.skill[people.household_start[:-1]][people.household]
    at_work = np.bincount(people.household, (people.age >= 18) & (people.age < 65)) > 0
    earning = at_work[people.household]
    low = skill < np.median(skill)
    assert hit[earning & low].mean() > 1.4 * hit[earning & ~low].mean()
    assert 0.95 < hit[earning].max() <= 1.0
    assert hit[earning].min() >= CRISIS.skilled
    assert hit[~earning].max() <= CRISIS.pensions
    # A household is hit as one.
    assert np.unique(np.stack([people.household, hit]), axis=1).shape[1] == at_work.size


def test_it_opens_needs_of_income_above_all(model) -> None:
    calm = lived(town(citizens=600, weeks=20), 4)
    added = (model.state.citizens.need - calm.state.citizens.need).mean(axis=0)
    assert added.argmax() == INCOME
    assert added[INCOME] > 0.0


def test_the_cut_is_the_share_of_the_water_of_the_week() -> None:
    shock = crisis(2, onset_weeks=1, weeks=6, peak=0.3, budget=0.4)
    model = lived(town(citizens=200, weeks=20, shocks=[shock]), 12, strategy="none")
    income = dict(model.ledger.income)
    full = model.weekly_purse_cents
    assert [income[week] for week in (-1, 0, 1, 8, 11)] == [full] * 5
    assert [income[week] for week in range(2, 8)] == [round(full * (1 - 0.4 * 0.3))] * 6


def test_two_cuts_at_once_take_each_its_share_of_what_is_left() -> None:
    shocks = [crisis(2, onset_weeks=1, peak=0.5, budget=0.6)] * 2
    model = lived(town(citizens=200, weeks=20, shocks=shocks), 6, strategy="none")
    assert model.budget_cut(4) == pytest.approx(1.0 - 0.7**2)
    assert model.budget_cut(-3) == model.budget_cut(1) == 0.0


def test_without_a_budget_channel_the_purse_is_whole() -> None:
    model = lived(town(citizens=200, weeks=20, shocks=[crisis(2, budget=0.0)]), 12)
    assert {cents for _, cents in model.ledger.income} == {model.weekly_purse_cents}


def test_every_arm_loses_the_same_and_the_ledger_balances() -> None:
    scenario = town(citizens=200, weeks=24, shocks=[crisis(6, onset_weeks=2)])
    incomes = set()
    for each in simulate_arms(scenario, SHIPPED, replicate=0, seed=2):
        received, spent, left = each.ledger.audit()
        assert received == spent + left
        assert left >= 0
        incomes.add(tuple(each.ledger.income))
    assert len(incomes) == 1
    (income,) = incomes
    assert len({cents for _, cents in income}) == 3  # whole, half way down, at the bottom


def test_a_quarter_can_be_hit_alone(model) -> None:
    local = EconomicCrisis(start=date(2023, 1, 2), quarters={LOW: 0.5})
    hit, people = local.exposure(model.community, model.streams), model.community.people
    assert not hit[people.quarter == 1].any()
    assert hit[people.quarter == 0].max() == pytest.approx(0.5, abs=0.02)
