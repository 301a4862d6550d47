"""Equation 7: groups are founded, grow, and owe nothing to their rows."""

from __future__ import annotations

import numpy as np

from resilienza_sim.model.groups_life import found
from tests.small import differences, flood, lived, plan, town
from tests.unit.model.test_alliances import RICH, with_groups


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
