"""Lotteries of the purse, and the actions that draw in them, against plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.actions.cash_support import CashSupport
from resilienza_sim.actions.engage_stakeholders import EngageStakeholders
from resilienza_sim.actions.outreach import Outreach
from resilienza_sim.actions.support_groups import SupportGroups
from resilienza_sim.actions.training import Training
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.lotteries import Band, inside, winners
from resilienza_sim.model.names import names_of
from resilienza_sim.model.state import NEEDS
from resilienza_sim.streams import Streams
from tests.small import lived, plan, town

STREAMS = Streams(3)
KEY = STREAMS.key("a lottery", 5)


@given(st.integers(0, 300), st.integers(0, 400))
def test_the_luckiest_are_those_with_the_smallest_numbers(people, count) -> None:
    names = np.arange(people) * 7
    u = STREAMS.uniform("a lottery", 5, names)
    assert winners(KEY, names, count).tolist() == names[np.argsort(u)][:count].tolist()


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_two_bands_that_follow_reach_different_people(low, share) -> None:
    names = np.arange(500, dtype=np.uint64)
    u = STREAMS.uniform("a lottery", 5, names)
    first, then = Band(KEY, 0.0, low), Band(KEY, low, low + share)
    assert not (inside(first, names) & inside(then, names)).any()
    assert (inside(then, names) == ((u >= low) & (u < low + share))).all()


@pytest.fixture
def model() -> CommunityModel:
    twin = lived(town(citizens=600, weeks=20), 4, strategy=plan())
    twin.begin_spending()
    return twin


def drawn(model: CommunityModel, lottery: str, names: np.ndarray, share: float) -> np.ndarray:
    return model.streams.uniform(lottery, model.week, names) < share


def test_training_fills_a_share_of_what_those_drawn_lack(model) -> None:
    c = model.state.citizens
    who = np.flatnonzero(c.active)
    lucky = who[drawn(model, "trained", who, 40.0 / who.size)]
    expected = {name: getattr(c, name).copy() for name in ("skill", "efficacy", "efficacy_anchor")}
    for column in expected.values():
        column[lucky] += (1.0 - column[lucky]) * np.float32(0.15)
    Training().apply(model, 40.0)
    assert lucky.size
    for name, column in expected.items():
        assert (getattr(c, name) == column).all()


def test_cash_reaches_whole_households_in_serious_need(model) -> None:
    need, k = model.state.citizens.need, NEEDS.index("income")
    need[::3, k] = 0.8
    who = np.flatnonzero(need[:, k] > 0.3)
    action = CashSupport()
    assert action.need(model) == who.size / 2.29
    share, since = 20.0 * 2.29 / who.size, model.state.citizens.since_grant
    since[:] = 99
    before, home = need.copy(), model.community.people.household[who]
    action.apply(model, 20.0)
    lucky = since[who] == 0
    assert lucky.mean() == pytest.approx(share, rel=0.5)
    assert (since[np.setdiff1d(np.arange(since.size), who)] == 99).all()
    assert all(np.unique(lucky[home == h]).size == 1 for h in np.unique(home))
    before[who[lucky], k] *= np.float32(1.0 - action.relief)
    assert (need == before).all()


def test_a_grant_lasts_some_weeks(model) -> None:
    """Who has one this week has it next week too, but for those whose grant ends."""
    need, k = model.state.citizens.need, NEEDS.index("income")
    since, action = model.state.citizens.since_grant, CashSupport(grant_weeks=10)
    had = []
    for _ in range(2):
        need[:, k], since[:] = 0.8, 99
        model.begin_spending()
        action.apply(model, 0.2 * action.need(model))
        had.append(since == 0)
        model.state.week += 1
    assert had[0].mean() == pytest.approx(0.2, rel=0.3)
    assert (had[0] & had[1]).sum() > 0.8 * had[0].sum()
    assert (had[0] != had[1]).any()


def test_doors_of_the_target_groups_are_knocked_at(model) -> None:
    distant = model.state.citizens.distant
    sought = np.flatnonzero((distant == 1) & (model.fixed.target == 1))
    action = Outreach(towards="target")
    assert action.need(model) == sought.size
    expected = distant.copy()
    expected[sought[drawn(model, "doors", sought, 0.25 * 30.0 / sought.size)]] = 0
    action.apply(model, 30.0)
    assert (expected != 1).sum() > (distant != 1).sum() - 1
    assert (distant == expected).all()


@pytest.mark.parametrize("by", ["strengths", "needs"])
def test_groups_are_accompanied_in_the_order_of_their_strength(model, by) -> None:
    groups, effort = model.state.groups, model.effort
    alive = np.flatnonzero(groups.alive)
    level = groups.capability[alive].mean(axis=1, dtype=np.float64)
    rank = np.lexsort((names_of(groups, alive), level * groups.active[alive]))
    chosen = (rank[::-1] if by == "strengths" else rank)[:3]
    expected = groups.capability.copy()
    expected[alive[chosen]] += (1.0 - expected[alive[chosen]]) * np.float32(0.015)
    SupportGroups(by=by).apply(model, 3.0)
    assert (groups.capability == expected).all()
    assert effort.accompanied == 3.0
    assert effort.accompanied_strong == (level[chosen] > np.median(level)).sum()


def test_stakeholders_are_engaged_one_after_the_other(model) -> None:
    holders = model.state.stakeholders
    order = np.argsort(-holders.resources, kind="stable")
    EngageStakeholders(by="resources").apply(model, 1.5)
    won = holders.engaged[order] / 0.3
    assert won[:3] == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)
    assert not won[3:].any()
