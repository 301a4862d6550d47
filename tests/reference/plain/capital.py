"""Social capital, person by person: company, efficacy of quarters, neighbours who help."""

from __future__ import annotations

from collections import defaultdict
from math import exp

from tests.reference.capital import HOUSEHOLD, NEAR, factor, usual_company
from tests.reference.chance import arc_id

IN_PERSON, REMOTE, SUPPORT, ADULT = 1, 2, 3, 14


def look(town):
    """Company follows the contacts of the week; a quarter what its people are."""
    tables, p = town.tables, town.tables.rates.capital
    groups, closed = tables.state.groups, tables.state.municipality.contact_closed
    open_share = 1.0 - closed * (1.0 - p.remote_weight)
    by_quarter = defaultdict(list)
    for person in town.people:
        met = local = 0.0
        for tie in person.ties.values():
            if tie.layer & HOUSEHOLD:
                continue
            if tie.mark & IN_PERSON:
                met += tie.trust
            elif tie.mark & REMOTE:
                met += tie.trust * p.remote_weight
            if tie.layer & NEAR:
                local += tie.trust
        if person.group >= 0:
            support = 2.0 * float(groups.capability[person.group, SUPPORT])
            met += p.belonging * open_share * support * int(groups.alive[person.group])
        person.company += p.keeping_company * (1.0 - exp(-met) - person.company)
        by_quarter[person.quarter].append((person, local))
    efficacy = tables.state.quarters.efficacy
    for q, here in by_quarter.items():
        adults = [person for person, _ in here if person.age >= ADULT]
        levels = (
            (sum(person.generalised_trust for person, _ in here) / len(here), p.usual_trust),
            (sum(local for _, local in here) / len(here), p.usual_local),
            (sum(person.active for person in adults) / max(len(adults), 1), p.usual_active),
        )
        found = sum(level / (level + usual) for level, usual in levels) / 3.0
        before = efficacy[q]
        efficacy[q] = before + p.reputation * (found - before) if before else found

    tables.state.municipality.usual_company = usual_company([one.company for one in town.people], p)


def kept_in(tables, protects):
    """Share of a hit that neighbours do not keep off, by quarter: (2 (1 - E))^b."""
    p = tables.rates.capital
    strength = {"distance": p.distancing, "watch": p.watching, "nothing": 0.0}[protects]
    return [(2.0 * (1.0 - e)) ** strength for e in tables.state.quarters.efficacy.tolist()]


def ask_neighbours(town, kinds, p):
    """Those in need come across one neighbour a week at most, known or not of any help."""
    tables, c = town.tables, town.tables.rates.capital
    key, quarters = town.key("strangers"), defaultdict(list)
    for person in town.people:
        quarters[person.quarter].append(person)
    met_share = 1.0 - tables.state.municipality.contact_closed * (1.0 - p.remote_weight)
    for person in town.people:
        load, neighbours = person.load, quarters[person.quarter]
        if load < p.asks_above:
            continue
        often = c.neighbours * met_share * 2.0 * tables.state.quarters.efficacy[person.quarter]
        dares = factor(person.generalised_trust, c.usual_trust, c.asking)
        comes, which = town.halves(town.mix(key, person.number))
        if comes >= min(often, 1.0) * (1.0 - (1.0 - load) ** dares):
            continue
        other = neighbours[int(which * len(neighbours))]
        if other.home is person.home:
            continue
        will = p.b0 - p.b3 * other.suffering - p.b4 * other.fatigue
        will += c.helping * (other.generalised_trust - c.usual_trust)
        if person.target != other.target:
            will -= p.b5 * other.grievance
        pair = town.mix(key, arc_id(person.number, other.number))
        if town.u01(pair, 1) >= 1.0 / (1.0 + exp(-will)):
            continue
        able = 0.5 + 0.5 * other.skill
        room = p.capacity * (1.0 - other.fatigue) * (1.0 - other.load) * able
        room *= (1.0 + p.active_boost * other.active) * (1.0 - other.given)
        if room <= 0.0:
            continue
        other.given += (1.0 - other.given) * min(1.0, load / room)
        met = 1.0 - exp(-p.strength * min(1.0, room / load) * able)
        left = person.meet_part([met * kind for kind in kinds])
        person.helped = 1.0 - (1.0 - person.helped) * left
