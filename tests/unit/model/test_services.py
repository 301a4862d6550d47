"""Equation 8 where it can be worked out by hand: who is served, for how long, with what effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.care import CareRates, follow
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases.serve import WAITS, ServeRates, _cut, open_cases
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES
from resilienza_sim.streams import Streams
from tests.small import lived, town

P = rates(Parameters().serve, ServeRates)
CARE = rates(Parameters().care, CareRates)
KEY = Streams(1).key("turn", 0)


def opened(waits: list[int], capacity: float, *, length: float = 10.0, severity: float = 0.3):
    """Queue people at the first service; return who is served, for how long, how severe.

    The usual severity is 0.3.
    """
    n = len(waits)
    waiting = np.zeros((1, WAITS), np.int64)
    for weeks in waits:
        waiting[0, min(weeks, WAITS - 1)] += 1
    cut, share = (np.array([each]) for each in _cut(waiting[0], capacity))
    queue, in_care, quality = np.ones(n, np.uint8), np.zeros(n, np.uint16), np.zeros(n, np.float32)
    served, intake, waited = np.zeros(1, np.int64), np.zeros(1), np.zeros(1, np.int64)
    open_cases(
        KEY, queue, np.array(waits, np.uint16), in_care, np.zeros(n, np.uint16),
        np.zeros(n, np.uint8), quality, cut, share, np.array([0.5]), np.array([length]),
        np.full(n, severity), np.array([0.3]), served, intake, waited, P.severity_work,
    )  # fmt: skip
    assert waited[0] == np.array(waits)[queue == 0].sum()
    assert served[0] == (queue == 0).sum()
    assert (quality[queue == 0] == 0.5).all()
    return np.flatnonzero(queue == 0), in_care, intake[0]


def test_those_who_waited_longest_come_first() -> None:
    who, _, _ = opened([1, 5, 3, 9, 0], 2.0)
    assert who.tolist() == [1, 3]


def test_everybody_is_served_when_there_is_room() -> None:
    assert opened([1, 5, 3], 3.0)[0].size == 3
    assert opened([1, 5, 3], 50.0)[0].size == 3


def test_nobody_is_served_without_room() -> None:
    assert opened([1, 5, 100, 200], 0.0)[0].size == 0


@pytest.mark.parametrize("wait", [0, 7, WAITS - 1, WAITS, WAITS + 30])
def test_places_are_drawn_among_those_who_waited_as_long(wait) -> None:
    who, _, _ = opened([wait] * 2000, 500.0)
    assert who.size == pytest.approx(500, abs=80)


def test_very_long_waits_share_one_place_in_the_queue() -> None:
    who, _, _ = opened([WAITS + k for k in range(400)], 100.0)
    assert who.size == pytest.approx(100, abs=35)


@given(st.lists(st.integers(0, WAITS - 1), min_size=1, max_size=40), st.floats(0.0, 50.0))
def test_the_expected_number_served_is_the_capacity(waits, capacity) -> None:
    cut, share = _cut(np.bincount(waits, minlength=WAITS), capacity)
    sure = sum(wait > cut for wait in waits)
    drawn = share * sum(wait == cut for wait in waits)
    assert sure + drawn == pytest.approx(min(capacity, len(waits)))
    assert 0.0 <= share <= 1.0 + 1e-12


@pytest.mark.parametrize("length", [40.0, 3.0])
def test_a_case_lasts_its_mean_duration(length) -> None:
    _, weeks, _ = opened([1] * 20_000, 20_000.0, length=length)
    assert weeks.min() == 1
    assert weeks.mean() == pytest.approx(length, rel=0.04)


@pytest.mark.parametrize("severity", [0.1, 0.3, 0.9])
def test_a_severe_case_lasts_longer(severity) -> None:
    _, weeks, intake = opened([1] * 20_000, 20_000.0, length=20.0, severity=severity)
    longer = math.exp(P.severity_work * (severity - 0.3))
    assert weeks.mean() == pytest.approx(20.0 * longer, rel=0.04)
    assert intake == pytest.approx(severity * 20_000)


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


def a_week(*, in_care=3, followed=0, helped=0.0, cover=0.0, care=CARE, key=KEY) -> Case:
    need = np.full((1, len(NEEDS)), 0.8, np.float32)
    trust = np.full((1, len(SERVICES)), 0.5, np.float32)
    efficacy, skill = np.array([0.5], np.float32), np.array([0.5], np.float32)
    weeks, after = np.array([in_care], np.uint16), np.array([followed], np.uint16)
    informed, count = np.zeros(1, np.uint8), np.zeros(len(SERVICES), np.int64)
    load, unmet = np.zeros(len(SERVICES)), np.zeros(1, np.float32)
    met, together = follow(
        key, need, NEED_SERVICE, weeks, after, np.array([0], np.uint8),
        np.array([0.6], np.float32), trust, efficacy, skill, np.array([helped], np.float32),
        informed, unmet, np.array([0.5, 1.0, 1.0, 1.0]), np.zeros(1, np.uint8), np.array([cover]),
        count, load, P.strength, P.community_yield, P.trust_gain, care,
    )  # fmt: skip
    assert met == pytest.approx(float((0.8 - need).sum()), rel=1e-5)
    assert unmet[0] == pytest.approx(1.0 - np.prod(1.0 - need[0]))
    return Case(
        need[0], trust[0], efficacy[0], skill[0], int(weeks[0]), int(after[0]), int(informed[0]),
        count.tolist(), load.tolist(), together,
    )  # fmt: skip


def test_a_case_meets_the_needs_of_its_service_alone() -> None:
    case = a_week()
    left = math.exp(-P.strength * 0.6 * 0.5)
    expected = [0.8 * left if service == 0 else 0.8 for service in NEED_SERVICE]
    assert case.need == pytest.approx(expected)
    assert case.in_care == 2
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
        assert case.need[0] == pytest.approx(0.8 * math.exp(-P.strength * 0.3 * times))
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
    closing = a_week(in_care=1)
    assert (closing.in_care, closing.followed) == (0, CARE.follow_up_weeks)
    assert a_week(in_care=1, care=CARE._replace(accompaniment=0.0)).followed == 0
    after = a_week(in_care=0, followed=2)
    assert after.followed == 1
    assert after.opened == [0, 0, 0, 0]
    assert after.load == pytest.approx([CARE.accompaniment, 0.0, 0.0, 0.0])
    assert after.need[0] == pytest.approx(0.8 * math.exp(-P.strength * 0.3 * CARE.accompaniment))
    assert after.skill == 0.5


def test_capacity_follows_the_equation() -> None:
    neutral = {
        "serve": {"severity_work": 0.0, "sickness": 0.0},
        "learn": {"services_invited": 0, "explore": 0.0},
    }
    model = lived(town(citizens=600, weeks=20, parameters=neutral), 5)
    services, before = model.state.services, model.state.services.load.copy()
    fatigue = services.burnout.copy()
    model.step()
    p = model.parameters.serve
    caseload = np.array([getattr(p, f"caseload_{name}") for name in SERVICES])
    weeks = np.array([getattr(p, f"weeks_{name}") for name in SERVICES])
    # Without shocks the demand is routine, and the services practise routine: the fit is 1.
    staff = (services.workers + services.extra) * (1.0 - fatigue)
    expected = np.minimum(staff * caseload / weeks, np.maximum(staff * caseload - before, 0.0))
    assert services.capacity == pytest.approx(expected, rel=1e-6)


def test_a_queue_is_carried_over() -> None:
    """Q(t+1) = Q + A - served - reneged; A counts those who are new in it or served at once."""
    model = lived(town(citizens=600, weeks=30, parameters={"serve": {"seeking": 1.0}}), 5)
    for _ in range(10):
        c, services = model.state.citizens, model.state.services
        before = services.queue.copy()
        was_free = (c.queue == 0) & (c.in_care == 0)
        model.step()
        now = (c.queue > 0) | (c.in_care > 0)
        arrived = int((was_free & now).sum())
        short = int((was_free & ~now & (c.care_quality > 0)).sum())  # opened and closed in a week
        flow = before.sum() + arrived - services.served.sum() - services.reneged.sum()
        assert flow <= services.queue.sum() <= flow + short
