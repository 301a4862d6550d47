"""Rows 11, 16, 19, 26, 27 and 39: pooled resources, joint action, profiles, factors, strengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.actions.build_alliances import BuildAlliances
from resilienza_sim.actions.engage_stakeholders import EngageStakeholders
from resilienza_sim.actions.support_groups import SupportGroups
from resilienza_sim.handles import Columns
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.cooperation import (
    coverage,
    ground,
    likeness,
    overlap,
    pool_funds,
    profile_of,
)
from resilienza_sim.model.factors import FACTORS, HOLDS, PERTINENT, bottlenecks, cover_of, covers
from resilienza_sim.model.groups_life import found
from resilienza_sim.model.phases import help as helping
from resilienza_sim.model.phases import plan as planning
from resilienza_sim.model.state import ADULT, NEEDS, GroupTable, StakeholderTable
from tests.reference import help as plain
from tests.reference.columns import opened
from tests.reference.help import shared
from tests.small import lived, plan, town

ONE = np.zeros(9, np.int64)


def quiet(**values) -> CommunityModel:
    return lived(town(citizens=800, weeks=40, **values), 4, strategy=plan())


# -- pooled resources -----------------------------------------------------------------------------

partners = st.lists(st.tuples(st.floats(0.0, 50.0), st.integers(0, 2)), min_size=1, max_size=8)


@given(partners, st.lists(st.floats(1.0, 100.0), min_size=3, max_size=3), st.floats(0.0, 1.0))
def test_pooling_moves_what_can_be_spared_and_makes_nothing(each, asks, pooling) -> None:
    capacity = np.array([c for c, _ in each])
    quarter = np.array([q for _, q in each], np.uint8)
    joint = np.ones(len(each), bool)
    told = ground(capacity, quarter, np.array(asks), ONE[: len(each)], joint, pooling)
    assert told == pytest.approx(
        np.array(shared(capacity.tolist(), quarter.tolist(), asks, pooling)), abs=1e-9
    )
    assert (told @ np.array(asks)) == pytest.approx(capacity, abs=1e-9)
    assert (told >= -1e-12).all()


def test_pooled_in_full_every_partners_quarter_is_served_alike() -> None:
    capacity, quarter, asks = (
        np.array([12.0, 4.0, 5.0]),
        np.array([0, 1, 2]),
        np.array([8.0, 24, 9]),
    )
    joint = np.array([True, True, False])
    apart = ground(capacity, quarter, asks, ONE[:3], joint, 0.0)
    assert apart.sum(axis=0) == pytest.approx([1.5, 1 / 6, 5 / 9])
    together = ground(capacity, quarter, asks, ONE[:3], joint, 1.0)
    assert together.sum(axis=0) == pytest.approx([0.5, 0.5, 5 / 9])  # the third is not a partner
    needs = [(coverage(each, ONE[:3], joint) * asks).sum() for each in (apart, together)]
    assert needs == pytest.approx([8.0 + 4.0 + 5.0, 4.0 + 12.0 + 5.0])


def test_tables_across_quarters_are_what_pooling_needs() -> None:
    def quarters(across: bool) -> float:
        model = quiet()
        for founder in np.flatnonzero(model.state.citizens.active)[:12]:
            found(model, int(founder), funds_eur=1e6)
        action = BuildAlliances(across=across, partners=4)
        model.begin_spending()
        action.apply(model, action.need(model) * 2)
        groups = model.state.groups
        tables = [groups.quarter[groups.alliance == k] for k in range(len(model.state.alliances))]
        return float(np.mean([np.unique(each).size for each in tables if each.size]))

    assert quarters(across=True) > quarters(across=False)


def test_partners_pay_the_upkeep_of_those_who_cannot() -> None:
    groups = GroupTable.empty(6)
    groups.alliance[:] = [0, 0, 0, 0, 1, -1]
    groups.active[:] = [9, 2, 1, 5, 1, 1]
    groups.funds[:] = [80.0, 0.0, 0.0, 15.5, 0.0, 300.0]
    pool_funds(groups, groups.alliance >= 0, 0.5, 20.0)  # 30 EUR offered: 4.50 and 20
    assert groups.funds.tolist() == pytest.approx([55.5, 20.0, 0.0, 20.0, 0.0, 300.0])
    before = groups.funds.copy()
    pool_funds(groups, groups.alliance >= 0, 0.0, 20.0)
    assert (groups.funds == before).all()


@given(st.lists(st.floats(0.0, 500.0), min_size=2, max_size=8), st.floats(0.0, 1.0))
def test_no_euro_is_made_by_sharing(funds, share) -> None:
    groups = GroupTable.empty(len(funds))
    groups.alliance[:], groups.funds[:] = np.arange(len(funds)) % 2, funds
    groups.founder[:] = np.arange(len(funds))
    pool_funds(groups, np.ones(len(funds), bool), share, 20.0)
    for k in (0, 1):
        left, had = groups.funds[groups.alliance == k], np.array(funds)[groups.alliance == k]
        assert left.sum() == pytest.approx(had.sum(), abs=1e-6)
        assert (np.minimum(left, 20.0) >= np.minimum(had, 20.0) - 1e-9).all()


def test_a_group_whose_costs_are_paid_does_more() -> None:
    def reach(funds: float) -> float:
        model = quiet(parameters={"help": {"funded": 0.5}})
        model.state.groups.funds[:] = funds
        helping.run(model)
        return float(model.state.groups.reach.sum())

    assert reach(20.0) == pytest.approx(1.5 * reach(19.0))


# -- cooperation beyond connection ----------------------------------------------------------------


def allied(**values) -> CommunityModel:
    model = quiet(**values)
    form_alliance(model, np.flatnonzero(model.state.groups.alive), vertical=False)
    model.state.alliances.cost[:] = 0.0
    return model


def helped(model: CommunityModel, *, joint: bool) -> CommunityModel:
    twin = model.fork(plan())
    twin.state.alliances.joint[:] = joint
    helping.run(twin)
    return twin


def test_only_joint_action_reaches_more() -> None:
    model = allied(parameters={"help": {"group_hours": 6.0}})
    connected, cooperating = helped(model, joint=False), helped(model, joint=True)
    model.state.groups.alliance[:] = -1
    apart = helped(model, joint=False)
    assert apart.state.joint_share == connected.state.joint_share == 0.0
    assert cooperating.state.joint_share == 1.0
    assert connected.state.groups_helped == apart.state.groups_helped
    assert cooperating.state.groups_helped > 1.05 * connected.state.groups_helped


@pytest.mark.parametrize("referral", [0.0, 1.0])
def test_connection_sends_people_on_to_the_services(referral) -> None:
    model = allied(parameters={"help": {"referral": referral}})
    model.state.citizens.informed_formal[:] = 0
    told = helped(model, joint=False).state
    assert told.groups_helped > 0
    assert told.citizens.informed_formal.sum() == referral * told.groups_helped
    model.state.groups.alliance[:] = -1
    assert not helped(model, joint=False).state.citizens.informed_formal.any()


def test_referrals_and_likeness_are_those_of_the_reference() -> None:
    n, draw = 300, np.random.default_rng(1)
    flags = [draw.integers(0, 2, n).astype(np.uint8) for _ in range(4)]  # formal is the third
    quarter = draw.integers(0, 2, n).astype(np.uint8)
    profile = draw.integers(0, 3, n).astype(np.uint8)
    need = draw.random((n, 5)).astype(np.float32)
    load, before = draw.random(n).astype(np.float32), draw.random(n).astype(np.float32)
    ends = []
    ways = np.array([[0.2, 0.9, 0.5], [1.0, 0.4, 0.0]]), np.array([0.3, 0.0]), np.array([0.0, 0.7])
    met = np.array([0.4, 0.0, 1.0, 0.2, 0.1])
    for way, read in ((helping.groups_help, lambda each: each), (plain.groups_help, opened)):
        own, helped_, formal = need.copy(), before.copy(), flags[2].copy()
        citizens = Columns(
            need=own,
            helped=helped_,
            informed_informal=flags[0],
            distant=flags[1],
            informed_formal=formal,
        )
        people = Columns(quarter=quarter, profile=profile, target=flags[3])
        scratch = Columns(asked_load=load)
        tables = (read(each.handle) for each in (citizens, people, scratch))
        count = way(np.uint64(9), *tables, ways, met, quiet().rates.help.asks_above)
        ends.append((count, own.tobytes(), helped_.tobytes(), formal.tobytes()))
    assert ends[0] == ends[1]
    assert 0 < ends[0][0][0] < n
    assert ends[0][3] != flags[2].tobytes()


# -- representative actors ------------------------------------------------------------------------


def test_who_mirrors_the_residents_loses_nobody() -> None:
    residents = np.array([[0.5, 0.3, 0.2, 0.0]])
    assert likeness(residents * 40, residents, 20.0) == pytest.approx(1.0)
    skewed = likeness(np.array([[20.0, 0.0, 0.0, 0.0]]), residents, 20.0)
    assert skewed == pytest.approx(np.array([[1.0, 0.5, 0.5, 1.0]]))
    assert overlap(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == pytest.approx(0.5)


def test_children_are_seen_through_the_eldest_at_home() -> None:
    people = quiet().community.people
    own = profile_of(people)
    adult = people.age >= ADULT
    assert (own[adult] == people.segment[adult]).all()
    child = int(np.flatnonzero(~adult)[0])
    eldest = int(people.household_start[people.household[child]])
    assert own[child] == people.segment[eldest]


def test_groups_reach_less_those_whom_they_do_not_resemble() -> None:
    def shares(representation: float) -> tuple[float, int]:
        help_ = {"representation": representation, "group_hours": 10.0, "profile_prior": 1.0}
        model = quiet(parameters={"help": help_})
        c, segment = model.state.citizens, model.community.people.segment
        c.active[segment % 3 == 0] = 0  # nobody of low position takes part
        before = c.need.sum(axis=1)
        model.rates = model.rates.of(model.parameters)
        helping.run(model)
        met = before - c.need.sum(axis=1)
        low = model.fixed.profile % 3 == 0
        return float(met[low].sum() / met.sum()), model.state.groups_helped

    blind, unlike = shares(0.0), shares(1.0)
    assert unlike[0] < blind[0]
    assert unlike[1] < blind[1]


# -- factors --------------------------------------------------------------------------------------


def holders() -> StakeholderTable:
    table = StakeholderTable.empty(4)
    table.kind[:] = [0, 1, 2, 0]
    table.resources[:] = [0.4, 0.3, 0.2, 0.1]
    table.engaged[:] = [0.5, 0.0, 1.0, 0.5]
    return table


def test_a_problem_is_covered_as_far_as_its_scarcest_factor() -> None:
    cover = covers(holders())
    expected = {
        "goods": (0.2 + 0.2 + 0.05) / 0.7,
        "jobs": 0.5,
        "premises": 0.45,
        "volunteers": 1.0,
        "knowledge": 0.0,
    }
    assert dict(zip(FACTORS, cover, strict=True)) == pytest.approx(expected)
    least = {"isolation": 0.45, "income": 0.5, "care": 0.0, "housing": 0.45, "health": 0.0}
    assert dict(zip(NEEDS, cover_of(cover), strict=True)) == pytest.approx(least)
    assert FACTORS[bottlenecks(cover)[NEEDS.index("care")]] == "knowledge"


def test_every_problem_has_factors_and_every_factor_a_holder() -> None:
    assert PERTINENT.sum(axis=1).min() >= 1
    assert HOLDS.any(axis=0).all()
    assert PERTINENT.any(axis=0).all()


def test_a_lent_factor_strengthens_the_help_with_its_problem_alone() -> None:
    def met(kind: int | None) -> np.ndarray:
        model = quiet(parameters={"help": {"lent": 5.0, "capacity": 0.0, "group_hours": 50.0}})
        if kind is not None:
            model.state.stakeholders.engaged[model.state.stakeholders.kind == kind] = 1.0
        before = model.state.citizens.need.sum(axis=0, dtype=np.float64)
        helping.run(model)
        return 1.0 - model.state.citizens.need.sum(axis=0, dtype=np.float64) / before

    alone, parishes = met(None), met(2)  # parishes lend neither jobs nor knowledge
    isolation, income, health = (NEEDS.index(n) for n in ("isolation", "income", "health"))
    assert parishes[isolation] > alone[isolation]
    assert parishes[[income, health]] == pytest.approx(alone[[income, health]])


def test_private_resources_are_unequal_and_sum_to_one() -> None:
    model = quiet(parameters={"setup": {"stakeholders_per_1000": 40.0}})
    resources = model.state.stakeholders.resources
    assert resources.sum() == pytest.approx(1.0)
    assert resources.max() > 3 * np.median(resources)
    alike = quiet(parameters={"setup": {"stakeholders_per_1000": 40.0, "resources_spread": 0.0}})
    assert alike.state.stakeholders.resources == pytest.approx(1.0 / resources.size)


# -- whom to engage, whom to accompany ------------------------------------------------------------


def engaged(by: str, done: float) -> CommunityModel:
    model = quiet()
    model.state.stakeholders = holders()
    model.state.citizens.need[:] = 0.0
    model.state.citizens.need[:, NEEDS.index("care")] = 0.5
    model.begin_spending()
    EngageStakeholders(by=by, gain=0.5).apply(model, done)
    return model


def test_the_same_work_wins_the_same_engagement_and_differs_in_whom() -> None:
    start = holders()
    won = {
        by: engaged(by, 0.75).state.stakeholders.engaged - start.engaged
        for by in ("all", "resources", "factors")
    }
    assert {by: x.sum() for by, x in won.items()} == pytest.approx(dict.fromkeys(won, 0.375))
    assert won["all"] == pytest.approx(np.array([0.5, 1.0, 0.0, 0.5]) * 0.375 / 2.0)
    assert won["resources"] == pytest.approx([0.25, 0.125, 0.0, 0.0])  # the largest first
    assert won["factors"] == pytest.approx([0.0, 0.375, 0.0, 0.0])  # the school knows


def test_more_work_than_need_wins_no_more_than_all() -> None:
    for by in ("all", "resources", "factors"):
        level = engaged(by, 50.0).state.stakeholders.engaged
        assert level == pytest.approx(holders().engaged + 0.5 * (1.0 - holders().engaged))


def test_lines_that_differ_in_whom_first_share_their_returns() -> None:
    def won(*lines) -> float:
        model = quiet(purse={"eur_per_head": 4000.0, "discretionary_share": 0.5})
        arm = model.fork(plan(*lines))
        planning.run(arm)
        return float(arm.state.stakeholders.engaged.sum())

    one = won(("engage_stakeholders", 0.1))
    ways = [("engage_stakeholders", 0.05, {"by": by}) for by in ("resources", "factors")]
    assert won(*ways) <= one + 1e-6


def accompanied(by: str) -> CommunityModel:
    model = quiet()
    groups = model.state.groups
    draw = np.random.default_rng(3)
    groups.capability[:] = draw.uniform(0.1, 0.9, (len(groups), 1))
    groups.active[:] = 5
    model.begin_spending()
    SupportGroups(by=by).apply(model, 2.0)
    return model


def test_the_strong_the_weak_or_anybody_is_accompanied() -> None:
    before = quiet().state.groups
    draw = np.random.default_rng(3)
    level = draw.uniform(0.1, 0.9, (len(before), 1))[:, 0].astype(np.float32)
    alive = before.alive == 1
    for by, worst in (("strengths", False), ("needs", True)):
        model = accompanied(by)
        grown = model.state.groups.capability[:, 0] > level
        rank = np.sort(level[alive]) if worst else np.sort(level[alive])[::-1]
        assert sorted(level[grown]) == sorted(rank[:2])
        assert model.effort.accompanied == 2.0
        assert model.effort.accompanied_strong == (0.0 if worst else 2.0)


# -- hours ----------------------------------------------------------------------------------------


def test_hours_are_those_of_helpers_and_of_the_active() -> None:
    model = quiet(parameters={"help": {"helper_hours": 0.0, "active_hours": 2.0}})
    helping.run(model)
    at_work = model.state.citizens.doing.sum()
    assert 0 < at_work < model.state.citizens.active.sum()
    assert model.state.volunteer_hours == pytest.approx(8.0 * at_work)
    model = quiet(parameters={"help": {"helper_hours": 4.0, "active_hours": 0.0}})
    helping.run(model)
    assert 0.0 < model.state.volunteer_hours < 4.0 * 800


def test_who_can_give_nothing_is_not_tired_by_giving() -> None:
    model = quiet(parameters={"help": {"capacity": 0.0}})
    helping.run(model)
    assert not model.state.citizens.given.any()
    assert not model.scratch.scale.any()
