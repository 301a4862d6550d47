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
from resilienza_sim.handles import Columns
from resilienza_sim.model.acquaintance import (
    closures,
    entries,
    introductions,
    members_by,
    spare,
)
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases import help, meet, trust
from resilienza_sim.model.phases.mood import MoodParameters, MoodRates
from resilienza_sim.model.rates import rates
from resilienza_sim.model.scratch import Scratch
from resilienza_sim.model.setup import fix
from resilienza_sim.model.state import CitizenTable
from resilienza_sim.model.tally_citizens import relying
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
    found = meet.lifts(
        np.array([0.0, 0.6]),
        np.array([1.0, 0.5]),
        p.presence_building,
        p.presence_neighbourhood,
        p.presence_quarter,
    )
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
    nobody = week_of(quiet, effort=work, **ALONE)
    known = set(arcs_of(nobody))
    opened = (face_to_face(twin) & known) - face_to_face(nobody)
    assert twin.state.presence.opened.sum() >= len(opened) > 0
    assert not nobody.state.presence.opened.any()


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
    away: tuple[int, ...] = (),
    **changes: float,
) -> list[tuple[int, int]]:
    """Return who is introduced among people without a tie, all of one side."""
    n = len(circle)
    p = rates(meet.MeetParameters(**changes), meet.MeetRates)
    active = np.ones(n, np.uint8)
    active[list(away)] = 0
    groups = np.array(group, np.int32)
    who, first = members_by(np.array(circle), max(circle) + 1, active)
    ones = np.ones(n, np.float32)
    pool = nobody_else(n)
    web = row_of([], n)
    scene = Columns(
        quarter=np.zeros(n, np.uint8),
        lift=np.ones((4, 1)),
        crossing=np.zeros(1),
        closed=0.0,
        grievance=0.0 * ones,
        target=np.zeros(n, np.uint8),
        active=active,
        group=groups,
        allied=np.zeros(n, np.int32),
        warm=np.full(n, warm),
        sociable=ones,
        spare=np.ones(n),
    )
    keys = np.array([5, 6], np.uint64)
    found = introductions(keys, who, first, within, web.handle, pool.handle, scene.handle, p)
    return [(int(i), int(j)) for i, j in found[:, :2]]


def test_a_ring_joins_each_with_the_next() -> None:
    sure = {"acquaintance": 0.5, "warm": 1e3}
    everybody = introduced([0] * 5, [0] * 5, **sure)
    assert len(everybody) == len(set(everybody)) == 5
    assert sorted(person for pair in everybody for person in pair) == sorted([*range(5)] * 2)
    assert introduced([0, 0], [0, 0], **sure) == [(0, 1)]
    assert introduced([0, 1, 1, 2], [0, 1, 1, 2], **sure) == [(1, 2)]


def test_one_who_leaves_changes_the_ring_in_that_place_only() -> None:
    sure = {"acquaintance": 0.5, "warm": 1e3}
    full = set(introduced([0] * 6, [0] * 6, **sure))
    fewer = set(introduced([0] * 6, [0] * 6, away=(3,), **sure))
    gone = {pair for pair in full if 3 in pair}
    assert full - fewer == gone
    assert len(gone) == 2
    assert fewer - full == {tuple(sorted({i for pair in gone for i in pair} - {3}))}


def test_relational_capability_multiplies_what_a_group_introduces() -> None:
    found = [
        len(introduced([0] * 2000, [0] * 2000, warm=warm, acquaintance=0.05))
        for warm in (0.0, 1.0, 2.0)
    ]
    assert found[0] == 0
    assert found[1] == pytest.approx(2000 * -np.expm1(-0.05), rel=0.2)
    assert found[2] == pytest.approx(2000 * -np.expm1(-0.10), rel=0.2)


