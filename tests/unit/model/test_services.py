"""Equation 8 where it can be worked out by hand: who is served, for how long, with what effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.actions.service_staff import ServiceStaff
from resilienza_sim.handles import Columns
from resilienza_sim.model.care import CareRates, follow
from resilienza_sim.model.desk import WAITS
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases.serve import ServeRates, _cut, open_cases
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES
from resilienza_sim.streams import Streams
from tests.small import lived, town

P = rates(Parameters().serve, ServeRates)
WORK = P.handle
CARE = rates(Parameters().care, CareRates)
KEY = Streams(1).key("turn", 0)


def opened(waits: list[int], capacity: float):
    """Queue people at the first service with a need of .3; return who is served, and the sums."""
    n = len(waits)
    waiting = np.zeros((1, WAITS), np.int64)
    for weeks in waits:
        waiting[0, min(weeks, WAITS - 1)] += 1
    cut, share = (np.array([each]) for each in _cut(waiting[0], capacity))
    waited, in_care, followed = (np.zeros((n, 1), np.uint16) for _ in range(3))
    waited[:, 0], reviewed = np.array(waits) + 1, np.zeros((n, 1), np.float32)
    need = np.zeros((n, len(NEEDS)), np.float32)
    need[:, 0] = 0.3
    served, intake, weeks_waited = np.zeros(1, np.int64), np.zeros(1), np.zeros(1, np.int64)
    people = Columns(
        need=need, waited=waited, in_care=in_care, followed=followed, reviewed=reviewed
    )
    fixed, desk = Columns(family=np.zeros(n, np.uint8)), Columns(cut=cut, share=share)
    services = Columns(served=served, intake=intake, waits=weeks_waited)
    handles = people.handle, fixed.handle, services.handle, desk.handle
    open_cases(KEY, *handles, np.full(n, 0.3))
    who = np.flatnonzero(waited[:, 0] == 0)
    assert weeks_waited[0] == np.array(waits)[who].sum()
    assert served[0] == who.size
    assert intake[0] == pytest.approx(0.3 * who.size)
    assert (in_care[who, 0] == 1).all()
    assert in_care.sum() == who.size
    assert reviewed[who, 0] == pytest.approx(0.3)
    return who


def test_those_who_waited_longest_come_first() -> None:
    who = opened([1, 5, 3, 9, 0], 2.0)
    assert who.tolist() == [1, 3]


def test_everybody_is_served_when_there_is_room() -> None:
    assert opened([1, 5, 3], 3.0).size == 3
    assert opened([1, 5, 3], 50.0).size == 3


def test_nobody_is_served_without_room() -> None:
    assert opened([1, 5, 100, 200], 0.0).size == 0


@pytest.mark.parametrize("wait", [0, 7, WAITS - 1, WAITS, WAITS + 30])
def test_places_are_drawn_among_those_who_waited_as_long(wait) -> None:
    who = opened([wait] * 2000, 500.0)
    assert who.size == pytest.approx(500, abs=80)


def test_very_long_waits_share_one_place_in_the_queue() -> None:
    who = opened([WAITS + k for k in range(400)], 100.0)
    assert who.size == pytest.approx(100, abs=35)


@given(st.lists(st.integers(0, WAITS - 1), min_size=1, max_size=40), st.floats(0.0, 50.0))
def test_the_expected_number_served_is_the_capacity(waits, capacity) -> None:
    cut, share = _cut(np.bincount(waits, minlength=WAITS), capacity)
    sure = sum(wait > cut for wait in waits)
    drawn = share * sum(wait == cut for wait in waits)
    assert sure + drawn == pytest.approx(min(capacity, len(waits)))
    assert 0.0 <= share <= 1.0 + 1e-12


@dataclass
class Case:
    """One case of the first service, at quality .6 with half of the hands, after a week."""

    need: Any
    trust: Any
    efficacy: Any
    skill: Any
    in_care: int
    followed: int
    informed: int
    opened: list[int]
    load: list[float]
    together: float


STRENGTH = 0.2


def a_week(
    *, in_care=3, followed=0, helped=0.0, cover=0.0, care=CARE, key=KEY, level=0.8, reviewed=1.0
) -> Case:
    need = np.full((1, len(NEEDS)), level, np.float32)
    trust = np.full((1, len(SERVICES)), 0.5, np.float32)
    efficacy, skill = np.array([0.5], np.float32), np.array([0.5], np.float32)
    weeks, after, since = (np.zeros((1, len(SERVICES)), np.uint16) for _ in range(3))
    weeks[0, 0], after[0, 0], since[:] = in_care, followed, 9
    last = np.full((1, len(SERVICES)), reviewed, np.float32)
    informed, count = np.zeros(1, np.uint8), np.zeros(len(SERVICES), np.int64)
    load, unmet, cases = np.zeros(len(SERVICES)), np.zeros(1, np.float32), np.zeros(1, np.uint8)
    person = Columns(
        need=need,
        in_care=weeks,
        followed=after,
        reviewed=last,
        since_care=since,
        cases=cases,
        trust_service=trust,
        efficacy=efficacy,
        skill=skill,
        helped=np.array([helped], np.float32),
        informed_informal=informed,
    )
    desk = Columns(
        strength=np.full(len(SERVICES), STRENGTH),
        quality=np.full(len(SERVICES), 0.6),
        effort=np.array([0.5, 1.0, 1.0, 1.0]),
        cover=np.array([cover]),
    )
    flag = np.zeros(1, np.uint8)
    fixed, services = Columns(family=flag, quarter=flag), Columns(open_cases=count, load=load)
    met, together = follow(
        key,
        person.handle,
        fixed.handle,
        services.handle,
        desk.handle,
        unmet,
        WORK,
        care,
    )
    assert met == pytest.approx(float((level - need).sum()), rel=1e-5)
    assert unmet[0] == pytest.approx(1.0 - np.prod(1.0 - need[0]))
    assert since[0].tolist() == [0 if in_care else 10, 10, 10, 10]
    assert cases[0] == (weeks > 0).sum()
    return Case(
        need[0],
        trust[0],
        efficacy[0],
        skill[0],
        int(weeks[0, 0]),
        int(after[0, 0]),
        int(informed[0]),
        count.tolist(),
        load.tolist(),
        together,
    )


def test_a_case_meets_the_needs_of_its_service_alone() -> None:
    case = a_week()
    left = math.exp(-STRENGTH * 0.6 * 0.5)
    expected = [0.8 * left if service == 0 else 0.8 for service in NEED_SERVICE[0]]
    assert case.need == pytest.approx(expected)
    assert case.in_care == 4
    assert case.opened == [1, 0, 0, 0]
    assert case.load == [1.0, 0.0, 0.0, 0.0]
    assert case.together == 0.0
    assert case.trust[0] == pytest.approx(0.5 + 0.5 * P.trust_gain * 0.3)
    assert case.trust[1] == 0.5


def test_services_do_more_where_groups_are_and_with_those_who_help() -> None:
    """The surplus is told apart: it is nobody's alone."""
    alone = a_week()
    for case, times in (
        (a_week(cover=0.5), 1.0 + P.community_yield * 0.5),
        (a_week(helped=0.2), 1.0 + CARE.coproduction * 0.2),
    ):
        assert case.need[0] == pytest.approx(0.8 * math.exp(-STRENGTH * 0.3 * times))
        assert case.together == pytest.approx(float((alone.need - case.need).sum()), rel=1e-5)
        assert case.together > 0.0
    without = CARE._replace(coproduction=0.0)
    assert a_week(helped=0.2, care=without).together == 0.0


