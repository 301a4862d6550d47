"""Phase 6, serve: welfare services open cases from their queues (equation 8).

K = workers x caseload / mean duration; K_eff = K sum_h w_h [phi0 + (1 - phi0) match_h]
(1 - burnout)(1 - sick)(1 - dip). The queue is of people: Q(t+1) = Q + arrivals - served - reneged.
Who asks is in `model.access`, how a case is followed in `model.care`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.access import Asking, arrivals, creep
from resilienza_sim.model.care import follow, introductions, tie_up
from resilienza_sim.model.hazards import match_of
from resilienza_sim.model.practices import capable
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEED_SERVICE, SERVICES
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServeParameters", "ServeRates", "absent", "open_cases", "room", "run", "staff", "wear"]

WAITS = 64
"""Weeks of waiting told apart; who waited longer is served with the longest."""
_ONE = np.float32(1.0)


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
        0.44, 0.0, 1.0,
        source="assumption: need of one kind that sends to a service people whom nobody sees",
    )  # fmt: skip
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
    severity_work: float = quantity(
        1.0, 0.0, 3.0, source="assumption: a case half as severe again takes half as long again"
    )
    severity_social_work: float = quantity(
        0.30, 0.0, 1.0, source="assumption: usual unmet need at intake, as the quiet model has it"
    )
    severity_home_care: float = quantity(
        0.42, 0.0, 1.0, source="assumption: usual unmet need at intake, as the quiet model has it"
    )
    severity_shelter: float = quantity(
        0.56, 0.0, 1.0, source="assumption: usual unmet need at intake, as the quiet model has it"
    )
    severity_general_practice: float = quantity(
        0.54, 0.0, 1.0, source="assumption: usual unmet need at intake, as the quiet model has it"
    )
    sickness: float = quantity(
        2.0, 0.0, 10.0,
        source="assumption: operators absent .05-.20 at the peak of a pandemic, equation 8",
    )  # fmt: skip
    operator_load: float = quantity(
        0.5, 0.0, 1.0, source="assumption: strength an overloaded service takes from its operators"
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


class Wearing(NamedTuple):
    """How work wears out those who do it."""

    wear: float
    rest: float
    burnout_rate: float
    burnout_return: float
    operator_load: float


@kernel
def open_cases(
    key: Any, queue: Any, waited: Any, in_care: Any, followed: Any, care_by: Any, care_quality: Any,
    cut: Any, cut_share: Any, quality: Any, length: Any, unmet: Any, severity: Any, served: Any,
    intake: Any, waits: Any, severity_work: float,
) -> None:  # fmt: skip
    """Open the cases of those who have waited longer than `cut`, and a share of those at it.

    A case lasts the longer the more severe it is; `intake` and `waits` sum the unmet need and the
    weeks waited of those served.
    """
    for k in range(served.size):
        served[k] = intake[k] = waits[k] = 0
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
            # The chance to close is the same every week, and the mean length is `weeks`.
            weeks = length[to] * np.exp(severity_work * (unmet[i] - severity[to]))
            stay = np.log1p(-1.0 / max(weeks, 1.000001))
            in_care[i] = 1 + min(520, int(np.log1p(-draw) / stay))
            followed[i] = 0
            care_by[i] = to
            care_quality[i] = quality[to]
            served[to] += 1
            intake[to] += unmet[i]
            waits[to] += waited[i]


@lru_cache(maxsize=8)
def of_each(p: Any, what: str) -> F64:
    """Return one parameter of every service, in their order."""
    return np.array([getattr(p, f"{what}_{service}") for service in SERVICES])


@kernel
def absent(operator: Any, blow: Any, suffering: Any, threshold: Any, sickness: float) -> float:
    """Return the share of operators absent: those hit this week, and those worn out."""
    count, away = 0, 0.0
    for i in range(operator.size):
        if operator[i]:
            worn = max(suffering[i] - threshold[i], np.float32(0.0))
            away -= np.expm1(-sickness * (blow[i] + worn))
            count += 1
    return away / max(count, 1)


@kernel
def staff(
    workers: Any, extra: Any, burnout: Any, away: float, dip: float, queue: Any, load: Any,
    caseload: Any, present: Any, overload: Any, effort: Any,
) -> None:  # fmt: skip
    """Write who is at work in each service, how overloaded it is, and the hands for each case.

    Overload: people waiting over the cases that can be followed at once. With fewer hands than the
    cases in hand need, each case gets less of their time.
    """
    for k in range(workers.size):
        present[k] = (workers[k] + extra[k]) * (_ONE - burnout[k]) * (1.0 - away) * (1.0 - dip)
        overload[k] = min(1.0, queue[k] / max(present[k] * caseload[k], 1.0))
        needed = load[k] / max(caseload[k], 1e-9)
        effort[k] = min(1.0, present[k] / max(needed, 1e-9))


@kernel
def _at_work(
    practice: Any, aside: Any, hesitating: Any, demand: Any, hesitation: float,
    repertoire_cost: float,
) -> tuple[F64, F64]:  # fmt: skip
    """Return how each service's practice fits the demand, and what hesitating and variety leave."""
    fits, able = np.empty(practice.size), np.empty(practice.size)
    for k in range(practice.size):
        fits[k] = match_of(practice[k], demand)
        able[k] = capable(practice[k], aside[k], hesitating[k], hesitation, repertoire_cost)
    return fits, able


@kernel
def _cut(waiting: Any, capacity: float) -> tuple[int, float]:
    """Return the wait below which nobody is served, and the share served of those who waited it."""
    served = 0
    for weeks in range(waiting.size - 1, -1, -1):
        if served + waiting[weeks] >= capacity:
            return weeks, (capacity - served) / waiting[weeks] if waiting[weeks] else 0.0
        served += waiting[weeks]
    return -1, 1.0  # everybody is served


