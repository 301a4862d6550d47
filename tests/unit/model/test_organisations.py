"""Equations 7, 9 and 11: groups, alliances, practices."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND, HAZARDS, distance, fit, match
from resilienza_sim.model.phases import plan as planning
from resilienza_sim.model.phases.act import found
from resilienza_sim.model.phases.help import coverage
from tests.reference.help import covered
from tests.small import differences, flood, lived, pandemic, plan, town

RICH = {"eur_per_head": 4000.0, "discretionary_share": 0.5}

# -- fit and distance -----------------------------------------------------------------------------


def test_every_hazard_is_its_own_fit_and_no_two_are_alike() -> None:
    far = distance()
    assert (np.diag(far) == 0.0).all()
    assert (far == far.T).all()
    assert (far[~np.eye(len(HAZARDS), dtype=bool)] > 0.0).all()
    for k, demand in enumerate(DEMAND):
        assert fit(DEMAND, demand) == pytest.approx(1.0 - far[k])


def test_the_fit_to_a_mix_is_the_mean_of_the_fits() -> None:
    mix = np.zeros(len(HAZARDS))
    mix[0], mix[2] = 0.25, 0.75
    own = np.array([0b1011], np.uint16)
    expected = 0.25 * fit(own, DEMAND[0])[0] + 0.75 * fit(own, DEMAND[2])[0]
    assert match(own, mix)[0] == pytest.approx(expected)


# -- connection and cooperation -------------------------------------------------------------------

reaches = st.lists(st.floats(0.0, 0.9), min_size=1, max_size=8)


@given(reaches, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_coverage_is_that_of_the_equation(reach, units) -> None:
    unit = np.array(units[: len(reach)]) - 1  # -1: on its own
    joint = unit >= 0
    alone = [p for p, together in zip(reach, joint, strict=True) if not together]
    allied = [[p for p, u in zip(reach, unit, strict=True) if u == k] for k in range(3)]
    told = coverage(np.array(reach), unit, np.zeros(len(reach), np.uint8), 1, joint)
    assert told[0] == pytest.approx(covered(alone, allied), abs=1e-9)


def test_who_coexists_overlaps_and_who_cooperates_divides_the_ground() -> None:
    reach, quarter, unit = np.array([0.5, 0.4]), np.zeros(2, np.uint8), np.zeros(2, np.int64)
    apart = coverage(reach, unit, quarter, 1, np.array([False, False]))
    together = coverage(reach, unit, quarter, 1, np.array([True, True]))
    assert apart[0] == pytest.approx(1 - 0.5 * 0.6)
    assert together[0] == pytest.approx(0.9)
    assert coverage(reach * 2, unit, quarter, 1, np.array([True, True]))[0] == pytest.approx(1.0)


# -- alliances ------------------------------------------------------------------------------------


def with_groups(**values) -> CommunityModel:
    scenario = town(citizens=800, weeks=40, purse=RICH, **values)
    model = lived(scenario, 4, strategy=plan())
    able = np.flatnonzero(model.state.citizens.active)
    for founder in able[:8]:
        found(model, int(founder), funds_eur=1e6)
    return model


@pytest.mark.parametrize("n", [2, 5])
@pytest.mark.parametrize("vertical", [False, True])
def test_deciding_together_costs_and_takes_time(n, vertical) -> None:
    model = with_groups()
    members = np.flatnonzero(model.state.groups.alive)[-n:]
    form_alliance(model, members, vertical=vertical)
    p, (k,) = model.rates.learn, np.flatnonzero(model.state.alliances.alive)
    trust = model.state.mean_trust
    total = p.vertical_cost * n
    if not vertical:
        total = p.horizontal_cost * n * (n - 1) / 2 * (1 - trust)
    alliances = model.state.alliances
    assert alliances.partners[k] == n
    assert alliances.cost[k] == pytest.approx(1 - math.exp(-total / n))
    assert alliances.lag[k] == math.ceil(p.lag_per_partner * n / (3 if vertical else 1))


def test_an_alliance_acts_when_it_has_decided_and_remembers() -> None:
    model = with_groups(parameters={"help": {"commitment": 1.0}, "learn": {"alliance_end": 0.0}})
    form_alliance(model, np.flatnonzero(model.state.groups.alive)[-4:], vertical=False)
    (k,) = np.flatnonzero(model.state.alliances.alive)
    lag = int(model.state.alliances.lag[k])
    assert lag > 0
    acted, memory = [], []
    for _ in range(lag + 4):
        model.step()
        acted.append(int(model.state.alliances.joint[k]))
        memory.append(float(model.state.alliances.memory[k]))
    assert acted == [0] * lag + [1] * 4
    assert memory[:lag] == [0.0] * lag
    assert all(later > sooner for sooner, later in pairwise(memory[lag - 1 :]))


def test_an_alliance_that_nobody_pays_ends() -> None:
    model = with_groups(parameters={"learn": {"alliance_end": 0.5, "alliance_memory": 0.0}})
    form_alliance(model, np.flatnonzero(model.state.groups.alive)[-4:], vertical=False)
    model.run_to(30)
    assert not model.state.alliances.alive.any()
    assert (model.state.groups.alliance == -1).all()


def test_two_kinds_of_alliance_are_paid_by_both_lines() -> None:
    def paid(*lines) -> float:
        model = with_groups()
        form_alliance(model, np.flatnonzero(model.state.groups.alive)[-6:], vertical=False)
        arm = model.fork(plan(*lines))
        arm.state.municipality.available_cents = 0
        arm.__dict__["weekly_purse_cents"] = 20_000
        planning.run(arm)
        return arm.effort.alliances_paid

    horizontal = ("build_alliances", 0.5, {"governance": "horizontal"})
    vertical = ("build_alliances", 0.01, {"governance": "vertical"})
    assert 0.0 < paid(vertical) < paid(horizontal) < 1.0
    assert paid(horizontal, vertical) >= paid(horizontal)


# -- practices ------------------------------------------------------------------------------------


def test_exploiting_comes_to_the_demand_of_the_day() -> None:
    learn = {"exploit": 0.5, "explore": 0.0}
    scenario = town(
        citizens=200,
        weeks=40,
        shocks=[pandemic(0, wave_weeks=40, gap_weeks=0, waves=1, peak=1.5)],
        parameters={"learn": learn, "shock": {"routine_load": 0.05}},
    )
    model = lived(scenario, 30)
    assert model.state.municipality.dominant == HAZARDS.index("pandemic")
    assert (model.state.services.practice == DEMAND[HAZARDS.index("pandemic")]).all()
    assert not model.state.services.dip.any()


def test_exploring_costs_a_dip_that_passes() -> None:
    scenario = town(citizens=200, weeks=20, parameters={"learn": {"explore": 0.1}})
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


# -- groups ---------------------------------------------------------------------------------------


def test_a_group_is_founded_around_its_founder() -> None:
    model = lived(town(citizens=400, weeks=10), 4)
    state = model.state
    founder = int(np.flatnonzero(state.citizens.active)[0])
    before = int(state.groups.alive.sum())
    found(model, founder, funds_eur=100.0)
    g = int(state.citizens.group[founder])
    assert state.groups.alive.sum() == before + 1
    assert state.groups.founder[g] == founder
    assert state.groups.born[g] == state.week
    assert state.groups.quarter[g] == model.community.people.quarter[founder]
    near = {tie.row for tie in model.citizens[founder].ties}
    members = set(np.flatnonzero(state.citizens.group == g).tolist())
    assert members <= near | {founder}


def test_the_table_of_groups_grows_when_it_is_full() -> None:
    model = lived(town(citizens=400, weeks=10), 4)
    founders = np.flatnonzero(model.state.citizens.active)
    rows = len(model.state.groups)
    for k in range(rows):
        found(model, int(founders[k % founders.size]), funds_eur=1e6)
    assert len(model.state.groups) > rows
    model.run_to(6)
    groups = model.state.groups
    assert groups.members.sum() == (model.state.citizens.group >= 0).sum()


def test_a_group_founded_with_a_grant_is_counted_among_the_births() -> None:
    model = lived(town(citizens=400, weeks=10, purse=RICH), 4, strategy=plan(("found_groups", 1.0)))
    for _ in range(4):
        model.step()
        born = int((model.state.groups.born == model.week - 1).sum())
        assert model.state.births >= born


def test_children_do_not_volunteer() -> None:
    model = lived(town(citizens=1000, weeks=10), 10)
    assert not model.state.citizens.active[model.community.people.age < 14].any()


def test_the_rows_of_groups_have_no_say() -> None:
    """Named luck: never an array position (DESIGN.md, decision 3)."""
    model = with_groups(shocks=[flood(8)])
    twin = model.fork(plan())
    groups, c = twin.state.groups, twin.state.citizens
    rows = np.arange(len(groups))[::-1]
    for column in groups.columns().values():
        column[:] = column[rows]
    c.group[c.group >= 0] = (len(groups) - 1 - c.group)[c.group >= 0]
    for arm in (model, twin):
        arm.strategy = plan()
        arm.run_to(20)
    apart = [
        name for name in differences(model.state, twin.state) if not name.startswith("groups.")
    ]
    assert apart in ([], ["citizens.group"])