def test_a_case_teaches() -> None:
    case = a_week()
    assert case.skill == pytest.approx(0.5 + 0.5 * CARE.education * 0.3)
    assert case.efficacy == pytest.approx(0.5 + 0.5 * CARE.efficacy_gain * 0.3)
    assert a_week(care=CARE._replace(education=0.0)).skill == 0.5


def test_people_in_care_are_told_of_the_groups() -> None:
    keys = [Streams(1).key("signpost", week) for week in range(400)]
    told = [a_week(key=key).informed for key in keys]
    assert np.mean(told) == pytest.approx(1.0 - math.exp(-CARE.signposting), abs=0.03)
    assert not any(a_week(key=key, care=CARE._replace(signposting=0.0)).informed for key in keys)


def test_a_closed_case_is_accompanied() -> None:
    closing = a_week(level=P.closes_below)
    assert (closing.in_care, closing.followed) == (0, CARE.follow_up_weeks)
    assert closing.opened == [0, 0, 0, 0]
    assert closing.load == pytest.approx([CARE.accompaniment, 0.0, 0.0, 0.0])
    assert a_week(level=P.closes_below, care=CARE._replace(accompaniment=0.0)).followed == 0
    after = a_week(in_care=0, followed=2)
    assert a_week(in_care=0, followed=1).load == [0.0, 0.0, 0.0, 0.0]
    assert after.followed == 1
    assert after.opened == [0, 0, 0, 0]
    assert after.load == pytest.approx([CARE.accompaniment, 0.0, 0.0, 0.0])
    assert after.need[0] == pytest.approx(0.8 * math.exp(-STRENGTH * 0.3 * CARE.accompaniment))
    assert after.skill == 0.5


