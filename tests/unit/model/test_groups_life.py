"""Equations 6 and 7: who joins and stays, groups that live and die, resources, newcomers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resilienza_sim.indicators.alliances import resources_activated
from resilienza_sim.indicators.feelings import esteban_ray
from resilienza_sim.indicators.groups import survival_52
from resilienza_sim.indicators.wellbeing import weeks_above, worn_out
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.groups_life import AGGREGATIVE, activate, deaths, found, settle
from resilienza_sim.model.phases import act
from tests.small import differences, flood, lived, plan, town


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return lived(town(citizens=800, weeks=20), 6, strategy=plan())


def twin_of(model: CommunityModel, **rates: float) -> CommunityModel:
    twin = model.fork(model.strategy, model.decision_week)
    for name in ("unmet", "busy", "mean_trust"):
        getattr(twin.scratch, name)[:] = getattr(model.scratch, name)
    twin.rates = twin.rates._replace(act=twin.rates.act._replace(**rates))
    return twin


def acted(twin: CommunityModel, weeks: int = 1) -> CommunityModel:
    for _ in range(weeks):
        act.run(twin)
        twin.state.week += 1
    return twin


# -- joining and leaving --------------------------------------------------------------------------


@pytest.mark.parametrize("gathering", [0.0, 3.0])
def test_groups_that_gather_people_draw_others_in(model, gathering) -> None:
    active = []
    for level in (0.0, 0.5, 1.0):
        twin = twin_of(model, gathering=gathering, capability_decay=0.0, capability_gain=0.0)
        twin.state.groups.capability[:, AGGREGATIVE] = level
        active.append(acted(twin, 12).state.citizens.active.sum())
    if gathering:
        assert active[0] < active[1] < active[2]
    else:
        assert active[0] == active[1] == active[2]


@pytest.mark.parametrize("turned_away", [0.0, 1.0])
def test_closed_groups_turn_the_out_group_away(model, turned_away) -> None:
    twin = twin_of(model, turned_away=turned_away, begins=1.0)
    c, side = twin.state.citizens, twin.fixed.target == 1
    c.group[:], c.active[:] = -1, 0
    twin.state.groups.orientation[:] = 0.0
    who = np.flatnonzero(twin.community.people.age >= 14)
    act._enter(twin, who)
    assert c.active[who[~side[who]]].all()
    assert bool(c.active[who[side[who]]].any()) is (turned_away == 0.0)


def test_the_out_group_chooses_the_less_closed_groups(model) -> None:
    twin = twin_of(model, turned_away=0.0)
    c, groups, side = twin.state.citizens, twin.state.groups, twin.fixed.target == 1
    c.group[:], c.active[:] = -1, 0
    groups.orientation[:] = np.where(np.arange(len(groups)) % 2, 0.05, 1.0)
    act._enter(twin, np.flatnonzero(twin.community.people.age >= 14))
    closed = np.arange(len(groups)) % 2 == 1
    inside = c.group >= 0
    share = [closed[c.group[inside & who]].mean() for who in (side, ~side)]
    assert share[0] < 0.5 * share[1]


def allied(
    model: CommunityModel, *, vertical: bool, memory: float = 1.0, **rates: float
) -> CommunityModel:
    twin = twin_of(model, **rates)
    alive = np.flatnonzero(twin.state.groups.alive)
    form_alliance(twin, alive, vertical=vertical)
    twin.state.alliances.memory[:] = memory
    return acted(twin)


def test_alliances_hold_members_and_horizontal_ones_more(model) -> None:
    left = {}
    for name, vertical, hold in (
        ("vertical", True, 0.9),
        ("horizontal", False, 0.9),
        ("off", False, 0.0),
    ):
        twin = allied(model, vertical=vertical, exit=0.3, hold_alliance=0.0, hold_horizontal=hold)
        left[name] = int((model.state.citizens.active & (twin.state.citizens.active == 0)).sum())
    assert left["horizontal"] < left["vertical"] == left["off"]
    both = allied(model, vertical=False, exit=0.3, hold_alliance=0.5, hold_horizontal=0.5)
    one = allied(model, vertical=False, exit=0.3, hold_alliance=0.75, hold_horizontal=0.0)
    assert not differences(both.state, one.state)  # 1 - (1 - .5)(1 - .5) = .75


def test_an_alliance_that_never_acted_together_holds_nobody(model) -> None:
    fresh = allied(model, vertical=False, memory=0.0, exit=0.3, hold_alliance=0.9)
    off = allied(model, vertical=False, exit=0.3, hold_alliance=0.0, hold_horizontal=0.0)
    assert (fresh.state.citizens.active == off.state.citizens.active).all()


def test_a_founder_brings_some_along_into_activity(model) -> None:
    founder, active = 0, {}
    for brought in (0.0, 0.5, 1.0):
        twin = twin_of(model, brought=brought)
        c, age = twin.state.citizens, twin.community.people.age
        c.active[:], c.group[:] = 0, -1
        founder = int(np.flatnonzero((age >= 18) & (twin.state.degree > 5))[0])
        found(twin, founder, funds_eur=0.0)
        circle = np.flatnonzero(c.group >= 0)
        assert (age[c.active == 1] >= 14).all()
        active[brought] = int(c.active.sum())
        adults = int((age[circle] >= 14).sum())
    assert active[0.0] == 1 <= active[0.5] <= active[1.0] == adults > 1


# -- money that ends ------------------------------------------------------------------------------


def with_groups(model: CommunityModel, funds: float, **rates: float) -> tuple[Any, Any]:
    calm = dict.fromkeys(("death", "death_old", "death_small", "death_changed", "birth"), 0.0)
    twin = twin_of(model, **{**calm, "upkeep_eur": 100.0, **rates})
    able = np.flatnonzero(twin.community.people.age >= 18)
    for founder in able[:40]:
        found(twin, int(founder), funds_eur=funds)
    rows = np.flatnonzero((twin.state.groups.born == twin.week) & (twin.state.groups.alive == 1))
    return twin, rows


def left_after(twin: CommunityModel, rows: Any, weeks: int) -> int:
    for _ in range(weeks):
        twin.state.groups.funds[:] = np.maximum(twin.state.groups.funds - 100.0, 0.0)
        deaths(twin)
        twin.state.week += 1
    return int(twin.state.groups.alive[rows].sum())


def test_groups_founded_with_money_die_when_it_ends(model) -> None:
    paid = left_after(*with_groups(model, 1e6, death_unfunded=0.2), 20)
    broke = left_after(*with_groups(model, 500.0, death_unfunded=0.2), 20)
    off = left_after(*with_groups(model, 500.0, death_unfunded=0.0), 20)
    own = left_after(*with_groups(model, 0.0, death_unfunded=0.2), 20)
    assert broke < paid == off == own == 40


def test_roots_and_alliances_keep_alive_those_without_money(model) -> None:
    alone, rows = with_groups(model, 100.0, death_unfunded=0.1)
    rooted, _ = with_groups(model, 100.0, death_unfunded=0.1)
    rooted.state.groups.active[rows] = 30
    together, _ = with_groups(model, 100.0, death_unfunded=0.1, alliance_shelter=0.9)
    form_alliance(together, rows, vertical=False)
    survivors = [left_after(twin, rows, 25) for twin in (alone, rooted, together)]
    assert survivors[0] < survivors[1]
    assert survivors[0] < survivors[2]


def test_survival_counts_those_born_one_to_two_years_ago() -> None:
    scenario = town(citizens=400, weeks=120, parameters={"act": {"birth": 0.0}})
    model = lived(scenario, 2, strategy="none")
    assert math.isnan(survival_52(model))
    able = np.flatnonzero(model.community.people.age >= 18)
    for founder in able[:8]:
        found(model, int(founder), funds_eur=0.0)
    rows = np.flatnonzero((model.state.groups.born == 2) & (model.state.groups.alive == 1))
    at = model.recorder.columns.index("births")
    model.run_to(3)
    model.recorder.values[model.recorder.rows - 1, at] = 8 * 1e4 / 400  # the plan phase starts anew
    model.run_to(100)
    alive = int(((model.state.groups.born == 2) & (model.state.groups.alive == 1)).sum())
    assert rows.size == 8
    assert survival_52(model) == pytest.approx(alive / 8)
    model.run_to(120)
    assert math.isnan(survival_52(model))


# -- resources of the territory -------------------------------------------------------------------


def busy_town(model: CommunityModel, share: float, **rates: float) -> CommunityModel:
    twin = twin_of(model, **rates)
    adults = twin.community.people.age >= 14
    twin.state.citizens.active[:] = adults & (
        np.arange(adults.size) % 100 < share * 100 * twin.fixed.usual_part.active
    )
    holders, p = twin.state.stakeholders, twin.parameters.setup
    holders.engaged[:] = 0.0
    low, high = p.resource_threshold_low, p.resource_threshold_high
    holders.threshold[:] = np.linspace(low, high, len(holders))
    activate(twin)
    return twin


def test_resources_are_activated_above_their_threshold_only(model) -> None:
    assert not busy_town(model, 0.5).state.stakeholders.engaged.any()
    some = busy_town(model, 2.0).state.stakeholders
    engaged = some.engaged > 0.0
    assert 0 < engaged.sum() < len(some)
    assert some.threshold[engaged].max() < some.threshold[~engaged].min()
    assert some.engaged[engaged] == pytest.approx(-np.expm1(-model.rates.act.activation), abs=1e-7)
    every = busy_town(model, 8.0).state.stakeholders.engaged
    assert (every > 0.0).all()
    assert not busy_town(model, 8.0, activation=0.0).state.stakeholders.engaged.any()


def test_activated_resources_count_as_such(model) -> None:
    low, high = (busy_town(model, 2.0, activation=x) for x in (0.0, 0.5))
    gain = float((high.state.stakeholders.resources * high.state.stakeholders.engaged).sum())
    assert resources_activated(high) - resources_activated(low) == pytest.approx(
        gain / 3.0, abs=1e-6
    )


# -- newcomers ------------------------------------------------------------------------------------


def test_a_newcomer_does_not_carry_the_leavers_mood_nor_wait() -> None:
    twin = lived(town(citizens=400, weeks=20, shocks=[flood(2)]), 12)
    c, services = twin.state.citizens, twin.state.services
    moved = np.zeros(400, bool)
    moved[np.flatnonzero((c.waited > 0).any(axis=1))[:5]] = True
    moved[np.flatnonzero(c.cases > 0)[:5]] = True
    moved[:3] = True
    c.grievance[moved], c.anger[moved], c.weeks_above[moved] = 0.9, 0.9, 30
    others = {name: x[~moved].copy() for name, x in c.columns().items()}
    suffered = c.cumulative.copy()
    followed = services.open_cases - (c.in_care[moved] > 0).sum(axis=0)
    settle(twin, moved)
    assert all((getattr(c, name)[~moved] == x).all() for name, x in others.items())
    assert (c.suffering[moved] == c.rest_suffering[moved]).all()
    assert (c.grievance[moved] == c.anchor[moved]).all()
    assert c.grievance[moved].max() < 0.5
    for name in ("waited", "in_care", "cases", "anger", "weeks_above"):
        assert not getattr(c, name)[moved].any(), name
    waiting = (c.waited > 0).sum(axis=0)
    assert (services.queue == waiting).all()
    assert (services.open_cases == followed).all()
    assert (c.cumulative == suffered).all()


def test_nobody_leaves_and_nothing_changes(model) -> None:
    twin = twin_of(model)
    settle(twin, np.zeros(800, bool))
    assert not differences(twin.state, model.state)


def test_those_who_leave_are_replaced_in_the_week() -> None:
    scenario = town(
        citizens=400,
        weeks=20,
        shocks=[flood(2)],
        parameters={"shock": {"home_rate": 2.0}, "displacement": {"long_out": 1, "leaving": 0.5}},
    )
    model = lived(scenario, 4)
    homes, household = model.state.households, model.community.people.household
    before = homes.left.copy()
    model.state.citizens.anger[:] = 0.9
    model.step()
    gone = (homes.left > before)[household]
    assert gone.any()
    angry = model.state.citizens.anger
    assert angry[~gone].min() > 0.5
    assert not angry[gone].any()
    assert not homes.lodging[homes.left > before].any()  # newcomers are at home
    assert not homes.damage[homes.left > before].any()


# -- indicators -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.3] * 8, 0.0),
        ([0.0] * 5 + [1.0] * 5, 1.0),
        ([0.2] * 5 + [0.8] * 5, 0.6),  # in proportion to the distance
        ([0.0] * 9 + [1.0], 4 * (0.9**2 * 0.1 + 0.1**2 * 0.9)),
    ],
)
def test_polarisation_has_its_closed_form(values, expected) -> None:
    assert esteban_ray(np.array(values)) == pytest.approx(expected)


def test_weeks_above_and_worn_out(model) -> None:
    twin = twin_of(model)
    weeks = twin.state.citizens.weeks_above
    weeks[:] = 0
    assert math.isnan(weeks_above(twin))
    assert worn_out(twin) == 0.0
    weeks[:4] = (2, 10, 13, 15)  # D is twelve weeks
    assert weeks_above(twin) == 10.0
    assert worn_out(twin) == 2 / 800


def test_births_are_recorded_by_size() -> None:
    model = lived(town(citizens=400, weeks=10), 9, strategy=plan(("found_groups", 1.0)))
    before = model.state.groups.alive.sum()
    model.step()
    born = model.recorder.series("births")[-1] * 400 / 1e4
    gone = model.recorder.series("group_deaths")[-1] * 400 / 1e4
    assert before + born - gone == pytest.approx(model.state.groups.alive.sum())
