"""Phase 6, person by person: who asks for a service, is served, is followed (equation 8)."""

from __future__ import annotations

from math import exp, expm1, floor, log

import numpy as np

from resilienza_sim.model.access import creep
from resilienza_sim.model.desk import WAITS
from resilienza_sim.model.hazards import match
from resilienza_sim.model.practices import able
from resilienza_sim.model.state import NEED_SERVICE, NEVER, SERVICES
from tests.reference.capital import factor
from tests.reference.plain.meet import count_made, enter_circles

ROWS = NEED_SERVICE.tolist()
KINDS = range(len(SERVICES))


class Desk:
    """What a service counts in a week."""

    def __init__(self):
        self.waiting = [0] * WAITS
        """People by weeks waited."""
        self.intake = self.load = 0.0
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
    def answered(self, service):
        """Kinds of need of this person that a service answers."""
        return [n for n, by in enumerate(ROWS[self.family]) if by == service]

    def own_need(self, service):
        return max((self.need[n] for n in self.answered(service)), default=0.0)

    def chance(self, key, service):
        """The number drawn for this person and one service."""
        return self.model.u01(key, self.number * len(KINDS) + service)

    def arrivals(self, key, desks, *rules):
        """Ask for each service; the others in its queue wait on or give up."""
        for k, desk in enumerate(desks):
            if not self.in_care[k]:
                chance = self.chance(key, k)
                step = self.wait_on if self.waited[k] else self.ask_service
                step(k, desk, chance, *rules)

    def ask_service(self, k, desk, chance, cover, level, usual, overload, seeking, p, a, c):
        """Ask with hazard seeking x trust x way / usual, if the need is such as to send there."""
        if self.distant or not self.informed_formal:
            return
        seen = 1.0 - (1.0 - cover[self.quarter]) * (1.0 - self.helped)
        if self.own_need(k) < p.seeks_above * (1.0 - a.early_referral * seen):
            return
        way = factor(self.generalised_trust, c.usual_trust, c.turning) / usual
        for each, weight in zip(level, self.hindrance, strict=True):
            way *= 1.0 - each * weight
        if chance < 1.0 - exp(-seeking[k] * self.trust_service[k] * way):
            self.waited[k] = 1
            desk.waiting[0] += 1

    def wait_on(self, k, desk, chance, cover, level, usual, overload, seeking, p, a, c):
        """Give up with hazard reneging x weeks / 26, or without need; the others wait on."""
        trust = self.trust_service
        trust[k] -= a.overload_distrust * overload[k] * trust[k]
        tired = chance < 1.0 - exp(-p.reneging * self.waited[k] / 26.0)
        if self.own_need(k) < p.closes_below:
            self.waited[k] = 0
        elif tired:
            trust[k] -= p.trust_loss * trust[k]
            self.waited[k] = 0
        if not self.waited[k]:
            desk.left += 1
            return
        desk.waiting[min(self.waited[k], WAITS - 1)] += 1
        self.waited[k] += 1

    def open_cases(self, key, desks, cuts):
        """Kernel `open_cases`: serve those who waited longer than the cut, some of those at it."""
        for k, desk in enumerate(desks):
            weeks, (cut, share) = self.waited[k] - 1, cuts[k]
            wait = min(weeks, WAITS - 1)
            if wait < cut or weeks < 0 or (wait == cut and self.chance(key, k) >= share):
                continue
            self.waited[k], self.in_care[k], self.followed[k] = 0, 1, 0
            self.reviewed[k] = self.own_need(k)
            desk.served += 1
            desk.intake += self.unmet
            desk.waits += weeks

    def follow(self, key, desks, effect, cover, p, c):
        """Go through the cases, open or just closed; return what only working together met."""
        self.cases, together = 0, 0.0
        self.since_care = [min(weeks + 1, NEVER) for weeks in self.since_care]
        others = (1.0 + p.community_yield * cover[self.quarter]) * (
            1.0 + c.coproduction * self.helped
        )
        for k, desk in enumerate(desks):
            strength, quality = effect[k]
            if self.in_care[k]:
                together += self.worked_on(k, strength, quality, others, p)
                self.learn_in_care(key, quality, c)
                self.keep_or_close(k, p, c)
            elif self.followed[k]:
                share = c.accompaniment
                together += self.worked_on(k, strength * share, quality * share, others, p)
                self.followed[k] -= 1
            if self.in_care[k]:
                self.cases += 1
                desk.opened += 1
                desk.load += 1.0
            elif self.followed[k]:
                desk.load += c.accompaniment
        return together

    def worked_on(self, k, strength, quality, others, p):
        """A case meets 1 - e^(-strength others) of the service's own needs."""
        alone, met, together = 1.0 - exp(-strength), 1.0 - exp(-strength * others), 0.0
        for n in self.answered(k):
            together += self.need[n] * (met - alone)
            self.need[n] *= 1.0 - met
        self.trust_service[k] += (1.0 - self.trust_service[k]) * p.trust_gain * quality
        return together

    def learn_in_care(self, key, quality, c):
        """Skill, efficacy, and being told of the groups."""
        self.efficacy += (1.0 - self.efficacy) * c.efficacy_gain * quality
        self.skill += (1.0 - self.skill) * c.education * quality
        signposted = 1.0 - exp(-c.signposting)
        if not self.informed_informal and self.model.u01(key, self.number) < signposted:
            self.informed_informal = 1

    def keep_or_close(self, k, p, c):
        """Close a case whose need is met, or that a review finds without progress."""
        self.since_care[k] = 0
        left = self.own_need(k)
        closed = left < p.closes_below
        if not closed and self.in_care[k] % p.review_weeks == 0:
            closed = left > (1.0 - p.progress) * self.reviewed[k]
            self.reviewed[k] = left
        self.in_care[k] = 0 if closed else self.in_care[k] + 1
        if closed and c.accompaniment > 0.0:
            self.followed[k] = int(c.follow_up_weeks)

    def age_grant(self):
        """One more week since the last grant of money."""
        self.since_grant = min(self.since_grant + 1, NEVER)

    def presented(self, other, u, rate):
        """Whether two meet through a case or through help: hazard rate x who is in care, helped."""
        h = self.helped + other.helped + (self.cases > 0) + (other.cases > 0)
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
    usual, strength, seeking = (
        [getattr(p, f"{what}_{service}") for service in SERVICES]
        for what in ("caseload", "strength", "seeking")
    )
    seeking, caseload = [p.seeking * each for each in seeking], services.caseload.tolist()
    places = [staff[k] * caseload[k] for k in KINDS]
    overload = [min(1.0, int(services.queue[k]) / max(places[k], 1.0)) for k in KINDS]
    desks = [Desk() for _ in KINDS]
    town.citizens.do(
        "arrivals",
        town.key("seek"),
        desks,
        cover,
        place.obstacles.tolist(),
        tables.fixed.usual_access,
        overload,
        seeking,
        p,
        tables.rates.access,
        tables.rates.capital,
    )

    fits = p.routine_fit + (1.0 - p.routine_fit) * match(services.practice, place.demand)
    free = able(tables.rates.learn, services) * (1.0 - services.deciding)
    quality = (fits * (1.0 - services.dip) * free).tolist()
    waiting, cuts = [sum(desk.waiting) for desk in desks], []
    services.capacity[:] = places
    for k, desk in enumerate(desks):
        cuts.append(cut_of(desk, max(places[k] - float(services.load[k]), 0.0)))
    town.citizens.do("open_cases", town.key("turn"), desks, cuts)

    needed = [float(services.load[k]) / max(caseload[k], 1e-9) for k in KINDS]
    effort = [min(1.0, staff[k] / max(needed[k], 1e-9)) for k in KINDS]
    effort = [effort[k] * (usual[k] / max(caseload[k], 1e-9)) for k in KINDS]
    key, q = town.key("signpost"), [quality[k] * effort[k] for k in KINDS]
    effect = [(strength[k] * q[k], q[k]) for k in KINDS]
    together = sum(person.follow(key, desks, effect, cover, p, c) for person in people)
    town.citizens.do("age_grant")
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
