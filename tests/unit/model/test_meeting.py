"""Who meets whom: presence at three levels, joint activity, brokerage, activities across groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from resilienza_sim.actions.bring_together import BringTogether
from resilienza_sim.actions.open_spaces import OpenSpaces
from resilienza_sim.actions.street_work import StreetWork
from resilienza_sim.community.ties import Layer
from resilienza_sim.model.acquaintance import introductions
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases import meet, trust
from resilienza_sim.model.rates import rates
from resilienza_sim.model.setup import fix
from resilienza_sim.model.state import ArcTable
from tests.small import lived, plan, town

LEVELS = {
    "presence_building": Layer.BUILDING,
    "presence_neighbourhood": Layer.NEIGHBOURHOOD,
    "presence_quarter": Layer.FRIENDSHIP | Layer.GROUP,
}
ALONE = dict.fromkeys(LEVELS, 0.0)


@pytest.fixture(scope="module")
def quiet() -> CommunityModel:
    """A town in which nothing has happened and nobody has spent."""
    return lived(town(citizens=600), -22, strategy=plan())


def week_of(model: CommunityModel, *, effort: Any = None, **changes: float) -> CommunityModel:
    """Return a twin after the meetings of a week in which the purse does `effort`."""
    twin = model.fork(model.strategy, model.decision_week)
    twin.rates = twin.rates._replace(meet=twin.rates.meet._replace(**changes))
    twin.begin_spending()
    if effort:
        action, done = effort
        action.apply(twin, done * action.need(twin))
    meet.run(twin)
    return twin


def arcs_of(model: CommunityModel) -> dict[tuple[int, int], tuple[int, int]]:
    """Return layer and mark of every tie, by its two people."""
    state = model.state
    return {
        (i, int(state.arcs.nbr[k])): (int(state.arcs.layer[k]), int(state.arcs.mark[k]))
        for i in range(len(state.degree))
        for k in range(state.start[i], state.start[i] + state.degree[i])
        if i < state.arcs.nbr[k]
    }


def face_to_face(model: CommunityModel) -> set[tuple[int, int]]:
    return {pair for pair, (_, mark) in arcs_of(model).items() if mark & meet.IN_PERSON}


# -- presence -------------------------------------------------------------------------------------


def test_the_levels_in_closed_form() -> None:
    p = rates(meet.MeetParameters(presence_building=1, presence_quarter=0.5), meet.MeetRates)
    found = meet.lifts(np.array([0.0, 0.6]), np.array([1.0, 0.5]), p)
    expected = [[1.0, 1.6], [1.0, 1.6 * 0.5], [1.0, 1.15], [1.0, 1.3 * 0.5]]
    assert found == pytest.approx(np.array(expected))


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_opens_contacts_of_its_own(quiet, level) -> None:
    work = (StreetWork(contacts=5.0), 1.0)
    without = week_of(quiet, effort=work, acquaintance=0.0, **ALONE)
    there = week_of(quiet, effort=work, acquaintance=0.0, **(ALONE | {level: 1.0}))
    opened = face_to_face(there) - face_to_face(without)
    ties = arcs_of(there)
    known = [pair for pair in opened if pair in arcs_of(without)]
    assert known
    assert all(ties[pair][0] & LEVELS[level] for pair in known)
    assert not face_to_face(without) - face_to_face(there)


def test_the_contacts_opened_are_those_that_would_not_have_been(quiet) -> None:
    work = (StreetWork(contacts=5.0), 1.0)
    twin = week_of(quiet, effort=work)
    p, plain = twin.rates.meet, face_to_face(twin)
    space = twin.space_factor()
    nobody = meet.lifts(np.zeros(2), space, p)
    state = twin.state
    meet.contacts(
        twin.streams.key("contact", state.week), state.start, state.degree,
        meet.columns(state.arcs), state.citizens.suffering, twin.community.people.quarter,
        twin.fixed.target, nobody, nobody, twin.effort.crossing, 0.0, p,
        (none := np.zeros(2, np.int64)),
    )  # fmt: skip
    assert len(plain - face_to_face(twin)) == state.presence.opened.sum() > 0
    assert not none.any()


def test_street_workers_are_seen_in_the_quarters_while_they_are_paid(quiet) -> None:
    twin = quiet.fork("none", quiet.decision_week)
    StreetWork().apply(twin, 3.0)
    assert twin.state.presence.workers == pytest.approx(3.0 * twin.residents / 600)
    twin.begin_spending()
    assert not twin.state.presence.workers.any()
    meet.run(twin)
    assert not twin.state.presence.opened.any()


# -- joint activity and brokerage -----------------------------------------------------------------


def introduced(
    circle: list[int],
    group: list[int],
    *,
    within: float = 1.0,
    warm: float = 1.0,
    order: list[int] | None = None,
    **changes: float,
) -> set[tuple[int, int]]:
    """Return who is introduced among people without a tie, all of one side."""
    n = len(circle)
    p = rates(meet.MeetParameters(**changes), meet.MeetRates)
    out = np.zeros((n, 2), np.int64)
    groups = np.array(group, np.int32)
    circles = (np.ones(n, np.uint8), groups, np.array(circle), np.full(n, warm))
    ring = np.arange(n) if order is None else np.array(order)
    found = introductions(
        np.uint64(5), ring, np.array(circle), within, np.zeros(n + 1, np.int64),
        np.zeros(n, np.int32), meet.columns(ArcTable.empty(0)), np.zeros(n, np.uint8),
        np.ones((4, 1)), np.zeros(1), 0.0, np.zeros(n, np.float32), np.zeros(n, np.uint8),
        circles, p, out,
    )  # fmt: skip
    return {(int(i), int(j)) for i, j in out[:found]}


def test_a_ring_joins_each_with_the_next() -> None:
    sure = {"acquaintance": 0.5}
    everybody = introduced([0] * 4, [0] * 4, warm=1e3, **sure)
    assert everybody == {(0, 1), (1, 2), (2, 3), (0, 3)}
    assert introduced([0, 0], [0, 0], warm=1e3, **sure) == {(0, 1)}
    assert introduced([0, 1, 1, 2], [0, 1, 1, 2], warm=1e3, **sure) == {(1, 2)}


def test_one_who_leaves_changes_the_ring_in_that_place_only() -> None:
    order = [4, 1, 3, 0, 2, 5]
    full = introduced([0] * 6, [0] * 6, warm=1e3, order=order, acquaintance=0.5)
    fewer = introduced([0] * 6, [0] * 6, warm=1e3, order=[4, 1, 0, 2, 5], acquaintance=0.5)
    assert full - fewer == {(1, 3), (0, 3)}
    assert fewer - full == {(0, 1)}


def test_relational_capability_multiplies_what_a_group_introduces() -> None:
    found = [
        len(introduced([0] * 2000, [0] * 2000, warm=warm, acquaintance=0.05))
        for warm in (0.0, 1.0, 2.0)
    ]
    assert found[0] == 0
    assert found[1] == pytest.approx(2000 * -np.expm1(-0.05), rel=0.2)
    assert found[2] == pytest.approx(2000 * -np.expm1(-0.10), rel=0.2)


def test_brokerage_introduces_across_the_groups_of_an_alliance_only() -> None:
    circle, group = [0] * 4, [2, 2, 3, 3]
    many = {"within": 0.0, "acquaintance": 0.5, "brokerage": 50.0, "warm": 1.0}
    assert introduced(circle, group, **many) == {(1, 2), (0, 3)}
    assert introduced(circle, group, **(many | {"brokerage": 1.0})) == set()


def allied(model: CommunityModel) -> CommunityModel:
    twin = model.fork(model.strategy, model.decision_week)
    form_alliance(twin, np.flatnonzero(twin.state.groups.alive), vertical=False)
    return twin


def test_an_alliance_makes_ties_between_its_groups(quiet) -> None:
    eager = {"acquaintance": 0.5, "brokerage": 50.0}
    with_it, without = week_of(allied(quiet), **eager), week_of(quiet, **eager)
    off = week_of(allied(quiet), acquaintance=0.0, brokerage=1.0)
    assert with_it.state.alliance_ties > off.state.alliance_ties
    assert without.state.alliance_ties == 0
    assert with_it.state.new_ties > without.state.new_ties


def test_no_two_people_are_tied_twice(quiet) -> None:
    twin = allied(quiet)
    for _ in range(4):
        twin = week_of(twin, acquaintance=0.5, brokerage=50.0)
        twin.state.week += 1
    state = twin.state
    assert 2 * len(arcs_of(twin)) == state.degree.sum()
    pool = {
        (int(i), int(j))
        for i, j, on in zip(state.pool.i, state.pool.j, state.pool.active, strict=True)
        if on
    }
    assert pool <= set(arcs_of(twin))
    unused = set(zip(state.pool.i.tolist(), state.pool.j.tolist(), strict=True)) - pool
    assert not unused & set(arcs_of(twin))


def test_joint_activity_takes_the_place_of_other_meetings_at_rest(quiet) -> None:
    def rate(**values: float) -> float:
        meeting = Parameters.model_validate({"meet": values})
        return fix(quiet.community, meeting).meeting_rate

    assert 0.0 == rate(acquaintance=0.5) < rate() < rate(acquaintance=0.0)


# -- activities across groups, and places ---------------------------------------------------------


def test_activities_across_groups_add_contact_between_sides_only(quiet) -> None:
    together = (BringTogether(added=5.0), 1.0)
    with_it, without = week_of(quiet, effort=together), week_of(quiet)
    added = face_to_face(with_it) - face_to_face(without)
    old = added & set(arcs_of(without))
    side = quiet.fixed.target
    assert old
    assert all(side[i] != side[j] for i, j in old)
    assert not face_to_face(without) - face_to_face(with_it)


def test_activities_across_groups_make_ties_between_sides_or_groups(quiet) -> None:
    def met(added: float) -> set[tuple[int, int]]:
        twin = quiet.fork(quiet.strategy, quiet.decision_week)
        twin.fixed = replace(twin.fixed, meeting_rate=0.05)  # enough of them in one week
        twin.begin_spending()
        twin.effort.crossing += added
        meet.run(twin)
        return set(arcs_of(twin))

    made = met(5.0) - met(0.0)
    side, group = quiet.fixed.target, quiet.state.citizens.group
    assert made
    assert all(
        side[i] != side[j] or (min(group[i], group[j]) >= 0 and group[i] != group[j])
        for i, j in made
    )
    assert met(5.0) > met(0.0)


def test_what_is_re_purposed_stays_open_when_places_close(quiet) -> None:
    shut, used = (quiet.fork(quiet.strategy, quiet.decision_week) for _ in range(2))
    before = quiet.space_factor()
    for each in (shut, used):
        each.begin_spending()
        each.state.municipality.space_closed = 0.8
    for _ in range(400):
        OpenSpaces(added=0.0, reuse=1.0).apply(used, 0.5 * OpenSpaces().need(used))
    assert shut.space_factor() == pytest.approx(0.2 * before)
    assert used.space_factor() == pytest.approx(before)
    for each in (shut, used):
        meet.run(each)
    assert len(face_to_face(used)) > len(face_to_face(shut))


# -- trust ----------------------------------------------------------------------------------------


def after(tau: float, mark: int, **values: float) -> float:
    """Return a trust of `tau`, the same both ways, after the other did what the mark says."""
    p = rates(trust.TrustParameters(**values), trust.TrustRates)
    return float(trust._step(tau, tau, mark, int(Layer.BUILDING), 1.0, 1.0, 0.0, p))


def test_trust_is_lost_faster_than_it_is_won() -> None:
    help_, refusal = trust.AGREED | meet.IN_PERSON, trust.ASKED | meet.IN_PERSON
    gain, loss = after(0.6, help_) - 0.6, 0.6 - after(0.6, refusal)
    assert gain == pytest.approx(0.05 * 0.4)
    assert loss == pytest.approx(0.05 * 1.2 * 0.6)
    assert loss > gain
    assert after(0.6, 0) == pytest.approx(0.6 * (1.0 - 0.004))
    untouched = {"asymmetry": 0.0, "fading": 0.0}
    assert after(0.6, refusal, **untouched) == after(0.6, 0, **untouched) == 0.6


def test_a_remote_contact_counts_for_less_trust() -> None:
    near, far = (after(0.5, mark | trust.AGREED) for mark in (meet.IN_PERSON, meet.REMOTE))
    assert far - 0.5 == pytest.approx(0.5 * (near - 0.5))
    assert after(0.5, meet.REMOTE | trust.AGREED, remote_weight=1.0) == near


def test_help_is_counted_as_returned_when_it_was_owed(quiet) -> None:
    twin = quiet.fork(quiet.strategy, quiet.decision_week)
    arcs = twin.state.arcs
    arcs.mark[:] = trust.AGREED | meet.IN_PERSON
    for debt, share in ((trust.OWING / 2, 0.0), (2 * trust.OWING, 1.0)):
        arcs.debt[:] = debt
        trust.run(twin)
        assert twin.state.help_acts == twin.state.degree.sum()
        assert twin.state.help_returned == share * twin.state.help_acts
