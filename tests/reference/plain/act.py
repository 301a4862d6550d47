"""Phase 9, person by person: who joins activity and leaves it, who founds (equations 6 and 7)."""

from __future__ import annotations

from math import exp, expm1

import numpy as np

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
from resilienza_sim.model.phases.act import _PERSON as PERSON
from resilienza_sim.model.state import ADULT
from tests.reference.capital import factor


class Acting:
    def decide(
        self, key, hold, visible, inviting, drawing, join0, lapse0, usual, need, closed, p, capital
    ):
        """Chances are 1 - e^-h; who joins is told, who leaves leaves at once."""
        f, joins = self.fatigue, False
        u = self.model.u01(key, self.number)
        if self.active:
            keep = hold[self.group] if self.group >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f + p.exit_closed * closed) * (1.0 - keep)
            if u < 1.0 - exp(-h):
                self.active = 0
        else:
            q = self.quarter
            pull = 1.0 + p.neighbours * (self.busy - usual)
            pull += p.visible_need * (visible[q] - need)
            h = join0 * max(0.0, pull) * 2.0 * self.efficacy * (1.0 - f) * drawing[q]
            h *= 1.0 - p.join_closed * closed
            h *= factor(self.generalised_trust, capital.usual_trust, capital.joining)
            h *= 1.0 + inviting[q] + p.inward * self.grievance
            h = h if self.age >= ADULT else 0.0
            lapse = lapse0 * (1.0 + p.lapse_closed * closed)
            if u < 1.0 - exp(-h):
                joins = True
            elif self.group >= 0 and u < 1.0 - exp(-(h + lapse)):
                self.group = -1
        eta = self.efficacy
        eta += (1.0 - eta) * (p.efficacy_gain * (self.active * (1.0 - f) + self.helped)) * 0.5
        eta -= eta * p.efficacy_loss * (self.unmet + 0.5 * f)
        self.efficacy = eta + p.efficacy_return * (self.efficacy_anchor - eta)
        return joins

    def enter(self, choice, turned_away, options, orientation, p):
        """Choose a group by lot; one that is closed is chosen less by the out-group, or shut."""
        self.active, u01 = 1, self.model.u01
        if self.group >= 0 or not options:
            return
        best = -1.0
        for g, name in options:
            pair = (self.number * PERSON + name) % 2**64
            weight = u01(choice, pair)
            if self.target:
                weight **= 1.0 / max(orientation[g], 1e-6)
            if weight > best:
                best, self.group = weight, g
        shut = p.turned_away * (1.0 - orientation[self.group])
        if self.target and u01(turned_away, self.number) < shut:
            self.active, self.group = 0, -1


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
    choice, turned_away = town.key("choice of group"), town.key("turned away")
    for person in joining:
        options = by_quarter.get(person.quarter, alive)
        person.enter(choice, turned_away, options, orientation, p)


def births(town, p):
    """Groups are born where four active citizens of a quarter share a need and have a space."""
    tables = town.tables
    space, closed = tables.space_factor().tolist(), tables.state.municipality.contact_closed
    crowds = {}
    for person in town.people:
        if person.active and person.unmet > tables.rates.help.asks_above:
            problem = person.quarter, person.need.index(max(person.need))
            crowds.setdefault(problem, []).append(person)
    key, founders = town.key("founding"), []
    for (q, _), crowd in crowds.items():
        if len(crowd) >= p.birth_members:
            chance = -expm1(-p.birth * space[q] * (1.0 - closed) / p.birth_members)
            founders += [each for each in crowd if town.u01(key, each.number) < chance]
    town.publish("active", "group", "grievance")
    if founders:
        town.publish_neighbours()
    for founder in sorted(founders, key=lambda person: person.number):
        found(tables, founder.number, funds_eur=0.0)


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
    place.normal_need += p.habit * (sum(needs) / len(people) - place.normal_need)
    args = (
        town.key("act"), hold_of(tables), visible, effort.invitation.tolist(), drawing,
        fixed.join_rate, fixed.lapse_rate, fixed.normal_active, place.normal_need,
        place.contact_closed, p, tables.rates.capital,
    )  # fmt: skip
    enter_all(town, [person for person in people if person.decide(*args)], p)

    groups.capability -= groups.capability * p.capability_decay
    done = (groups.used * (groups.active > 0)).astype(np.float32)
    groups.capability += (1.0 - groups.capability) * (p.capability_gain * done)[:, None] * 0.5
    groups.funds[:] = np.maximum(groups.funds - p.upkeep_eur * groups.alive, 0.0)
    births(town, p)
    count_members(tables)
    deaths(tables)
    activate(tables)
    town.take("active", "group")
    moved = town.departures()
    if moved:
        town.publish_all()
        settle(tables, np.array([person in moved for person in people]))
        town.take_all()