@kernel
def room(
    present: Any, load: Any, caseload: Any, length: Any, fits: Any, able: Any, dip: Any,
    deciding: Any, waiting: Any, work: Any, routine_fit: float, queue: Any, capacity: Any,
    quality: Any, cut: Any, share: Any,
) -> None:  # fmt: skip
    """Write the quality of each service, the cases it can open, and which of its queue they are.

    `work` is that of those who wait, a case of usual severity being 1; its mean counts.
    """
    for k in range(present.size):
        q = (routine_fit + (1.0 - routine_fit) * fits[k]) * (_ONE - dip[k])
        quality[k] = q * (able[k] * (_ONE - deciding[k]))
        queue[k] = waiting[k].sum()
        each = work[k] / queue[k] if queue[k] > 0 else 1.0
        places = present[k] * caseload[k]
        free = max(places - load[k], 0.0)
        capacity[k] = min(free, places / length[k] * quality[k] / each)
        cut[k], share[k] = _cut(waiting[k], capacity[k])


@kernel
def wear(
    fatigue: Any, burnout: Any, workers: Any, places: Any, queue: Any, operator: Any, given: Any,
    p: Any,
) -> None:  # fmt: skip
    """Wear out the services, and the citizens who work in them, by the overload of the week."""
    weighed, all_workers = 0.0, 0.0
    for k in range(workers.size):
        overload = min(1.0, queue[k] / max(places[k], 1.0))
        fatigue[k] += (_ONE - fatigue[k]) * np.float32(p.wear) * overload
        fatigue[k] -= fatigue[k] * np.float32(p.rest) * (1.0 - overload)
        spent = max(fatigue[k] - np.float32(0.5), np.float32(0.0))
        burnout[k] += (_ONE - burnout[k]) * np.float32(p.burnout_rate) * spent
        burnout[k] -= burnout[k] * np.float32(p.burnout_return)
        weighed += overload * workers[k]
        all_workers += workers[k]
    # Operators are not told apart by service: each bears the mean overload.
    load = np.float32(p.operator_load * (weighed / all_workers))
    if load > 0.0:
        for i in range(given.size):
            if operator[i]:
                given[i] += (_ONE - given[i]) * load


def run(model: CommunityModel) -> None:
    """Receive those who ask, open the cases there is room for, follow those in hand."""
    state, p, people, fixed = model.state, model.rates.serve, model.community.people, model.fixed
    c, services, town, s = state.citizens, state.services, state.municipality, model.scratch
    kinds, cover, operator = len(SERVICES), model.group_cover(), fixed.tags["operator"]
    caseload, length, severity = (of_each(p, what) for what in ("caseload", "weeks", "severity"))

    away = absent(operator, c.blow, c.suffering, c.threshold, p.sickness)
    present, overload, effort, work, quality, share = np.zeros((6, kinds))
    staff(
        services.workers, services.extra, services.burnout, away, town.service_dip, services.queue,
        services.load, caseload, present, overload, effort,
    )  # fmt: skip
    waiting, cut = np.zeros((kinds, WAITS), np.int64), np.zeros(kinds, np.int64)
    arrivals(
        model.streams.key("seek", state.week), c.need, NEED_SERVICE, c.queue, c.waited, c.in_care,
        c.informed_formal, c.distant, c.trust_service, c.helped, people.quarter, cover,
        fixed.hindrance, town.obstacles, fixed.usual_access, s.unmet, severity, overload, waiting,
        services.reneged, work,
        Asking(p.seeks_above, p.seeking, p.reneging, p.trust_loss, p.severity_work),
        model.rates.access, c.generalised_trust, model.rates.capital,
    )  # fmt: skip
    learn = model.rates.learn
    fits, able = _at_work(
        services.practice, services.aside, services.hesitating, town.demand, learn.hesitation,
        learn.repertoire_cost,
    )  # fmt: skip
    room(
        present, services.load, caseload, length, fits, able, services.dip, services.deciding,
        waiting, work, p.routine_fit, services.queue, services.capacity, quality, cut, share,
    )  # fmt: skip
    open_cases(
        model.streams.key("turn", state.week), c.queue, c.waited, c.in_care, c.followed, c.care_by,
        c.care_quality, cut, share, quality, length, s.unmet, severity, services.served,
        services.intake, services.waits, p.severity_work,
    )  # fmt: skip
    met, together = follow(
        model.streams.key("signpost", state.week), c.need, NEED_SERVICE, c.in_care, c.followed,
        c.care_by, c.care_quality, c.trust_service, c.efficacy, c.skill, c.helped,
        c.informed_informal, s.unmet, effort, people.quarter, cover, services.open_cases,
        services.load, p.strength, p.community_yield, p.trust_gain, model.rates.care,
    )  # fmt: skip
    found = introductions(
        model.streams.key("care introduction", state.week),
        (state.pool.j, state.pool.layer, state.pool.active), state.pool.i, c.in_care, c.helped,
        1.0 - town.contact_closed, model.rates.care.introduction, s.pairs,
    )  # fmt: skip
    tie_up(model, found)

    services.queue -= services.served
    wear(
        services.fatigue, services.burnout, services.workers, present * caseload, services.queue,
        operator, c.given,
        Wearing(p.wear, p.rest, p.burnout_rate, p.burnout_return, p.operator_load),
    )  # fmt: skip
    creep(town.obstacles, model.rates.access)
    # The surplus of working together is halved: the Shapley value of two who need each other.
    state.met_formal = met - 0.5 * together
    state.met_informal += 0.5 * together
    state.met_together = together
