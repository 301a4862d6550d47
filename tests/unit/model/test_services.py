"""Equation 8 where it can be worked out by hand: who is served, for how long, with what effect."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases.serve import WAITS, ServeRates, _cut, follow, open_cases
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES
from resilienza_sim.streams import Streams
from tests.small import lived, town

P = rates(Parameters().serve, ServeRates)
KEY = Streams(1).key("turn", 0)


def opened(waits: list[int], capacity: float, *, length: float = 10.0, cover: float = 0.0):
    """Queue people at the first service; return who is served, for how long, how well."""
    n = len(waits)
    waiting = np.zeros((1, WAITS), np.int64)
    for weeks in waits:
        waiting[0, min(weeks, WAITS - 1)] += 1
    cut, share = _cut(waiting, np.array([capacity]))
    queue, in_care, quality = np.ones(n, np.uint8), np.zeros(n, np.uint16), np.zeros(n, np.float32)
    served = np.zeros(1, np.int64)
    open_cases(
        KEY, queue, np.array(waits, np.uint16), in_care, np.zeros(n, np.uint8), quality, cut, share,
        np.array([0.5]), np.array([length]), np.zeros(n, np.uint8), np.array([cover]), served, P,
    )  # fmt: skip
    assert served[0] == (queue == 0).sum()
    return np.flatnonzero(queue == 0), in_care, quality


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
    waiting = np.bincount(waits, minlength=WAITS)[None, :]
    cut, share = _cut(waiting, np.array([capacity]))
    sure = sum(wait > cut[0] for wait in waits)
    drawn = share[0] * sum(wait == cut[0] for wait in waits)
    assert sure + drawn == pytest.approx(min(capacity, len(waits)))
    assert 0.0 <= share[0] <= 1.0 + 1e-12


@pytest.mark.parametrize("length", [40.0, 3.0])
def test_a_case_lasts_its_mean_duration(length) -> None:
    _, weeks, _ = opened([1] * 20_000, 20_000.0, length=length)
    assert weeks.min() == 1
    assert weeks.mean() == pytest.approx(length, rel=0.04)


def test_services_do_more_where_groups_are() -> None:
    without, with_groups = (opened([1], 1.0, cover=cover)[2][0] for cover in (0.0, 0.5))
    assert without == 0.5
    assert with_groups == pytest.approx(0.5 * (1.0 + P.community_yield * 0.5))


def test_a_case_meets_the_needs_of_its_service_alone() -> None:
    need = np.full((1, len(NEEDS)), 0.8, np.float32)
    trust, efficacy = np.full((1, len(SERVICES)), 0.5, np.float32), np.array([0.5], np.float32)
    count = np.zeros(len(SERVICES), np.int64)
    in_care = np.array([3], np.uint16)
    follow(
        need, NEED_SERVICE, in_care, np.array([0], np.uint8), np.array([0.6], np.float32), trust,
        efficacy, np.array([0.5, 1.0, 1.0, 1.0]), count, P,
    )  # fmt: skip
    left = math.exp(-P.strength * 0.6 * 0.5)
    expected = [0.8 * left if service == 0 else 0.8 for service in NEED_SERVICE]
    assert need[0] == pytest.approx(expected)
    assert in_care[0] == 2
    assert count.tolist() == [1, 0, 0, 0]
    assert trust[0, 0] == pytest.approx(0.5 + 0.5 * P.trust_gain * 0.3)
    assert trust[0, 1] == 0.5


def test_capacity_follows_the_equation() -> None:
    model = lived(town(citizens=600, weeks=20), 5)
    services, before = model.state.services, model.state.services.open_cases.copy()
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
