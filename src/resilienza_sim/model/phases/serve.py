"""Phase 6, serve: welfare services open cases from their queues (equation 8).

K = workers x caseload / mean duration; K_eff = K sum_h w_h [phi0 + (1 - phi0) match_h]
(1 - burnout)(1 - sick)(1 - dip). Nobody draws the mean duration: a service has workers x caseload
places, and a case keeps one until the need it answers is met, or until a review finds no progress
(`model.care`). A service that fits less, or has fewer hands, works more slowly: its cases last
longer, and so does the wait. Q(t+1) = Q + arrivals - served - reneged, for each service; a person
can have a case with each. Who asks is in `model.access`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.access import arrivals, creep
from resilienza_sim.model.care import follow, introductions, own_need, tie_up
from resilienza_sim.model.desk import WAITS
from resilienza_sim.model.hazards import match_of
from resilienza_sim.model.organisations import keep_queues
from resilienza_sim.model.practices import capable
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEED_SERVICE, NEVER
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServeParameters", "ServeRates", "absent", "open_cases", "room", "run", "staff", "wear"]

_ONE = np.float32(1.0)


class ServeParameters(PhaseParameters):
    """Services: how many, how fast, how well."""

    residents_per_social_worker: float = quantity(
        5000.0,
        500.0,
        50000.0,
        unit="residents",
        source="Italian law 178/2020: one per 5,000; ISTAT 2019: 8 EUR a head on social work; by "
        "area as its social spending (Emilia-Romagna 14, Campania 2.5 EUR a head)",
    )
    residents_per_home_carer: float = quantity(
        1700.0,
        100.0,
        50000.0,
        unit="residents",
        source="assumption: 26 EUR a head; all services together are four tenths of social "
        "spending, the share of services beside money and institutions (ISTAT, from memory)",
    )
    residents_per_shelter_worker: float = quantity(
        11000.0,
        500.0,
        100000.0,
        unit="residents",
        source="assumption: housing office and shelters, 4 EUR a head",
    )
    residents_per_family_worker: float = quantity(
        3200.0,
        100.0,
        50000.0,
        unit="residents",
        source="assumption: 14 EUR a head, education at home and in the quarter",
    )
    caseload_social_work: float = quantity(
        26.0,
        1.0,
        500.0,
        unit="cases",
        source="open cases, from memory: 60-80 a worker, about half of them followed with "
        "another service and counted there; its own: fitted to users a year of Italy "
        "(CNEL 2025), in a town that spends what Italy spends",
    )
    caseload_home_care: float = quantity(
        12.0,
        1.0,
        100.0,
        unit="cases",
        source="assumption: three hours a week a person; fitted to users a year of Italy (CNEL "
        "2025), likewise",
    )
    caseload_shelter: float = quantity(
        11.0,
        1.0,
        500.0,
        unit="cases",
        source="assumption: places held by one worker; fitted to users a year, likewise",
    )
    caseload_family_support: float = quantity(
        24.5,
        1.0,
        500.0,
        unit="cases",
        source="assumption: an afternoon every week or two a family; fitted to users a year of "
        "Italy (CNEL 2025), likewise",
    )
    strength_social_work: float = quantity(
        0.02,
        0.0,
        3.0,
        unit="per week",
        source="need met by a case at full quality: assumption, so that a case does as much as "
        "what is done against loneliness, SMD -.24 to -.47 (review of 128 studies); link workers "
        "mostly made no difference (Kiely et al. 2022)",
    )
    strength_home_care: float = quantity(
        0.012,
        0.0,
        3.0,
        unit="per week",
        source="need met by a case at full quality: assumption. In a trial inside the model it "
        "does more, suffering d = -.39 (-.62; -.16), than visits to older people did for health, "
        "d = .06 (-.07; .18), Elkan et al. 2001, doi:10.1136/bmj.323.7315.719: those prevent, "
        "this is care",
    )
    strength_shelter: float = quantity(
        0.02,
        0.0,
        3.0,
        unit="per week",
        source="need met by a case at full quality: assumption, no trial found",
    )
    strength_family_support: float = quantity(
        0.005,
        0.0,
        3.0,
        unit="per week",
        source="need met by a case at full quality; home visits to families, d = .20 (.14; .27), "
        "Filene et al. 2013, doi:10.1542/peds.2013-1021H (families' outcomes): fitted",
    )
    thinning: float = quantity(
        0.4,
        0.0,
        1.0,
        source="Lipsky 1980 for the idea (from memory): what is short is spread thin; users of "
        "families' services 27.5 per 1,000 in Emilia-Romagna, 13.6 in Campania (CNEL 2025), "
        "spending 177 and 56 EUR a head (ISTAT 2019): users as spending^.6: fitted; 0: off",
    )
    seeking_social_work: float = quantity(
        0.045,
        0.0,
        3.0,
        unit="per week",
        source="hazard to ask, with full trust: fitted to users a year per 1,000, CNEL 2025: "
        "12.7 poverty, 6.4 migrants, .9 addictions, less the shelter's",
    )
    seeking_home_care: float = quantity(
        1.0,
        0.0,
        3.0,
        unit="per week",
        source="hazard to ask, with full trust: fitted to users a year per 1,000, CNEL 2025: "
        "12.8 older, 6.2 disabled people",
    )
    seeking_shelter: float = quantity(
        0.045,
        0.0,
        3.0,
        unit="per week",
        source="hazard to ask, with full trust: fitted to users a year per 1,000, CNEL 2025: "
        "assumption: 3 of the 12.7 of poverty and homelessness",
    )
    seeking_family_support: float = quantity(
        0.6,
        0.0,
        3.0,
        unit="per week",
        source="hazard to ask, with full trust: fitted to users a year per 1,000, CNEL 2025: "
        "17.7 families and minors",
    )
    closes_below: float = quantity(
        0.05, 0.0, 1.0, source="assumption: a need of which next to nothing is left is met"
    )
    review_weeks: int = quantity(
        26, 1, 1000, unit="weeks", source="assumption: a case is reviewed twice a year"
    )
    progress: float = quantity(
        0.10,
        0.0,
        1.0,
        source="assumption: a case whose need fell by less between two reviews is closed",
    )
    routine_fit: float = quantity(
        0.5, 0.0, 1.0, source="phi0: no study was found; plausible .3-.8, swept"
    )
    seeking: float = quantity(
        1.0, 0.0, 30.0, source="assumption: 1, the hazards as fitted, for all services at once"
    )
    seeks_above: float = quantity(
        0.42,
        0.0,
        1.0,
        source="assumption: need of one kind that sends to a service people whom nobody sees",
    )
    reneging: float = quantity(
        0.08, 0.0, 1.0, unit="per week", source="assumption: hazard to give up, grows with the wait"
    )
    community_yield: float = quantity(
        0.3, 0.0, 2.0, source="Caplan 1964, from memory: services do more where groups are; prior"
    )
    trust_gain: float = quantity(
        0.03, 0.0, 0.5, unit="per week", source="prior .02-.10; Slovic 1993: trust is slow to build"
    )
    trust_loss: float = quantity(
        0.06, 0.0, 0.5, unit="per event", source="Slovic 1993: twice to three times the gain; prior"
    )
    sickness: float = quantity(
        2.0,
        0.0,
        10.0,
        source="assumption: operators absent .05-.20 at the peak of a pandemic, equation 8",
    )
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
        0.012,
        0.0,
        1.0,
        unit="per week",
        source="of the fatigue above one half: at full fatigue three in ten a year leave or fall "
        "ill; turnover in child welfare 22 % (median, Ohio State University, through "
        "blog.famcare.net) to 40 % a year (Julien-Chinn 2023, University of Hawaii): fitted",
    )
    burnout_return: float = quantity(
        0.04,
        0.0,
        1.0,
        unit="per week",
        source="assumption: half a year until they are back, or somebody new knows the work",
    )


ServeRates = shape("ServeRates", ServeParameters)


@kernel
def open_cases(key: Any, c: Any, f: Any, services: Any, desk: Any, unmet: Any) -> None:
    """Open the cases of those who have waited longer than `cut`, and a share of those at it.

    `intake` and `waits` sum the unmet need and the weeks waited of those served.
    """
    waited, in_care, followed, reviewed = c.waited, c.in_care, c.followed, c.reviewed
    need, family, cut, share = c.need, f.family, desk.cut, desk.share
    served, intake, waits = services.served, services.intake, services.waits
    kinds = served.size
    served[:] = 0
    intake[:] = 0.0
    waits[:] = 0
    for i in range(unmet.size):
        for k in range(kinds):
            if waited[i, k] == 0:
                continue
            wait = min(waited[i, k] - 1, WAITS - 1)
            chosen = wait > cut[k]
            if wait == cut[k]:
                chosen = u01(key, np.uint64(i * kinds + k)) < share[k]
            if chosen:
                served[k] += 1
                intake[k] += unmet[i]
                waits[k] += waited[i, k] - 1
                waited[i, k] = followed[i, k] = 0
                in_care[i, k] = 1
                reviewed[i, k] = own_need(need[i], NEED_SERVICE[family[i]], k)


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
def staff(services: Any, desk: Any, away: float, dip: float) -> None:
    """Write who is at work in each service, how overloaded it is, and the hands for each case.

    Overload: people waiting over the cases that can be followed at once. With fewer hands than the
    cases in hand need, or more cases a worker than is usual, each case gets less of their time.
    """
    workers, extra, burnout, queue = (
        services.workers,
        services.extra,
        services.burnout,
        services.queue,
    )
    load, caseload, present = services.load, services.caseload, desk.present
    for k in range(workers.size):
        present[k] = (workers[k] + extra[k]) * (_ONE - burnout[k]) * (1.0 - away) * (1.0 - dip)
        desk.overload[k] = min(1.0, queue[k] / max(present[k] * caseload[k], 1.0))
        held = max(caseload[k], 1e-9)
        needed = load[k] / held
        desk.effort[k] = min(1.0, present[k] / max(needed, 1e-9)) * (desk.caseload[k] / held)


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
def room(services: Any, desk: Any, demand: Any, routine_fit: float, learn: Any) -> None:
    """Write the quality and the places of each service, and who of its queue find one free.

    Quality is how its practice fits the demand, times what hesitating, variety, learning and
    deciding leave of it.
    """
    practice, aside, hesitating = services.practice, services.aside, services.hesitating
    dip, deciding, load = services.dip, services.deciding, services.load
    capacity, queue, waiting = services.capacity, services.queue, desk.waiting
    hesitation, cost = learn.hesitation, learn.repertoire_cost
    for k in range(practice.size):
        fits = match_of(practice[k], demand)
        able = capable(practice[k], aside[k], hesitating[k], hesitation, cost)
        q = (routine_fit + (1.0 - routine_fit) * fits) * (_ONE - dip[k])
        desk.quality[k] = q * (able * (_ONE - deciding[k]))
        queue[k] = waiting[k].sum()
        capacity[k] = desk.present[k] * services.caseload[k]
        desk.cut[k], desk.share[k] = _cut(waiting[k], max(capacity[k] - load[k], 0.0))


@kernel
def wear(
    fatigue: Any,
    burnout: Any,
    workers: Any,
    places: Any,
    queue: Any,
    operator: Any,
    given: Any,
    p: Any,
) -> None:
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
    state, p, fixed = model.state, model.rates.serve, model.fixed
    c, services, town, s = state.citizens, state.services, state.municipality, model.scratch
    desk, operator, unmet = model.desk, fixed.tags["operator"], s.unmet
    desk.cover, desk.obstacles = model.group_cover(), town.obstacles
    before = services.open_cases + services.queue
    here, there, rates = c.handle, model.people.handle, p.handle

    away = absent(operator, c.blow, c.suffering, c.threshold, p.sickness)
    staff(services.handle, desk.handle, away, town.service_dip)
    key = model.streams.key("seek", state.week)
    access = model.rates.access.handle
    arrivals(key, here, there, services.handle, desk.handle, unmet, rates, access)
    room(services.handle, desk.handle, town.demand, p.routine_fit, model.rates.learn.handle)
    key = model.streams.key("turn", state.week)
    open_cases(key, here, there, services.handle, desk.handle, unmet)
    key, care = model.streams.key("signpost", state.week), model.rates.care.handle
    met, together = follow(key, here, there, services.handle, desk.handle, unmet, rates, care)
    c.since_grant += c.since_grant < NEVER
    found = introductions(
        model.streams.key("care introduction", state.week),
        (state.pool.j, state.pool.layer, state.pool.active),
        state.pool.i,
        c.cases,
        c.helped,
        1.0 - town.contact_closed,
        model.rates.care.introduction,
        s.pairs,
    )
    tie_up(model, found)

    services.queue -= services.served
    keep_queues(model, before, desk.waiting[:, 0])
    wear(
        services.fatigue,
        services.burnout,
        services.workers,
        services.capacity,
        services.queue,
        operator,
        c.given,
        rates,
    )
    creep(town.obstacles, access)
    # The surplus of working together is halved: the Shapley value of two who need each other.
    state.met_formal = met - 0.5 * together
    state.met_informal += 0.5 * together
    state.met_together = together
