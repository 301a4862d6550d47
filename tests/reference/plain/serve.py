"""Phase 6, person by person: who asks for a service, is served, is followed (equation 8)."""

from __future__ import annotations

from math import exp, expm1, floor, log, log1p

import numpy as np

from resilienza_sim.model.access import creep
from resilienza_sim.model.hazards import match
from resilienza_sim.model.phases.serve import WAITS
from resilienza_sim.model.practices import able
from resilienza_sim.model.state import NEED_SERVICE, SERVICES
from tests.reference.plain.meet import count_made, enter_circles

SERVICE_OF = NEED_SERVICE.tolist()
KINDS = range(len(SERVICES))


class Desk:
    """What a service counts in a week."""

    def __init__(self):
        self.waiting = [0] * WAITS
        """People by weeks waited."""
        self.work = self.intake = self.load = 0.0
        self.left = self.served = self.waits = self.opened = 0


def cut_of(desk, capacity):
    """The wait below which nobody is served, and the share served at it: longest first."""
    before = 0
    for wait in reversed(range(WAITS)):
        here = desk.waiting[wait]
        if before + here >= capacity:
            return wait, (capacity - before) / here if here else 0.0
        before += here
    return -1, 1.0


class Seeking:
    def arrivals(self, key, desks, cover, level, usual, severity, overload, p, a):
        """Ask with hazard seeking x trust x way / usual; give up with reneging x weeks / 26."""
        if self.in_care:
            return
        u01, trust = self.model.u01, self.trust_service
        if not self.queue:
            if self.distant or not self.informed_formal:
                return
            worst = max(self.need)
            seen = 1.0 - (1.0 - cover[self.quarter]) * (1.0 - self.helped)
            if worst < p.seeks_above * (1.0 - a.early_referral * seen):
                return
            to = SERVICE_OF[self.need.index(worst)]
            way = 1.0
            for each, weight in zip(level, self.hindrance, strict=True):
                way *= 1.0 - each * weight
            if u01(key, self.number) < 1.0 - exp(-p.seeking * trust[to] * way / usual):
                self.queue, self.waited = to + 1, 0
        else:
            to = self.queue - 1
            self.waited += 1
            trust[to] -= a.overload_distrust * overload[to] * trust[to]
            if u01(key, self.number) < 1.0 - exp(-p.reneging * self.waited / 26.0):
                trust[to] -= p.trust_loss * trust[to]
                self.queue = 0
                desks[to].left += 1
        if self.queue:
            desk = desks[self.queue - 1]
            desk.waiting[min(self.waited, WAITS - 1)] += 1
            desk.work += exp(p.severity_work * (self.unmet - severity[self.queue - 1]))

    def open_case(self, key, desks, cuts, quality, length, severity, p):
        """Kernel `open_cases`: serve those who waited longer than the cut, some of those at it."""
        if not self.queue:
            return
        town, to = self.model, self.queue - 1
        wait, (cut, share) = min(self.waited, WAITS - 1), cuts[to]
        if wait < cut or (wait == cut and town.u01(key, self.number) >= share):
            return
        self.queue, self.care_by, self.followed = 0, to, 0
        weeks = length[to] * exp(p.severity_work * (self.unmet - severity[to]))
        stay = log1p(-1.0 / max(weeks, 1.000001))
        draw = town.u01(town.mix(key, self.number), 1)
        self.in_care = 1 + min(520, int(log1p(-draw) / stay))
        self.care_quality = quality[to]
        desks[to].served += 1
        desks[to].intake += self.unmet
        desks[to].waits += self.waited

    def follow(self, key, desks, effort, cover, p, c):
        """A case meets 1 - e^(-strength q with_others); return what only working together met."""
        if not self.in_care and not self.followed:
            return 0.0
        by, need = self.care_by, self.need
        share = 1.0 if self.in_care else c.accompaniment
        q = self.care_quality * effort[by] * share
        others = (1.0 + p.community_yield * cover[self.quarter]) * (
            1.0 + c.coproduction * self.helped
        )
        alone, met = 1.0 - exp(-p.strength * q), 1.0 - exp(-p.strength * q * others)
        together = 0.0
        for n, service in enumerate(SERVICE_OF):
            if service == by:
                together += need[n] * (met - alone)
                need[n] *= 1.0 - met
        self.trust_service[by] += (1.0 - self.trust_service[by]) * p.trust_gain * q
        desks[by].load += share
        if not self.in_care:
            self.followed -= 1
            return together
        self.efficacy += (1.0 - self.efficacy) * c.efficacy_gain * q
        self.skill += (1.0 - self.skill) * c.education * q
        signposted = 1.0 - exp(-c.signposting)
        if not self.informed_informal and self.model.u01(key, self.number) < signposted:
            self.informed_informal = 1
        self.in_care -= 1
        desks[by].opened += 1
        if not self.in_care and c.accompaniment > 0.0:
            self.followed = int(c.follow_up_weeks)
        return together

    def presented(self, other, u, rate):
        """Whether two meet through a case or through help: hazard rate x who is in care, helped."""
        h = self.helped + other.helped + (self.in_care > 0) + (other.in_care > 0)
        return u < 1.0 - exp(-rate * h)

    def overloaded(self, load):
        """Operators bear part of the overload of the services."""
        self.given += (1.0 - self.given) * load


