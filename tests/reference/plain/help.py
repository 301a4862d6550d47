"""Phase 5, person by person: mutual aid along the ties, then the groups' aid (equations 5, 9)."""

from __future__ import annotations

from math import exp, expm1, nan

import numpy as np

from resilienza_sim.model.cooperation import active_profile, coverage, ground, likeness, pool_funds
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.hazards import match
from resilienza_sim.model.practices import able
from resilienza_sim.model.state import NEEDS
from tests.reference.capital import factor
from tests.reference.chance import arc_id
from tests.reference.help import OWING
from tests.reference.plain.act import turn_out
from tests.reference.plain.capital import ask_neighbours

IN_PERSON, REMOTE, ASKED, AGREED = 1, 2, 4, 8
IN_CONTACT = IN_PERSON | REMOTE


class Helping:
    def ask(self, key, p, c):
        """P = sigma(b0 + b1 tau_ji + b2 debt - b3 s_j - b4 f_j - b5 g_j [out-group]) x contact."""
        load, me, town = self.load, self.number, self.model
        if load < p.asks_above:
            return
        dares = factor(self.generalised_trust, c.usual_trust, c.asking)
        more = 1.0 - (1.0 - load) ** dares - load
        for tie in self.ties.values():
            if not tie.mark:
                continue
            other, theirs = tie.other, tie.back
            asks, agrees = town.halves(town.mix(key, arc_id(me, other.number)))
            if asks >= load + (1.0 - tie.trust) * more:
                continue
            seen = tie.mark
            tie.mark |= ASKED
            will = p.b0 - p.b3 * other.suffering - p.b4 * other.fatigue
            will += p.b1 * theirs.trust + p.b2 * theirs.debt
            at_large = other.generalised_trust - c.usual_trust
            will += c.helping * (1.0 - theirs.trust) * at_large
            if self.target != other.target:
                will -= p.b5 * other.grievance
            chance = 1.0 / (1.0 + exp(-will))
            if seen == REMOTE:
                chance *= p.remote_weight
            if agrees < chance:
                tie.mark |= AGREED
                other.asked_of += load

    def answer(self, p, feeling):
        """What a helper can do is shared among those helped; less with little in reserve."""
        asked, self.asked_of = self.asked_of, 0.0
        self.scale = self.given = 0.0
        if asked > 0.0:
            room = p.capacity * (1.0 - self.fatigue) * (1.0 - self.load) * (0.5 + 0.5 * self.skill)
            room *= 1.0 + feeling.spiral * (self.reserve - feeling.usual_reserve)
            if self.active:
                room *= 1.0 + p.active_boost
            self.scale = min(1.0, room / asked)
            self.given = min(1.0, asked / room) if room > 0.0 else 0.0

    def meet_part(self, shares):
        """Meet these shares of the needs; return what is left over what there was."""
        before = sum(self.need)
        self.need = [each * (1.0 - share) for each, share in zip(self.need, shares, strict=True)]
        return sum(self.need) / before if before > 0.0 else 1.0

    def receive(self, kinds, p, count):
        """need_k falls by the share kind_k (1 - e^(-strength R)), R the sum of the help got."""
        self.helped = self.refused = 0.0
        if self.load < p.asks_above:
            return
        support, asked, no = 0.0, 0, 0
        for tie in self.ties.values():
            if not tie.mark & ASKED:
                continue
            asked += 1
            if not tie.mark & AGREED:
                no += 1
                continue
            got, theirs = tie.other.scale, tie.back
            weight = 1.0 if tie.mark & IN_PERSON else p.remote_weight
            support += got * weight * (0.5 + 0.5 * tie.other.skill)
            count[0] += 1
            count[1] += theirs.debt > OWING
            theirs.debt *= 1.0 - got
            tie.debt += (1.0 - tie.debt) * got * 0.5
        if asked:
            self.refused = no / asked
        if support > 0.0:
            met = 1.0 - exp(-p.strength * support)
            self.helped = 1.0 - self.meet_part([met * kind for kind in kinds])

    def groups_help(self, key, reached, closed, told, met, p):
        """Groups help those who ask, know of them, come near and resemble them."""
        if self.load < p.asks_above or self.distant or not self.informed_informal:
            return False
        q, town = self.quarter, self.model
        chance = reached[q][self.profile] * (1.0 - (closed[q] if self.target else 0.0))
        if town.u01(key, self.number) >= chance:
            return False
        self.helped = 1.0 - (1.0 - self.helped) * self.meet_part(met)
        if town.u01(town.mix(key, self.number), 1) < told[q]:
            self.informed_formal = 1
        return True

    def visited(self, key, room, asks, met, p):
        """Those who help on their own go from door to door."""
        q = self.quarter
        if self.load < p.asks_above or self.distant:
            return False
        if self.model.u01(key, self.number) >= 1.0 - exp(-room[q] / asks[q]):
            return False
        self.helped = 1.0 - (1.0 - self.helped) * self.meet_part(met)
        return True

    def free(self, p):
        """Part of a helper's strength that is given this week."""
        time = (1.0 - self.fatigue) * (1.0 - self.load) * (1.0 + p.active_boost * self.active)
        return self.given * time