def test_brokerage_introduces_across_the_groups_of_an_alliance_only() -> None:
    circle, group = [0] * 8, [2, 2, 2, 2, 3, 3, 3, 3]
    many = {"within": 0.0, "acquaintance": 0.5, "brokerage": 50.0, "warm": 1.0}
    made = introduced(circle, group, **many)
    assert made
    assert all(group[i] != group[j] for i, j in made)
    assert introduced(circle, group, **(many | {"brokerage": 1.0})) == []


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

    assert 0.0 < rate(acquaintance=0.5) < rate() < rate(acquaintance=0.0)


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
        twin.rates = twin.rates._replace(meet=twin.rates.meet._replace(entering=0.0))
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
    one, none, learnt = (np.full(2, x, np.float32) for x in (1.0, 0.0, 0.0))
    ties = Columns(
        start=np.array([0, 1, 2]),
        degree=np.ones(2, np.int32),
        room=np.ones(2, np.int32),
        nbr=np.array([1, 0], np.uint32),
        rev=np.array([1, 0], np.uint32),
        trust=np.full(2, tau, np.float32),
        learnt=learnt,
        debt=np.zeros(2, np.float32),
        layer=np.full(2, int(Layer.BUILDING), np.uint8),
        mark=np.array([mark, mark & 3], np.uint8),
    )
    citizens, scratch = CitizenTable.empty(2), Scratch(2, 0)
    citizens.suffering, citizens.grievance = none, none
    scratch.asked_load, scratch.scale = one, one
    scratch.asked = np.zeros((int(mark & help.ASKED > 0), 2), np.uint32)
    eyes = MoodParameters(confidence=0.3, trusted=0.2)
    trust.along_ties(
        ties.handle,
        citizens.handle,
        scratch.handle,
        p.handle,
        rates(eyes, MoodRates).handle,
    )
    return float(learnt[0])


def test_trust_is_lost_faster_than_it_is_won() -> None:
    asked = help.ASKED | meet.IN_PERSON
    help_, refusal = asked | help.AGREED, asked
    gain, loss = after(0.6, help_) - 0.6, 0.6 - after(0.6, refusal)
    assert gain == pytest.approx(0.05 * 0.4, rel=1e-5)
    assert loss == pytest.approx(0.05 * 1.2 * 0.6, rel=1e-5)
    assert loss > gain
    assert after(0.6, 0) == pytest.approx(0.6 * (1.0 - 0.0009))
    untouched = {"asymmetry": 0.0, "fading": 0.0}
    assert after(0.6, refusal, **untouched) == after(0.6, 0, **untouched) == np.float32(0.6)


def test_a_remote_contact_counts_for_less_trust() -> None:
    near, far = (
        after(0.5, mark | help.ASKED | help.AGREED) for mark in (meet.IN_PERSON, meet.REMOTE)
    )
    assert far - 0.5 == pytest.approx(0.5 * (near - 0.5), rel=1e-5)
    assert after(0.5, meet.REMOTE | help.ASKED | help.AGREED, remote_weight=1.0) == near


def test_help_is_counted_as_returned_when_it_was_owed(quiet) -> None:
    twin = quiet.fork(quiet.strategy, quiet.decision_week)
    meet.run(twin)
    returned = []
    for debt in (help.OWING / 2, 2 * help.OWING):
        again = twin.fork(twin.strategy, twin.decision_week)
        again.state.arcs.debt[:] = debt
        help.run(again)
        assert again.state.help_acts > 0
        returned.append(again.state.help_returned / again.state.help_acts)
    assert returned[0] < 0.05  # but for those who have helped each other in the same week
    assert returned[1] > 0.9


# -- friends of friends ---------------------------------------------------------------------------


def nobody_else(n: int) -> Columns:
    """Return a list of potential ties with nobody in it."""
    nobody, none = np.zeros(0, np.uint32), np.zeros(0, np.uint8)
    return Columns(j=nobody, layer=none, active=none, start=np.zeros(n + 1, np.int64))


