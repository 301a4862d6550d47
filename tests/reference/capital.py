"""Social capital in use: what trust and company multiply, efficacy of quarters, neighbours."""

from __future__ import annotations

import math

from tests.reference.chance import arc_id, halves, mix, u01
from tests.reference.columns import row
from tests.reference.help import _meet_part, informal_kinds

IN_PERSON, REMOTE, HOUSEHOLD, NEAR, ADULT = 1, 2, 1, 2 | 4, 14


def factor(level: float, usual: float, weight: float) -> float:
    """(1 + w x) / (1 + w usual): 1 at the usual level, and wherever w is 0."""
    return (1.0 + weight * level) / (1.0 + weight * usual)


def look_around(ties, citizens, people, warmth, efficacy, p) -> None:
    """Company follows this week's contacts; efficacy the mean of x / (x + usual) of three parts."""
    start, degree = ties.start, ties.degree
    trust, active, group = citizens.generalised_trust, citizens.active, citizens.group
    company = citizens.company
    quarter, age = people.quarter, people.age
    tie_trust, layer, mark = ties.trust, ties.layer, ties.mark
    quarters = [{"trust": 0.0, "ties": 0.0, "n": 0, "adults": 0, "active": 0} for _ in efficacy]
    for i in range(len(degree)):
        met = local = 0.0
        for k in row(start, degree, i):
            if layer[k] & HOUSEHOLD:
                continue
            tau = float(tie_trust[k])
            if mark[k] & IN_PERSON:
                met += tau
            elif mark[k] & REMOTE:
                met += tau * p.remote_weight
            if layer[k] & NEAR:
                local += tau
        if group[i] >= 0:
            met += float(warmth[group[i]])
        had = float(company[i])
        company[i] = had + p.keeping_company * (1.0 - math.exp(-met) - had)
        mine = quarters[int(quarter[i])]
        mine["trust"] += float(trust[i])
        mine["ties"] += local
        mine["n"] += 1
        if age[i] >= ADULT:
            mine["adults"] += 1
            mine["active"] += int(active[i])
    for q, mine in enumerate(quarters):
        if not mine["n"]:
            continue
        people, ties = mine["trust"] / mine["n"], mine["ties"] / mine["n"]
        acting = mine["active"] / max(mine["adults"], 1)
        found = people / (people + p.usual_trust) + ties / (ties + p.usual_local)
        found = (found + acting / (acting + p.usual_active)) / 3.0
        before = float(efficacy[q])
        efficacy[q] = before + p.reputation * (found - before) if before else found


def usual_company(company, p) -> float:
    """(1 - c) what was always usual + c what leaves the mean of 1 / (1 + k m) in the town."""
    if not p.easing:
        return p.usual_company
    left = 0.0
    for m in company:  # from 3.12 on, `sum` of floats mends its own rounding
        left += 1.0 / (1.0 + p.easing * float(m))
    town = (len(company) / left - 1.0) / p.easing
    return (1.0 - p.comparing) * p.usual_company + p.comparing * town


def guard(exposure, quarter, kept, out) -> None:
    """What is left of each exposure in its quarter."""
    for i, e in enumerate(exposure.tolist()):
        out[i] = e * float(kept[quarter[i]])


def ask_neighbours(key, people, citizens, s, meets, b0, p, c) -> float:
    """One neighbour a week at most is come across, asked, and helps with what strength is left."""
    quarter, household, begins = people.quarter, people.household, people.quarter_start
    target = people.target
    suffering, fatigue, grievance = citizens.suffering, citizens.fatigue, citizens.grievance
    skill, active, trust = citizens.skill, citizens.active, citizens.generalised_trust
    need, helped, given = citizens.need, citizens.helped, citizens.given
    load = s.asked_load
    kinds, all_met = informal_kinds(p), 0.0
    for i, u in enumerate(load.tolist()):
        if u < p.asks_above:
            continue
        q = int(quarter[i])
        dares = factor(float(trust[i]), c.usual_trust, c.asking)
        comes, which = halves(mix(key, i))
        if comes >= float(meets[q]) * (1.0 - (1.0 - u) ** dares):
            continue
        j = int(begins[q]) + int(which * int(begins[q + 1] - begins[q]))
        if household[j] == household[i]:
            continue
        will = b0 - p.b3 * float(suffering[j]) - p.b4 * float(fatigue[j])
        will += c.helping * (float(trust[j]) - c.usual_trust)
        if target[i] != target[j]:
            will -= p.b5 * float(grievance[j])
        if u01(mix(key, arc_id(i, j)), 1) >= 1.0 / (1.0 + math.exp(-will)):
            continue
        room = p.capacity * (1.0 - float(fatigue[j])) * (1.0 - float(load[j]))
        room *= 0.5 + 0.5 * float(skill[j])
        room *= (1.0 + p.active_boost * int(active[j])) * (1.0 - float(given[j]))
        if room <= 0.0:
            continue
        have = float(given[j])
        given[j] = have + (1.0 - have) * min(1.0, u / room)
        met = 1.0 - math.exp(-p.strength * min(1.0, room / u) * (0.5 + 0.5 * float(skill[j])))
        before, after = _meet_part(need, i, [met * kind for kind in kinds])
        helped[i] = 1.0 - (1.0 - float(helped[i])) * (after / before)
        all_met += before - after
    return all_met
