"""Equation 9: connection is not cooperation; tables decide, commit themselves, remember."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model import alliances as rules
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.cooperation import coverage
from resilienza_sim.model.groups_life import found
from resilienza_sim.model.hazards import DEMAND, HAZARDS
from resilienza_sim.model.phases import plan as planning
from resilienza_sim.model.seats import sits
from tests.reference.help import covered
from tests.small import flood, lived, plan, town

RICH = {"eur_per_head": 4000.0, "discretionary_share": 0.5}

# -- connection and cooperation -------------------------------------------------------------------

reaches = st.lists(st.floats(0.0, 0.9), min_size=1, max_size=8)


@given(reaches, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_coverage_is_that_of_the_equation(reach, units) -> None:
    unit = np.array(units[: len(reach)]) - 1  # -1: on its own
    joint = unit >= 0
    alone = [p for p, together in zip(reach, joint, strict=True) if not together]
    allied = [[p for p, u in zip(reach, unit, strict=True) if u == k] for k in range(3)]
    told = coverage(np.array(reach)[:, None], unit, joint)
    assert told[0] == pytest.approx(covered(alone, allied), abs=1e-9)


def test_who_coexists_overlaps_and_who_cooperates_divides_the_ground() -> None:
    reach, unit = np.array([[0.5], [0.4]]), np.zeros(2, np.int64)
    apart = coverage(reach, unit, np.array([False, False]))
    together = coverage(reach, unit, np.array([True, True]))
    assert apart[0] == pytest.approx(1 - 0.5 * 0.6)
    assert together[0] == pytest.approx(0.9)
    assert coverage(reach * 2, unit, np.array([True, True]))[0] == pytest.approx(1.0)


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
    form_alliance(model, members, vertical=vertical, services=np.array([], int))
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


def table(model: CommunityModel, n: int = 4, *, vertical: bool = False, services=None) -> int:
    """Form an alliance of the newest groups and return its row."""
    members = np.flatnonzero(model.state.groups.alive)[-n:]
    form_alliance(model, members, vertical=vertical, services=services)
    return int(model.state.groups.alliance[members[0]])


def test_a_new_table_invites_as_many_services_as_it_is_told() -> None:
    for invited in (0, 1, 4):
        model = with_groups(parameters={"learn": {"services_invited": invited}})
        k = table(model)
        assert sum(sits(model.state.alliances.services[k], s) for s in range(4)) == invited
        assert model.state.alliances.partners[k] == 4 + invited


def test_a_service_that_sits_at_tables_spends_time_there() -> None:
    model = with_groups()
    k = table(model, services=np.array([2]))
    groups, alliances = model.state.groups, model.state.alliances
    share = 4 / (groups.alive == 1).sum()
    assert model.state.services.deciding[2] == pytest.approx(share * alliances.cost[k])
    assert not model.state.services.deciding[[0, 1, 3]].any()
    alliances.alive[k], groups.alliance[groups.alliance == k] = 0, -1
    rules._weigh(model)
    assert not model.state.services.deciding.any()


def test_who_trusts_more_decides_cheaper_and_commits_more() -> None:
    learn = {"alliance_end": 0.0, "lag_per_partner": 0.0}
    costs, joint = [], []
    for trust in (0.1, 0.9):
        model = with_groups(parameters={"learn": learn, "help": {"commitment": 0.0}})
        k = table(model, services=np.array([0]))
        model.scratch.mean_trust[:] = trust
        model.state.citizens.trust_service[:] = trust
        acts = []
        for week in range(40):
            model.state.week, model.state.alliances.memory[k] = week, 0.0
            rules.ally(model)
            acts.append(int(model.state.alliances.joint[k]))
        assert model.state.alliances.trust[k] == pytest.approx(trust)
        costs.append(float(model.state.alliances.cost[k]))
        joint.append(np.mean(acts))
    assert costs[1] < costs[0]
    assert joint == pytest.approx([0.1, 0.9], abs=0.15)


def test_without_cooperation_partners_are_only_connected() -> None:
    learn = {"cooperation": 0.0, "referral": 1.0, "alliance_end": 0.0}
    model = with_groups(parameters={"learn": learn})
    k = table(model, 8)
    model.run_to(20)
    assert model.state.alliances.memory[k] == 0.0
    tables, groups = model.state.alliances, model.state.groups
    share = rules.tied(
        tables.alive,
        tables.services,
        groups.alive,
        groups.alliance,
        groups.quarter,
        len(model.state.services),
        len(model.community.quarters),
    )
    assert share[:, -1].any()


def test_allied_organisations_tell_of_one_another() -> None:
    def informed(**learn) -> tuple[int, int]:
        model = with_groups(
            shocks=[flood(2)],
            parameters={"learn": {"alliance_end": 0.0, "word_of_mouth": 0.0} | learn},
        )
        table(model, 8, services=np.arange(4))
        model.run_to(24)
        c = model.state.citizens
        return int(c.informed_formal.sum()), int(c.informed_informal.sum())

    alone, told = informed(referral=0.0), informed(referral=0.5)
    assert told[0] > alone[0]
    assert told[1] > alone[1]


def test_one_practice_is_imposed_at_the_price_of_a_dip() -> None:
    model = with_groups(parameters={"learn": {"alliance_end": 0.0, "lag_per_partner": 0.0}})
    k = table(model, vertical=True, services=np.array([1]))
    groups, services = model.state.groups, model.state.services
    rows = np.flatnonzero(groups.alliance == k)
    services.practice[1] = DEMAND[HAZARDS.index("flood")]
    groups.practice[rows] = DEMAND[0]
    groups.practice[rows[0]] = services.practice[1]
    groups.dip[rows] = groups.adaptability[rows] = 0.0
    rules.ally(model)
    assert (groups.practice[rows] == services.practice[1]).all()
    changed = int(DEMAND[0] ^ services.practice[1]).bit_count()
    dip = 1 - (1 - model.rates.learn.dip) ** (changed / 4)
    assert groups.dip[rows[0]] == 0.0
    assert groups.dip[rows[1:]] == pytest.approx(dip)


def test_a_vertical_table_imposes_nothing_before_it_has_decided() -> None:
    model = with_groups(parameters={"learn": {"alliance_end": 0.0, "lag_per_partner": 3.0}})
    k = table(model, vertical=True, services=np.array([1]))
    groups = model.state.groups
    rows = np.flatnonzero(groups.alliance == k)
    model.state.services.practice[:] = DEMAND[HAZARDS.index("flood")]
    before = groups.practice[rows].copy()
    assert model.state.alliances.lag[k] == 5
    for _ in range(5):
        rules.ally(model)
        assert (groups.practice[rows] == before).all()
    rules.ally(model)
    assert (groups.practice[rows] != before).all()
