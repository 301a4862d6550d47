"""Phase 9, person by person: who joins activity and leaves it, who founds (equations 6 and 7)."""

from __future__ import annotations

from math import exp, expm1

import numpy as np

from resilienza_sim.model import balance
from resilienza_sim.model.emergent import emergent_births, emergent_groups, take_root
from resilienza_sim.model.groups_life import (
    AGGREGATIVE,
    activate,
    around_usual,
    count_members,
    deaths,
    found,
    settle,
)
from resilienza_sim.model.names import names_of
from resilienza_sim.model.participation import NEVER, Pace, hear, work_this_week
from resilienza_sim.model.phases.act import _PERSON as PERSON
from resilienza_sim.model.phases.act import INCOME, Rest
from resilienza_sim.model.state import ADULT
from tests.reference.capital import factor


class Acting:
    def decide(self, key, inviting, drawing, hold, rest, p, hazards):
        """Chances are 1 - e^-h; who comes in or begins is told, who leaves leaves at once."""
        f, joins = self.fatigue, False
        u = self.model.u01(key, self.number)
        distress = max(0.0, self.suffering - self.rest_suffering)
        load = p.hardship * (1.0 - (1.0 - self.setback) * (1.0 - distress))
        more = p.suspended_lapse if self.suspended else 1.0
        if self.active:
            keep = hold[self.group] if self.group >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f) * (1.0 - keep) * more
            h *= rest.wearing * exp(load)
            hazards[3] += h
            if u < 1.0 - exp(-h):
                self.active = 0
        else:
            q, outside = self.quarter, self.group < 0
            pull = 1.0 + p.neighbours * (self.busy - rest.busy)
            h = (rest.join if outside else rest.take_up) * max(0.0, pull)
            h *= 2.0 * self.efficacy * (1.0 - f) * drawing[q]
            h *= 1.0 - (p.stops_part if outside else p.stops_work) * rest.closed
            h *= 1.0 + inviting[q] + p.inward * self.grievance
            h *= rest.easing * exp(-load)
            h *= factor(self.generalised_trust, rest.usual_trust, rest.trust_weight)
            h = h if self.age >= ADULT else 0.0
            lapse = 0.0 if outside else p.lapse * more * rest.wearing * exp(load)
            hazards[1] += lapse
            hazards[0 if outside else 2] += h
            if u < 1.0 - exp(-h):
                joins = True
            elif u < 1.0 - exp(-(h + lapse)):
                self.group = -1
        eta, d = self.efficacy, self.setback
        eta += (1.0 - eta) * (p.efficacy_gain * (self.doing * (1.0 - f) + self.helped)) * 0.5
        eta -= eta * p.efficacy_loss * (self.unmet + 0.5 * f)
        self.efficacy = eta + p.efficacy_return * (self.efficacy_anchor - eta)
        d -= p.setback_recovery * d
        self.setback = d + (1.0 - d) * (1.0 - exp(-p.setback * self.need[INCOME]))
        return joins

    def turn_out(self, keys, emergent, closed, p):
        """Do something this week or not: limits stop a fixed share of people."""
        doing, kind = keys
        u01, inside = self.model.u01, self.group >= 0
        ordinary = inside and not emergent[self.group]
        stopped = ordinary and u01(kind, self.number) < closed * (
            p.stops_work if self.active else p.stops_part
        )
        if ordinary and self.suspended and not stopped:
            again = u01(self.model.mix(doing, self.number), 1)
            stopped = again >= 1.0 - exp(-p.resuming)
        self.suspended = int(stopped)
        together = bool(self.helping and inside and emergent[self.group])
        u = u01(doing, self.number)
        works = together or bool(inside and not stopped and self.active and u < p.working)
        came = works or (inside and not stopped and u < p.attending)
        self.doing = int(works or self.helping)
        self.since_work = 0 if works else min(self.since_work + 1, NEVER)
        self.since_part = 0 if came else min(self.since_part + 1, NEVER)
        return works

    def rally(self, key, call, here, emergent, hold, p):
        """Begin to help on one's own, or stop."""
        f, q, g = self.fatigue, self.quarter, self.group
        u = self.model.u01(key, self.number)
        if self.helping:
            h = p.helping_ends * (1.0 + p.exit_fatigue * f) * (1.0 - (hold[g] if g >= 0 else 0.0))
            if u < 1.0 - exp(-h):
                self.helping = 0
                if g >= 0 and emergent[g] and not self.active:
                    self.group = -1
        elif self.age >= ADULT and not self.distant:
            h = p.rally * call[q] * 4.0 * self.efficacy * self.mean_trust * (1.0 - f)
            if u < 1.0 - exp(-h):
                self.helping = 1
                if g < 0:
                    self.group = here[q]

    def enter(self, keys, options, orientation, p):
        """Begin to work, or choose a group by lot: the out-group chooses a closed one less."""
        choice, turned_away, start = keys
        u01 = self.model.u01
        if self.group >= 0:
            self.active = 1
            return
        best, found = -1.0, -1
        for g, name in options:
            pair = (self.number * PERSON + name) % 2**64
            weight = u01(choice, pair)
            if self.target:
                weight **= 1.0 / max(orientation[g], 1e-6)
            if weight > best:
                best, found = weight, g
        if found < 0:
            return
        shut = p.turned_away * (1.0 - orientation[found])
        if not (self.target and u01(turned_away, self.number) < shut):
            self.group, self.active = found, int(u01(start, self.number) < p.begins)


def hold_of(tables):
    """Share of exits that each group's alliance prevents: those who did much together hold most."""
    p, alliances = tables.rates.act, tables.state.alliances
    hold = []
    for k in tables.state.groups.alliance.tolist():
        if k < 0:
            hold.append(0.0)
            continue
        horizontal = p.hold_horizontal * (alliances.vertical[k] == 0)
        kept = 1.0 - (1.0 - p.hold_alliance) * (1.0 - horizontal)
        hold.append(kept * float(alliances.memory[k]))
    return hold