def introductions(town, rate, can_meet):
    """Pairs that the greatest hazard would find, thinned to those whose own hazard finds them."""
    key, pool, most = town.key("care introduction"), town.could_meet, 4.0 * rate
    place, found = 0, []
    while most > 0.0 and place < len(pool):
        step = -log(1.0 - town.u01(key, place)) / most
        at = place + floor(step)
        if at < len(pool):
            (person, pair), u = pool[at], town.u01(town.mix(key, at), 1) * -expm1(-most)
            if not pair.active and person.presented(pair.other, u, rate * can_meet):
                found.append((person, pair.other))
        place = at + 1
    return found


def sick(town, p):
    """Share of operators absent: those hit this week, and those worn out."""
    if not town.operators:
        return 0.0
    away = 0.0
    for person in town.operators:
        worn = max(person.suffering - person.threshold, 0.0)
        away -= expm1(-p.sickness * (person.blow + worn))
    return away / len(town.operators)


def wear(town, services, overload, p):
    """Wear out the services, and the citizens who work in them, by the overload of the week."""
    overload = np.array(overload)
    services.fatigue += (1.0 - services.fatigue) * p.wear * overload
    services.fatigue -= services.fatigue * p.rest * (1.0 - overload)
    services.burnout += (1.0 - services.burnout) * (
        p.burnout_rate * np.maximum(services.fatigue - 0.5, 0.0)
    )
    services.burnout -= services.burnout * p.burnout_return
    load = float((overload * services.workers).sum() / services.workers.sum())
    for person in town.operators:
        person.overloaded(p.operator_load * load)


def run(town):
    tables, people, p = town.tables, town.people, town.tables.rates.serve
    state, c = tables.state, tables.rates.care
    services, place = state.services, state.municipality
    before, cover = town.total_need(), tables.group_cover().tolist()
    here = (1.0 - sick(town, p)) * (1.0 - place.service_dip)
    present = (services.workers + services.extra) * (1.0 - services.burnout)
    staff = [each * here for each in present.tolist()]
    caseload, length, severity = (
        [getattr(p, f"{what}_{service}") for service in SERVICES]
        for what in ("caseload", "weeks", "severity")
    )
    places = [staff[k] * caseload[k] for k in KINDS]
    overload = [min(1.0, int(services.queue[k]) / max(places[k], 1.0)) for k in KINDS]
    desks = [Desk() for _ in KINDS]
    town.citizens.do(
        "arrivals", town.key("seek"), desks, cover, place.obstacles.tolist(),
        tables.fixed.usual_access, severity, overload, p, tables.rates.access,
    )  # fmt: skip

    fits = p.routine_fit + (1.0 - p.routine_fit) * match(services.practice, place.demand)
    free = able(tables.rates.learn, services) * (1.0 - services.deciding)
    quality = (fits * (1.0 - services.dip) * free).tolist()
    waiting, cuts = [sum(desk.waiting) for desk in desks], []
    for k, desk in enumerate(desks):
        each = desk.work / waiting[k] if waiting[k] else 1.0
        room = max(places[k] - float(services.load[k]), 0.0)
        services.capacity[k] = min(room, places[k] / length[k] * quality[k] / each)
        cuts.append(cut_of(desk, float(services.capacity[k])))
    town.citizens.do("open_case", town.key("turn"), desks, cuts, quality, length, severity, p)

    needed = [float(services.load[k]) / max(caseload[k], 1e-9) for k in KINDS]
    effort = [min(1.0, staff[k] / max(needed[k], 1e-9)) for k in KINDS]
    key = town.key("signpost")
    together = sum(person.follow(key, desks, effort, cover, p, c) for person in people)
    met = introductions(town, c.introduction, 1.0 - place.contact_closed)
    for person, other in met:
        person.make_potential(other, tables.rates.meet)
    count_made(town, met + enter_circles(town, met, tables.rates.meet))

    for name in ("left", "served", "intake", "waits", "opened", "load"):
        column = {"left": "reneged", "opened": "open_cases"}.get(name, name)
        getattr(services, column)[:] = [getattr(desk, name) for desk in desks]
    services.queue[:] = [total - desk.served for total, desk in zip(waiting, desks, strict=True)]
    overload = [min(1.0, int(services.queue[k]) / max(places[k], 1.0)) for k in KINDS]
    wear(town, services, overload, p)
    creep(place.obstacles, tables.rates.access)
    town.citizens.do("reckon_unmet")
    state.met_formal = before - town.total_need() - 0.5 * together
    state.met_informal += 0.5 * together
    state.met_together = together