def row_of(pairs: list[tuple[int, int, int]], n: int) -> Columns:
    """Return the rows of these ties: two people and layers."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for i, j, layer in pairs:
        rows[i].append((j, layer))
        rows[j].append((i, layer))
    flat = [each for row in rows for each in row]
    start = np.cumsum([0, *(len(row) for row in rows)])
    return Columns(
        start=start,
        degree=np.diff(start).astype(np.int32),
        nbr=np.array([j for j, _ in flat], np.uint32),
        layer=np.array([layer for _, layer in flat], np.uint8),
    )


def closing(web: Columns, n: int, common: float, weeks: int = 400) -> list[tuple[int, int, int]]:
    """Return the pairs and layers of many weeks in which person 0 gets to know somebody."""
    ones = np.ones(n, np.float32)
    pool = nobody_else(n)
    only = ones * (np.arange(n) == 0)
    zeros = np.zeros(n, np.uint8)
    scene = Columns(
        quarter=zeros,
        lift=np.ones((4, 1)),
        crossing=np.zeros(1),
        closed=0.0,
        grievance=0.0 * ones,
        target=zeros,
        active=zeros,
        group=np.full(n, -1, np.int32),
        allied=np.zeros(1, np.int32),
        warm=np.ones(1),
        sociable=only,
        spare=np.ones(n),
    )
    p = rates(meet.MeetParameters(common=common), meet.MeetRates)
    found = [
        closures(
            np.array([w, w + 10**6], np.uint64), 30.0, web.handle, pool.handle, scene.handle, p
        )
        for w in range(weeks)
    ]
    return [(int(i), int(j), int(layer)) for pairs in found for i, j, _, layer in pairs]


def test_friends_in_common_bring_together() -> None:
    friend = int(Layer.FRIENDSHIP)
    # 0 knows 1, 2 and 3; all three know 4, one knows 5.
    ties = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4), (3, 5)]
    web = row_of([(i, j, friend) for i, j in ties], 6)
    for common, share in ((0.0, 1 / 2), (1.0, 3 / 4), (2.0, 9 / 10)):
        met = closing(web, 6, common)
        assert len(met) == 400
        assert np.mean([pair == (0, 4, friend) for pair in met]) == pytest.approx(share, abs=0.08)


def test_they_meet_where_the_friend_is_met_or_as_friends() -> None:
    home, group, street = int(Layer.HOUSEHOLD), int(Layer.GROUP), int(Layer.NEIGHBOURHOOD)
    for one, other, where in (
        (group, group, group),
        (home, street, street),
        (street, home, street),
        (group, street, int(Layer.FRIENDSHIP)),
    ):
        met = closing(row_of([(0, 1, one), (1, 2, other)], 3), 3, 1.0, weeks=5)
        assert set(met) == {(0, 2, where)}


def test_who_enters_a_circle_meets_its_people() -> None:
    group = int(Layer.GROUP)
    # 1, 2 and 3 are a circle; 1 knows 4 from elsewhere; 0 has just met 1.
    ties = [(0, 1), (1, 2), (1, 3), (2, 3)]
    web = row_of([*((i, j, group) for i, j in ties), (1, 4, int(Layer.FRIENDSHIP))], 5)
    pool = nobody_else(5)
    met = [
        {
            (int(i), int(j))
            for i, j in entries(
                np.array([w, w + 100, w + 200], np.uint64),
                np.array([[0, 1, -1, group]]),
                web.handle,
                pool.handle,
                1.0,
            )[:, :2]
        }
        for w in range(20)
    ]
    assert {frozenset(each) for each in met} == {frozenset(), frozenset({(0, 2), (0, 3)})}


def test_a_tie_within_a_circle_lasts_longer() -> None:
    p = rates(meet.MeetParameters(), meet.MeetRates)
    assert meet.embedded(2, p) == 1.0
    assert meet.embedded(0, p) == 3.0
    assert meet.embedded(5, p) == 0.5
    off = rates(meet.MeetParameters(embedding=0.0), meet.MeetRates)
    assert {meet.embedded(common, off) for common in range(9)} == {1.0}


def test_who_has_lost_ties_looks_for_others() -> None:
    usual, outside = np.full(3, 6, np.int32), np.full(3, 4.0, np.float32)
    known, free = np.full(3, -1, np.int32), np.empty(3)
    spare(np.array([4, 6, 8], np.int32), usual, outside, 4.0, known, free)
    assert free == pytest.approx([1.0 + np.tanh(2.0), 1.0, 1.0 - np.tanh(2.0)])
    spare(np.array([4, 8, 8], np.int32), usual, outside, 4.0, known, free)
    assert free == pytest.approx([1.0 + np.tanh(2.0), 1.0 - np.tanh(2.0), 1.0 - np.tanh(2.0)])


def test_relying_needs_trust_outside_the_household() -> None:
    web = row_of([(0, 1, 1), (2, 3, 8)], 5)
    trust_of = np.full(4, 0.9, np.float32)
    ties = Columns(start=web.start, degree=web.degree, trust=trust_of, layer=web.layer)
    people = Columns(age=np.array([40, 40, 40, 10, 40]))
    assert relying(ties.handle, people.handle, int(Layer.HOUSEHOLD), 0.3) == 1 / 4
    assert relying(ties.handle, people.handle, int(Layer.HOUSEHOLD), 0.95) == 0.0
