"""A fork goes its own way, and a model that nobody holds is gone."""

from __future__ import annotations

import gc
import weakref
from dataclasses import fields

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.tables import Table
from tests.small import differences, flood, lived, pandemic, plan, town

SCENARIO = town(citizens=250, weeks=24, shocks=[flood(6), pandemic(10)])
SOCIAL = plan(
    ("build_alliances", 0.4, {"partners": 2}),
    ("found_groups", 0.3),
    ("training", 0.3),
    name="social",
)
RICH = {"eur_per_head": 3000.0, "discretionary_share": 0.5}


def arrays_of(model: CommunityModel) -> list[np.ndarray]:
    found = [model.state.start, model.state.degree, model.recorder.values]
    for table in model.state.tables().values():
        found += table.columns().values()
    town_hall = model.state.municipality
    found += [
        x for f in fields(town_hall) if isinstance(x := getattr(town_hall, f.name), np.ndarray)
    ]
    return found


def test_a_fork_shares_no_number_that_changes() -> None:
    model = lived(SCENARIO, 4)
    twin = model.fork("none")
    own = arrays_of(model)
    assert len(own) > 80
    pool, ties = model.state.pool, model.community.ties
    for fixed, first in ((pool.i, ties.pot_i), (pool.j, ties.pot_j), (pool.layer, ties.pot_layer)):
        assert fixed is first  # who could meet never changes: one copy for all arms
    shared = sum(np.shares_memory(a, b) for a, b in zip(own, arrays_of(twin), strict=True))
    assert shared == 3


def test_a_model_holds_the_arcs_once() -> None:
    model = lived(SCENARIO, 0)
    assert not hasattr(model.community.ties, "nbr")
    assert model.state.arcs.nbr.size


def test_a_fork_shares_the_community() -> None:
    model = lived(SCENARIO, 4)
    twin = model.fork("none")
    assert twin.community is model.community
    assert twin.background is model.background


def test_a_fork_does_not_touch_its_origin() -> None:
    model, untouched = lived(SCENARIO, 4), lived(SCENARIO, 4)
    twin = model.fork(SOCIAL)
    twin.run_to(24)
    assert not differences(model.state, untouched.state)
    assert model.recorder.rows == untouched.recorder.rows
    assert model.ledger.entries == untouched.ledger.entries
    assert np.array_equal(model.recorder.values, untouched.recorder.values, equal_nan=True)


def test_arms_do_not_depend_on_who_went_before() -> None:
    first, second = lived(SCENARIO, 4), lived(SCENARIO, 4)
    second.fork(SOCIAL).run_to(24)
    ends = []
    for past in (first, second):
        arm = past.fork("alluvial")
        arm.run_to(24)
        ends.append(arm.state)
    assert not differences(*ends)


@pytest.mark.parametrize("strategy", ["consolidated", "alluvial", "none"])
def test_a_fork_ends_where_an_unbroken_run_does(strategy) -> None:
    unbroken = lived(SCENARIO, 24, strategy=strategy)
    fork = lived(SCENARIO, 4, strategy="none").fork(strategy)
    fork.run_to(24)
    assert not differences(unbroken.state, fork.state)


@pytest.mark.parametrize("strategy", ["alluvial", SOCIAL], ids=["alluvial", "social"])
def test_nothing_that_outlives_a_week_lies_outside_the_state(strategy) -> None:
    """A snapshot of the state is all that the next week needs: no effort, no working array."""
    scenario = town(citizens=800, weeks=24, shocks=[flood(6)], purse=RICH)
    model = lived(scenario, 6, strategy="consolidated").fork(strategy, 6)
    dirty = model.fork(strategy, 6)
    for name, array in vars(dirty.scratch).items():
        array[:] = 3 if name in ("joins", "pairs", "flag") else 0.77
    dirty.effort.presence[:] = dirty.effort.spaces[:] = 0.5
    dirty.effort.trials = 9.0
    for each in (model, dirty):
        each.run_to(9)
    assert not differences(model.state, dirty.state)


def test_a_table_copies_and_grows() -> None:
    model = lived(SCENARIO, 0)
    groups = model.state.groups.copy()
    assert isinstance(groups, Table)
    before = {name: column.copy() for name, column in groups.columns().items()}
    rows = len(groups)
    groups.grow(rows + 5)
    for name, column in groups.columns().items():
        assert (column[:rows] == before[name]).all()
        assert (column[rows:] == getattr(type(groups).empty(1), name)).all()
    assert len(model.state.groups) == rows


@pytest.mark.parametrize("look", [False, True], ids=["unseen", "with its agents made"])
def test_a_dropped_model_is_collected(look) -> None:
    model = lived(town(citizens=120, weeks=10), 2)
    twin = model.fork("alluvial")
    twin.step()
    if look:
        assert len(model.agents) > 120
        assert model.agents_by_type
        assert model.datacollector.get_model_vars_dataframe() is not None
    gone = [weakref.ref(each) for each in (model, twin)]
    state = weakref.ref(model.background)
    del model, twin
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
    assert state() is None