def gathering(groups, quarters):
    """Aggregative capability of each quarter's groups, mean over their members."""
    gathered, crowd = np.zeros(quarters), np.zeros(quarters)
    for g in np.flatnonzero(groups.alive).tolist():
        q, members = int(groups.quarter[g]), int(groups.members[g])
        gathered[q] += members * float(groups.capability[g, AGGREGATIVE])
        crowd[q] += members
    return np.where(crowd > 0, gathered / np.maximum(crowd, 1), 0.5)


def enter_all(town, joining, p):
    """Let those who join find a group of the quarter, or of the town if there is none."""
    groups = town.tables.state.groups
    orientation = groups.orientation.tolist()
    alive, by_quarter = [], {}
    for g in np.flatnonzero(groups.alive).tolist():
        alive.append((g, int(names_of(groups, g))))
        by_quarter.setdefault(int(groups.quarter[g]), []).append(alive[-1])
    keys = [town.key(name) for name in ("choice of group", "turned away", "works from the start")]
    for person in joining:
        options = by_quarter.get(person.quarter, alive)
        person.enter(keys, options, orientation, p)


def belonging(people):
    """Members and volunteers."""
    return sum(person.group >= 0 for person in people), sum(person.active for person in people)


def births(town, p, usual):
    """Groups are born where four active citizens of a quarter share a need and have a space."""
    tables = town.tables
    space, closed = tables.space_factor().tolist(), tables.state.municipality.gatherings_closed
    crowds = {}
    for person in town.people:
        if person.active and person.unmet > tables.rates.help.asks_above:
            problem = person.quarter, person.need.index(max(person.need))
            crowds.setdefault(problem, []).append(person)
    key, founders, total = town.key("founding"), [], 0.0
    for (q, _), crowd in crowds.items():
        if len(crowd) >= p.birth_members:
            hazard = p.birth * space[q] * (1.0 - closed) / p.birth_members
            total += hazard * len(crowd)
            chance = -expm1(-usual * hazard)
            founders += [each for each in crowd if town.u01(key, each.number) < chance]
    town.publish("active", "group", "helping", "grievance")
    if founders:
        town.publish_neighbours()
    for founder in sorted(founders, key=lambda person: person.number):
        found(tables, founder.number, funds_eur=0.0)
    return total


def turn_out(town):
    """Let members do something this week, and count those at work in each group."""
    tables = town.tables
    act, groups = tables.rates.act, tables.state.groups
    keys = town.key("doing"), int(tables.streams.keys(("kind of activity",))[0])
    pace = Pace(
        work_this_week(tables.rates.help.active_hours, act.turn_hours),
        act.attending,
        act.stops_work,
        act.stops_part,
        act.resuming,
    )
    emergent, closed = groups.emergent.tolist(), tables.state.municipality.gatherings_closed
    groups.at_work[:] = 0
    for person in town.people:
        if person.turn_out(keys, emergent, closed, pace):
            groups.at_work[person.group] += 1


def run(town):
    tables, people, p = town.tables, town.people, town.tables.rates.act
    state, fixed, effort = tables.state, tables.fixed, tables.effort
    groups, place = state.groups, state.municipality
    residents = tables.residents.tolist()
    needs = [0.0] * len(residents)
    for person in people:
        needs[person.quarter] += person.unmet
    visible = [total / max(n, 1) for total, n in zip(needs, residents, strict=True)]
    drawing = around_usual(p.gathering, gathering(groups, len(residents))).tolist()
    usual, hold = fixed.usual_part, hold_of(tables)
    came, began = (balance.factor(tables, k) for k in (balance.MEMBERS, balance.VOLUNTEERS))
    hazards, at = np.zeros(4), []
    rest = Rest(
        usual.join * came,
        usual.take_up * began,
        usual.active,
        usual.easing,
        usual.wearing,
        place.gatherings_closed,
        tables.rates.capital.usual_trust,
        tables.rates.capital.joining,
    )
    args = (town.key("act"), effort.invitation.tolist(), drawing, hold, rest, p, hazards)
    joining = [person for person in people if person.decide(*args)]
    at.append(belonging(people))
    wanting = sum(person.group < 0 for person in joining)
    groups.capability -= groups.capability * p.capability_decay
    done = (groups.used * (groups.at_work > 0)).astype(np.float32)
    groups.capability += (1.0 - groups.capability) * (p.capability_gain * done)[:, None] * 0.5
    groups.funds[:] = np.maximum(groups.funds - p.upkeep_eur * groups.alive, 0.0)
    enter_all(town, joining, p)
    at.append(belonging(people))
    call = hear(tables, np.array(visible)).tolist()
    here = emergent_groups(groups, len(residents)).tolist()
    for person in people:
        person.rally(town.key("rally"), call, here, groups.emergent.tolist(), hold, p)
    town.publish("active", "group", "helping", "distant")
    town.publish_neighbours()
    emergent_births(tables)
    town.take("active", "group", "helping")
    born = births(town, p, balance.factor(tables, balance.GROUPS))
    take_root(tables)
    count_members(tables)
    ending = balance.at_end(tables)
    deaths(tables)
    if state.week < 0:
        at.append(balance.belonging(state))
        balance.count_belonging(tables, hazards, (came, began), wanting, at)
        balance.count(tables, balance.GROUPS, born, ending)
    activate(tables)
    town.take("active", "group", "helping")
    moved = town.departures()
    if moved:
        town.publish_all()
        settle(tables, np.array([person in moved for person in people]))
        town.take_all()
        for home in town.homes:
            home.let_in()
