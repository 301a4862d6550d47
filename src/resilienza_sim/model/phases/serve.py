"""Phase 6, serve: welfare services open cases from their queues (equation 8).

K = workers x caseload / mean duration; K_eff = K sum_h w_h [phi0 + (1 - phi0) match_h]
(1 - burnout)(1 - sick)(1 - dip). The queue is of people: Q(t+1) = Q + arrivals - served - reneged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.hazards import match
from resilienza_sim.model.phases.need import unmet
from resilienza_sim.model.practices import able
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEED_SERVICE, SERVICES
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServeParameters", "ServeRates", "arrivals", "open_cases", "run"]

WAITS = 64
"""Weeks of waiting told apart; who waited longer is served with the longest."""


class ServeParameters(PhaseParameters):
    """Services: how many, how fast, how well."""

    residents_per_social_worker: float = quantity(
        5000.0, 500.0, 50000.0, unit="residents", source="Italian law 178/2020: one per 5,000"
    )
    residents_per_home_carer: float = quantity(
        900.0, 100.0, 50000.0, unit="residents",
        source="assumption: municipal and health home care together, scaled by the region's reach",
    )  # fmt: skip
    residents_per_shelter_worker: float = quantity(
        8000.0, 500.0, 100000.0, unit="residents", source="assumption: housing office and shelters"
    )
    residents_per_practitioner: float = quantity(
        1300.0, 500.0, 5000.0, unit="residents", source="national contract: about 1,300 per doctor"
    )
    caseload_social_work: float = quantity(
        70.0, 5.0, 500.0, unit="cases", source="MODEL.md equation 8, from memory: 60-80 a worker"
    )
    caseload_home_care: float = quantity(
        8.0, 1.0, 100.0, unit="cases", source="assumption: a carer follows about eight people"
    )
    caseload_shelter: float = quantity(
        40.0, 1.0, 500.0, unit="cases", source="assumption: households followed by one worker"
    )
    caseload_general_practice: float = quantity(
        60.0, 1.0, 1000.0, unit="cases", source="assumption: acute cases followed at once"
    )
    weeks_social_work: float = quantity(
        40.0, 1.0, 260.0, unit="weeks", source="assumption: mean length of a case"
    )
    weeks_home_care: float = quantity(
        60.0, 1.0, 260.0, unit="weeks", source="assumption: mean length of a case"
    )
    weeks_shelter: float = quantity(
        12.0, 1.0, 260.0, unit="weeks", source="assumption: mean length of a case"
    )
    weeks_general_practice: float = quantity(
        3.0, 1.0, 260.0, unit="weeks", source="assumption: mean length of an episode"
    )
    routine_fit: float = quantity(0.5, 0.0, 1.0, source="phi0 of MODEL.md equation 8: .3-.8, swept")
    seeks_above: float = quantity(
        0.40, 0.0, 1.0, source="assumption: need of one kind that sends people to a service"
    )
    seeking: float = quantity(
        0.10, 0.0, 3.0, unit="per week", source="assumption: hazard to ask, with full trust"
    )
    reneging: float = quantity(
        0.03, 0.0, 1.0, unit="per week", source="assumption: hazard to give up, grows with the wait"
    )
    strength: float = quantity(
        0.20, 0.0, 3.0, unit="per week", source="assumption: need met by a case at full quality"
    )
    community_yield: float = quantity(
        0.3, 0.0, 2.0, source="Caplan 1964, from memory: services do more where groups are; prior"
    )
    trust_gain: float = quantity(
        0.03, 0.0, 0.5, unit="per week", source="MODEL.md equation 1: prior .02-.10"
    )
    trust_loss: float = quantity(
        0.06, 0.0, 0.5, unit="per event", source="Slovic 1993: twice to three times the gain; prior"
    )
    efficacy_gain: float = quantity(
        0.002,
        0.0,
        0.2,
        unit="per week",
        source="assumption: self-efficacy from a case that goes well",
    )
    wear: float = quantity(
        0.05, 0.0, 1.0, unit="per week", source="assumption: fatigue of operators at full overload"
    )
    rest: float = quantity(
        0.06, 0.0, 1.0, unit="per week", source="assumption: recovery of operators"
    )
    burnout_rate: float = quantity(
        0.02, 0.0, 1.0, unit="per week", source="assumption: of the fatigue above one half"
    )
    burnout_return: float = quantity(
        0.02, 0.0, 1.0, unit="per week", source="assumption: about a year to return"
    )


ServeRates = shape("ServeRates", ServeParameters)


@numba.njit(cache=True)
def arrivals(
    key: Any, need: Any, service_of: Any, queue: Any, waited: Any, in_care: Any, informed: Any,
    distant: Any, trust: Any, waiting: Any, left: Any, p: Any,
) -> None:  # fmt: skip
    """Let people ask for the service of their worst need, and give up.

    Hazard to ask = seeking x trust in that service; to give up = reneging x weeks waited / 26.
    `waiting` counts people by service and weeks waited, for the first-come-first-served rule;
    `left` counts those who gave up, by service.
    """
    last = waiting.shape[1] - 1
    for i in range(need.shape[0]):
        if in_care[i] > 0:
            continue
        if queue[i] == 0:
            if distant[i] or not informed[i]:
                continue
            worst, kind = 0.0, 0
            for n in range(need.shape[1]):
                if need[i, n] > worst:
                    worst, kind = need[i, n], n
            if worst < p.seeks_above:
                continue
            to = service_of[kind]
            if u01(key, np.uint64(i)) < 1.0 - np.exp(-p.seeking * trust[i, to]):
                queue[i] = to + 1
                waited[i] = 0
        else:
            to = queue[i] - 1
            waited[i] += 1
            if u01(key, np.uint64(i)) < 1.0 - np.exp(-p.reneging * waited[i] / 26.0):
                trust[i, to] -= p.trust_loss * trust[i, to]
                queue[i] = 0
                left[to] += 1
        if queue[i] > 0:
            waiting[queue[i] - 1, min(waited[i], last)] += 1


@numba.njit(cache=True)
def open_cases(
    key: Any, queue: Any, waited: Any, in_care: Any, care_by: Any, care_quality: Any, cut: Any,
    cut_share: Any, quality: Any, length: Any, quarter: Any, group_cover: Any, served: Any, p: Any,
) -> None:  # fmt: skip
    """Open the cases of those who have waited longer than `cut`, and a share of those at it.

    Quality is the fit of the service, raised where groups cover the quarter.
    """
    for i in range(queue.size):
        if queue[i] == 0:
            continue
        to = queue[i] - 1
        wait = min(waited[i], WAITS - 1)
        chosen = wait > cut[to]
        if wait == cut[to]:
            chosen = u01(key, np.uint64(i)) < cut_share[to]
        if chosen:
            queue[i] = 0
            draw = u01(mix(key, np.uint64(i)), np.uint64(1))
            # The chance to close is the same every week, and the mean length is `length`.
            stay = np.log1p(-1.0 / max(length[to], 1.000001))
            in_care[i] = 1 + min(520, int(np.log1p(-draw) / stay))
            care_by[i] = to
            care_quality[i] = min(
                1.0, quality[to] * (1.0 + p.community_yield * group_cover[quarter[i]])
            )
            served[to] += 1


@numba.njit(cache=True)
def follow(
    need: Any, service_of: Any, in_care: Any, care_by: Any, care_quality: Any, trust: Any,
    efficacy: Any, effort: Any, opened: Any, p: Any,
) -> None:  # fmt: skip
    """Follow the open cases: the service meets the needs that are its own, and earns trust."""
    for i in range(in_care.size):
        if in_care[i] == 0:
            continue
        by = care_by[i]
        q = care_quality[i] * effort[by]
        met = 1.0 - np.exp(-p.strength * q)
        for n in range(need.shape[1]):
            if service_of[n] == by:
                need[i, n] *= 1.0 - met
        trust[i, by] += (1.0 - trust[i, by]) * p.trust_gain * q
        efficacy[i] += (1.0 - efficacy[i]) * p.efficacy_gain * q
        in_care[i] -= 1
        opened[by] += 1


def _cut(waiting: Any, capacity: Any) -> tuple[Any, Any]:
    """Return, by service, the wait below which nobody is served and the share served at it."""
    longest_first = waiting[:, ::-1].cumsum(axis=1)
    n, weeks = waiting.shape
    cut = np.zeros(n, np.int64)
    share = np.zeros(n)
    for k in range(n):
        at = int(np.searchsorted(longest_first[k], capacity[k], side="left"))
        if at >= weeks:  # everybody is served
            cut[k], share[k] = -1, 1.0
            continue
        cut[k] = weeks - 1 - at
        before = longest_first[k, at - 1] if at > 0 else 0
        here = waiting[k, cut[k]]
        share[k] = (capacity[k] - before) / here if here else 0.0
    return cut, share


def _of_each(p: Any, what: str) -> F64:
    """Return one parameter of every service, in their order."""
    return np.array([getattr(p, f"{what}_{service}") for service in SERVICES])


def run(model: CommunityModel) -> None:
    """Receive those who ask, open the cases there is room for, follow those in hand."""
    state, p, people = model.state, model.rates.serve, model.community.people
    c, services, town = state.citizens, state.services, state.municipality
    before = float(c.need.sum(dtype=np.float64))

    waiting = np.zeros((len(SERVICES), WAITS), np.int64)
    services.reneged[:] = 0
    arrivals(
        model.streams.key("seek", state.week), c.need, NEED_SERVICE, c.queue, c.waited, c.in_care,
        c.informed_formal, c.distant, c.trust_service, waiting, services.reneged, p,
    )  # fmt: skip
    fits = match(services.practice, town.demand)
    quality = (p.routine_fit + (1.0 - p.routine_fit) * fits) * (1.0 - services.dip)
    quality *= able(model.rates.learn, services) * (1.0 - services.deciding)
    staff = (
        (services.workers + services.extra) * (1.0 - services.burnout) * (1.0 - town.service_dip)
    )
    caseload = _of_each(p, "caseload")
    length = _of_each(p, "weeks")
    room = np.maximum(staff * caseload - services.open_cases, 0.0)
    capacity = np.minimum(room, staff * caseload / length * quality)
    services.capacity[:] = capacity
    cut, share = _cut(waiting, capacity)
    served = np.zeros(len(SERVICES), np.int64)
    open_cases(
        model.streams.key("turn", state.week), c.queue, c.waited, c.in_care, c.care_by,
        c.care_quality, cut, share, quality, length, people.quarter, model.group_cover(), served, p,
    )  # fmt: skip
    # Fewer hands than the cases in hand need: each case gets less of their time.
    needed = services.open_cases / np.maximum(caseload, 1e-9)
    effort = np.minimum(1.0, staff / np.maximum(needed, 1e-9))
    opened = np.zeros(len(SERVICES), np.int64)
    follow(
        c.need, NEED_SERVICE, c.in_care, c.care_by, c.care_quality, c.trust_service, c.efficacy,
        effort, opened, p,
    )  # fmt: skip

    services.open_cases[:] = opened
    services.served[:] = served
    services.queue[:] = waiting.sum(axis=1) - served
    overload = np.minimum(1.0, services.queue / np.maximum(staff * caseload, 1.0))
    services.fatigue += (1.0 - services.fatigue) * p.wear * overload
    services.fatigue -= services.fatigue * p.rest * (1.0 - overload)
    spent = np.maximum(services.fatigue - 0.5, 0.0)
    services.burnout += (1.0 - services.burnout) * p.burnout_rate * spent
    services.burnout -= services.burnout * p.burnout_return
    unmet(c.need, model.scratch.unmet)
    state.met_formal = before - float(c.need.sum(dtype=np.float64))