@pytest.mark.parametrize("weeks", [5, P.review_weeks, 3 * P.review_weeks])
def test_a_review_closes_a_case_without_progress(weeks) -> None:
    """.8 e^-.06 = .753 is left: progress against .9, none against .8 (less than a tenth)."""
    reviewed = weeks % P.review_weeks == 0
    assert (a_week(in_care=weeks, reviewed=0.8).in_care == 0) == reviewed
    assert a_week(in_care=weeks, reviewed=0.9).in_care == weeks + 1


def test_a_case_lasts_until_the_need_is_met() -> None:
    """Weeks = ln(need / closes_below) / (strength x quality): nobody draws them."""
    need, weeks = 0.8, 0
    while need >= P.closes_below:
        case = a_week(in_care=weeks + 1, level=need)
        need, weeks = float(case.need[0]), weeks + 1
    assert weeks == math.ceil(math.log(0.8 / P.closes_below) / (STRENGTH * 0.3))
    assert case.in_care == 0


def test_capacity_follows_the_equation() -> None:
    """Places are workers x caseload; what is free of them is opened."""
    neutral = {
        "serve": {"seeking": 10.0, "sickness": 0.0},
        "learn": {"services_invited": 0, "explore": 0.0},
    }
    model = lived(town(citizens=600, weeks=20, parameters=neutral), 5)
    services, before = model.state.services, model.state.services.load.copy()
    burnout = services.burnout.copy()
    model.step()
    places = (services.workers + services.extra) * (1.0 - burnout) * services.caseload
    assert services.capacity == pytest.approx(places, rel=1e-6)
    assert (services.served <= np.ceil(np.maximum(places - before, 0.0))).all()


def test_a_queue_is_carried_over() -> None:
    """Q(t+1) = Q + A - served - reneged; A counts those who are new in it or served at once."""
    model = lived(town(citizens=600, weeks=30, parameters={"serve": {"seeking": 10.0}}), 5)
    for _ in range(10):
        c, services = model.state.citizens, model.state.services
        before = services.queue.copy()
        was_free = (c.waited == 0) & (c.in_care == 0)
        model.step()
        arrived = (was_free & ((c.waited > 0) | (c.in_care > 0))).sum(axis=0)
        assert (services.queue == before + arrived - services.served - services.reneged).all()


def test_a_person_has_a_case_with_each_service() -> None:
    model = lived(town(citizens=600, weeks=30, parameters={"serve": {"seeking": 20.0}}), 5)
    model.state.services.workers[:] = 100.0
    model.state.citizens.need[:, :4] = 0.9
    model.step()
    assert model.state.citizens.cases.max() == 3


def test_the_establishment_is_what_the_spending_pays() -> None:
    """Services are two fifths of social spending, the rest is money and institutions."""
    model = lived(town(citizens=600, weeks=20), -26)
    year = 52.0 * ServiceStaff(unit_cost_eur=850.0).unit_cost_eur
    a_head = year * model.state.services.workers.sum() / 600.0
    spending = model.community.town.figures["social_spending_eur"].value
    assert a_head == pytest.approx(0.4 * spending, rel=0.1)