def capacity_of(tables):
    """Needs that each group can follow this week."""
    state, p = tables.state, tables.rates.help
    groups, place = state.groups, state.municipality
    space = tables.space_factor().tolist()
    fits, free = match(groups.practice, place.demand), able(tables.rates.learn, groups)
    capacity = np.zeros(len(groups))
    for g in np.flatnonzero(groups.alive).tolist():
        paid = groups.funds[g] >= tables.rates.act.upkeep_eur - 0.005
        k = groups.alliance[g]
        deciding = float(state.alliances.cost[k]) if k >= 0 else 0.0
        capacity[g] = (
            int(groups.at_work[g])
            * p.group_hours
            * (1.0 + p.funded * paid)
            * float(groups.capability[g, 0])
            * (p.routine_fit + (1.0 - p.routine_fit) * float(fits[g]))
            * (1.0 - float(groups.dip[g]))
            * (1.0 - deciding)
            * (1.0 if groups.emergent[g] else space[groups.quarter[g]])
            * float(free[g])
        )
    return capacity


def who_asks(town):
    """Return how many ask for help in each quarter, at least one."""
    asks = np.zeros(len(town.tables.community.quarters))
    for person in town.people:
        if person.load >= town.tables.rates.help.asks_above:
            asks[person.quarter] += 1.0
    return np.maximum(asks, 1.0)


def neighbours(town, kinds):
    """Those who help on their own, outside the groups of the emergency, meet who is in need."""
    state, p = town.tables.state, town.tables.rates.help
    emergent, room = state.groups.emergent.tolist(), [0.0] * len(town.tables.community.quarters)
    for person in town.people:
        if person.helping and (person.group < 0 or not emergent[person.group]):
            free = (1.0 - person.fatigue) * (1.0 - person.load)
            room[person.quarter] += p.neighbour_needs * free
    met = [kind * -expm1(-p.strength) for kind in kinds]
    args = (town.key("neighbours"), room, who_asks(town).tolist(), met, p)
    state.neighbours_helped = sum([person.visited(*args) for person in town.people])


def groups(town, kinds):
    """The groups, each alone or in an alliance that acts jointly, help those they reach."""
    tables, p = town.tables, town.tables.rates.help
    state = tables.state
    table, alliances = state.groups, state.alliances
    town.publish("active", "group")
    allied = (table.alliance >= 0) & (table.alive == 1)
    joint = allied & (alliances.joint[np.maximum(table.alliance, 0)] == 1)
    unit = table.alliance.astype(np.int64)
    pool_funds(table, joint, p.pooling_funds, tables.rates.act.upkeep_eur)
    asks, capacity = who_asks(town), capacity_of(tables)
    table.reach[:] = np.minimum(capacity / asks[table.quarter], 1.0)
    reach = ground(capacity, table.quarter, asks, unit, joint, p.pooling)
    cover = coverage(reach, unit, joint)
    total = np.maximum(reach.sum(axis=0), 1e-12)
    closed = 1.0 - (reach * table.orientation[:, None]).sum(axis=0) / total
    worked = (reach * asks * np.minimum(cover / total, 1.0)).sum(axis=1)
    table.used[:] = np.minimum(worked / np.maximum(capacity, 1e-12), 1.0)
    everything = float(capacity.sum())
    state.joint_share = float(capacity[joint].sum()) / everything if everything > 0.0 else nan
    told = p.referral * reach[allied].sum(axis=0) / total
    like = likeness(active_profile(tables), tables.fixed.residents, p.profile_prior)
    reached = cover[:, None] * (1.0 - p.representation + p.representation * like)
    lent = cover_of(covers(state.stakeholders)).tolist()
    met = [
        kind * -expm1(-p.group_strength * (1.0 + p.lent * each))
        for kind, each in zip(kinds, lent, strict=True)
    ]
    args = (town.key("group help"), reached.tolist(), closed.tolist(), told.tolist(), met, p)
    state.groups_helped = sum(person.groups_help(*args) for person in town.people)


def run(town):
    tables = town.tables
    state, p = tables.state, tables.rates.help
    turn_out(town)
    p = p._replace(b0=p.b0 + p.called * float(state.calls.call.mean()))
    for person in town.people:
        person.reckon_unmet()  # what money has met is not asked for
        person.load = person.unmet
    before = town.total_need()
    kinds = [getattr(p, f"{kind}_informal") for kind in NEEDS]
    town.citizens.do("ask", town.key("help"), p, town.tables.rates.capital)
    town.citizens.do("answer", p, town.tables.rates.mood)
    count = [0, 0]
    town.citizens.do("receive", kinds, p, count)
    state.help_acts, state.help_returned = count
    ask_neighbours(town, kinds, p)
    state.volunteer_hours = p.helper_hours * sum(person.free(p) for person in town.people)
    state.volunteer_hours += tables.rates.act.turn_hours * sum(
        person.doing and not person.helping for person in town.people
    ) + p.neighbour_hours * sum(person.helping for person in town.people)
    neighbours(town, kinds)
    groups(town, kinds)
    state.stakeholders.engaged *= 1.0 - p.disengaging
    town.citizens.do("reckon_unmet")
    state.met_informal = before - town.total_need()
