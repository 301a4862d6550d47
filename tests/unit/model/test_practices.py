"""Equation 11: practices are exploited, dropped, tried anew, taken from others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.model import practices as rules
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.hazards import (
    ATTRIBUTES,
    DEMAND,
    HAZARDS,
    attributes,
    best,
    better,
    distance,
    fit,
    match,
)
from tests.organisations import organisations
from tests.small import flood, lived, pandemic, plan, town

# -- fit and distance -----------------------------------------------------------------------------


def test_every_hazard_is_its_own_fit_and_no_two_are_alike() -> None:
    far = distance()
    assert (np.diag(far) == 0.0).all()
    assert (far == far.T).all()
    assert (far[~np.eye(len(HAZARDS), dtype=bool)] > 0.0).all()
    for k, demand in enumerate(DEMAND):
        assert [fit(own, demand) for own in DEMAND] == pytest.approx(1.0 - far[k])


def test_the_fit_to_a_mix_is_the_mean_of_the_fits() -> None:
    mix = np.zeros(len(HAZARDS))
    mix[0], mix[2] = 0.25, 0.75
    own = 0b1011
    expected = 0.25 * fit(own, DEMAND[0]) + 0.75 * fit(own, DEMAND[2])
    assert match(np.array([own], np.uint16), mix)[0] == pytest.approx(expected)
    assert attributes(own) == 3


@pytest.mark.parametrize("seed", range(5))
def test_the_best_practice_is_the_lowest_of_those_that_fit_most(seed) -> None:
    draw = np.random.default_rng(seed)
    demand = np.zeros(len(HAZARDS))
    demand[draw.choice(len(HAZARDS), 2, replace=False)] = 0.5
    practices = draw.integers(0, 64, 30).astype(np.uint16)
    fits = match(practices, demand)
    assert best(practices, demand) == practices[fits == fits.max()].min()
    one, other = int(practices[0]), int(practices[1])
    assert better(one, other, demand) == best(practices[:2], demand)
    assert better(-1, other, demand) == better(other, -1, demand) == other


# -- practices ------------------------------------------------------------------------------------


def test_exploiting_comes_to_the_demand_of_the_day() -> None:
    learn = {"exploit": 0.5, "explore": 0.0, "hesitation": 0.0, "adoption": 0.0}
    scenario = town(
        citizens=200,
        weeks=52,
        shocks=[pandemic(0, wave_weeks=52, gap_weeks=0, waves=1, peak=1.5)],
        parameters={"learn": learn, "shock": {"routine_load": 0.05}},
    )
    model = lived(scenario, 46)  # nine attributes to change, each in two or three weeks
    assert model.state.municipality.dominant == HAZARDS.index("pandemic")
    assert (model.state.services.practice == DEMAND[HAZARDS.index("pandemic")]).all()
    assert not model.state.services.dip.any()


def test_exploring_costs_a_dip_that_passes() -> None:
    learn = {"explore": 0.1, "unlearning": 0.0, "adoption": 0.0}
    scenario = town(citizens=200, weeks=20, parameters={"learn": learn})
    model = lived(scenario, 0)
    dips = model.state.services.dip.copy()
    p = model.rates.learn
    for _ in range(20):
        model.step()
        now = model.state.services.dip
        faded = dips * math.exp(-1.0 / p.dip_weeks)
        tried = faded + (1.0 - faded) * p.dip
        assert (np.isclose(now, faded, atol=1e-6) | np.isclose(now, tried, atol=1e-6)).all()
        dips = now.copy()
    assert (model.state.services.practice < 1 << len(ATTRIBUTES)).all()


FLOOD = HAZARDS.index("flood")
QUIET = {"exploit": 0.0, "explore": 0.0, "adoption": 0.0, "alliance_learning": 0.0}


def surprised(hazard: str = "flood", citizens: int = 600, **learn) -> CommunityModel:
    """Return a town at routine on the day when another demand takes its place."""
    scenario = town(citizens=citizens, weeks=40, parameters={"learn": QUIET | learn})
    model = lived(scenario, 4, strategy=plan())
    state = model.state
    state.groups.alive[:] = 1  # as many as the table has rows, for the sake of shares
    for kind in organisations(model):
        kind.table.practice[:] = DEMAND[0]
        kind.table.dip[:] = kind.table.adaptability[:] = 0.0
        kind.table.aside[:] = 0
    town_hall = state.municipality
    town_hall.demand[:] = 0.0
    town_hall.demand[HAZARDS.index(hazard)] = 1.0
    town_hall.dominant, town_hall.news = HAZARDS.index(hazard), True
    return model


def waiting(model: CommunityModel) -> float:
    kinds = organisations(model)
    return float(np.concatenate([k.table.hesitating[k.alive] for k in kinds]).mean())


def weeks_of_learning(model: CommunityModel, weeks: int) -> None:
    for _ in range(weeks):
        rules.learn(model)
        model.state.week += 1
        model.state.municipality.news = False


# -- il fare, intraprendere -----------------------------------------------------------------------


def test_whom_a_new_demand_finds_unfit_hesitates() -> None:
    model = surprised(undertaking=0.0)
    rules.learn(model)
    assert waiting(model) == pytest.approx(distance()[0, FLOOD], abs=0.2)
    weeks_of_learning(model, 10)
    assert waiting(model) > 0.0, "nobody undertakes anything"
    model.state.municipality.dominant, model.state.municipality.news = 0, True
    rules.learn(model)
    assert waiting(model) == 0.0, "the routine is back"


def test_without_hesitation_nobody_stops() -> None:
    model = surprised(hesitation=0.0, undertaking=3.0)
    weeks_of_learning(model, 3)
    assert waiting(model) == 0.0
    assert model.state.trials == 0


def test_only_acting_tells_whether_it_works() -> None:
    model = surprised(undertaking=3.0, unlearning=0.0, unlearning_gain=0.0)
    groups, p = model.state.groups, model.rates.learn
    before = groups.practice.copy()
    rules.learn(model)
    alive = groups.alive == 1
    changed = alive & (groups.practice != before)
    failed = alive & (groups.hesitating == 1) & (groups.dip > 0.0)
    assert changed.any()
    assert failed.any()
    demand = model.state.municipality.demand  # the flood's alone
    assert (match(groups.practice[changed], demand) > match(before[changed], demand)).all()
    assert not groups.hesitating[changed].any()
    assert groups.dip[changed | failed] == pytest.approx(p.trial_dip)
    assert (groups.practice[failed] == before[failed]).all()
    assert model.state.trials >= changed.sum() + failed.sum()


def test_what_was_put_aside_for_a_try_is_taken_up_when_its_demand_is_back() -> None:
    model = surprised(undertaking=3.0, giving_up=1.0)
    groups, town_hall = model.state.groups, model.state.municipality
    weeks_of_learning(model, 3)
    tried = np.flatnonzero(groups.aside)
    assert tried.size
    found = groups.practice[tried].copy()
    for demand, practised in ((0, np.full(tried.size, DEMAND[0])), (FLOOD, found)):
        town_hall.demand[:] = 0.0
        town_hall.demand[demand] = 1.0
        town_hall.dominant, town_hall.news = demand, True
        model.state.groups.dip[:] = 0.0
        rules.learn(model)
        if demand == 0:
            assert (groups.practice[tried] == practised).all()
            assert not groups.dip.any(), "nobody has unlearned it"
        else:
            mix = town_hall.demand
            assert (match(groups.practice[tried], mix) >= match(found, mix)).all()


def test_those_who_undertake_act_sooner() -> None:
    still = surprised(undertaking=0.0)
    doing = surprised(undertaking=0.3)
    for model in (still, doing):
        weeks_of_learning(model, 12)
    assert waiting(doing) < 0.5 * waiting(still)


def test_who_hesitates_does_less() -> None:
    reach, met = [], []
    for hesitating in (0, 1):
        model = lived(town(citizens=600, weeks=12, shocks=[flood(2)]), 4, strategy=plan())
        model.state.groups.hesitating[:] = model.state.services.hesitating[:] = hesitating
        model.step()
        reach.append(model.state.groups.reach.astype(float).sum())
        met.append(model.state.met_formal)
    assert reach[1] < reach[0]
    assert met[1] < met[0]  # as many cases, and less done in each


# -- unlearning -----------------------------------------------------------------------------------


def test_a_wide_repertoire_is_costly_to_keep() -> None:
    model = surprised(repertoire_cost=0.02)
    groups, p = model.state.groups, model.rates.learn
    groups.practice[:] = DEMAND[FLOOD]
    more = int(DEMAND[FLOOD]).bit_count() - int(DEMAND[0]).bit_count()
    assert rules.able(p, groups) == pytest.approx(math.exp(-0.02 * more))
    groups.practice[:] = 0
    assert (rules.able(p, groups) == 1.0).all()
    groups.aside[:] = DEMAND[FLOOD]
    assert rules.able(p, groups) == pytest.approx(math.exp(-0.02 * more))


def test_who_has_unlearned_before_does_it_cheaper_and_sooner() -> None:
    novice, expert = surprised(unlearning=1.0), surprised(unlearning=1.0)
    for model, learnt in ((novice, 0.0), (expert, 0.5)):
        groups = model.state.groups
        groups.adaptability[:] = learnt
        for row in range(5):
            rules.change(groups.handle, row, DEMAND[FLOOD], model.rates.learn)
    dip = novice.state.groups.dip[:5]
    assert expert.state.groups.dip[:5] == pytest.approx(0.5 * dip)
    gain = novice.rates.learn.unlearning_gain
    assert novice.state.groups.adaptability[:5] == pytest.approx(gain)


# -- effective practices --------------------------------------------------------------------------


def with_an_example(**learn) -> CommunityModel:
    """Return a town in which one service practises what the day asks for."""
    model = surprised(hesitation=0.0, **learn)
    model.state.services.practice[3] = DEMAND[FLOOD]
    return model


def test_what_works_is_taken_up_by_those_who_compare() -> None:
    for adoption in (0.0, 0.2):
        model = with_an_example(adoption=adoption)
        adopted = 0
        for _ in range(8):
            weeks_of_learning(model, 1)
            adopted += model.state.adoptions
        share = (model.state.groups.practice == DEMAND[FLOOD]).mean()
        assert bool(share > 0.2) is (adoption > 0.0)
        assert (adopted > 0) is (adoption > 0.0)


@pytest.mark.parametrize("costly", [{"repertoire_cost": 0.2}, {"dip": 0.9, "horizon_weeks": 1.0}])
def test_what_costs_more_than_it_is_worth_is_left(costly) -> None:
    model = with_an_example(adoption=1.0, **costly)
    model.state.municipality.demand[:] = 0.0
    model.state.municipality.demand[[0, FLOOD]] = 0.4, 0.6
    weeks_of_learning(model, 8)
    assert not (model.state.groups.practice == DEMAND[FLOOD]).any()


# -- pilots ---------------------------------------------------------------------------------------


def test_a_pilot_that_fails_costs_little_and_is_undone() -> None:
    model = surprised(hesitation=0.0, giving_up=1.0, unlearning=0.0)
    groups, p = model.state.groups, model.rates.learn
    before = groups.practice.copy()
    model.effort.trials = 1e6
    rules.learn(model)
    state, alive = model.state, groups.alive == 1
    assert state.pilots == state.trials == alive.sum() + len(state.services)
    assert 0 < state.pilots_better < state.pilots
    gain = match(groups.practice, state.municipality.demand) - match(
        before, state.municipality.demand
    )
    assert (gain[alive] >= 0.0).all()
    undone = alive & (groups.practice == before) & (groups.dip > 0.0)
    assert undone.any()
    assert groups.dip[undone] == pytest.approx(p.trial_dip)


def test_who_is_still_learning_is_not_given_a_pilot() -> None:
    model = surprised(hesitation=0.0)
    model.state.groups.dip[:] = 0.5
    model.effort.trials = 1e6
    rules.learn(model)
    assert model.state.pilots == len(model.state.services)
