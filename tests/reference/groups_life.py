"""Equations 6 and 7: who could found a group, which groups die, what members make of them."""

from __future__ import annotations

import math
from collections import Counter

from tests.reference.chance import u01
from tests.reference.columns import single


def shared_problem(active, unmet, need, quarter, quarters, above, members, who) -> int:
    """List the active in need whose quarter has enough of them with the same first need."""
    able = [i for i in range(len(active)) if active[i] and float(unmet[i]) > above]
    problem = {i: (int(quarter[i]), int(need[i].argmax())) for i in able}
    crowd = Counter(problem.values())
    found = [i for i in able if crowd[problem[i]] >= members]
    who[: len(found)] = found
    return len(found)


def group_hazard(groups, g: int, week: int, p) -> float:
    """h0 e^(-age) + h1 [small, no money] + [money over] e^(-age) / (1 + roots) + h2 dip."""
    if groups.listed[g] == 2:
        return 0.0
    young = math.exp(-p.death_ageing * max(week - int(groups.born[g]), 0))
    h = p.death * young + p.death_old
    if groups.funds[g] <= 0.0 and groups.members[g] < groups.small[g]:
        h += p.death_small
    if groups.funds[g] <= 0.0 and groups.granted[g]:
        h += p.death_unfunded * young / (1.0 + int(groups.active[g]) / p.roots)
    h += p.death_changed * float(groups.dip[g])
    if groups.emergent[g]:
        h += p.emergent_death * 2.0 * (1.0 - float(groups.capability[g, 3]))
    return h * (1.0 - p.alliance_shelter) if groups.alliance[g] >= 0 else h


def die(key, groups, week, p) -> int:
    """Each living group dies with chance 1 - e^(-h)."""
    gone = 0
    for g in range(len(groups.alive)):
        name = int(groups.founder[g]) * 4096 + int(groups.born[g]) + 2048
        if groups.alive[g] and u01(key, name) < -math.expm1(-group_hazard(groups, g, week, p)):
            groups.alive[g], groups.alliance[g] = 0, -1
            gone += 1
    return gone


def root(key, groups, p) -> int:
    """Emergent groups become associations, marked with 2: by support, twice as fast if allied."""
    rooted = 0
    for g in range(len(groups.alive)):
        if groups.alive[g] and groups.emergent[g]:
            h = p.rooting * 2.0 * float(groups.capability[g, 3])
            if groups.alliance[g] >= 0:
                h *= 2.0
            name = int(groups.founder[g]) * 4096 + int(groups.born[g]) + 2048
            if u01(key, name) < -math.expm1(-h):
                groups.emergent[g] = 2
                rooted += 1
    return rooted


def disband(group, active, alive) -> None:
    """Nobody stays in a group that is dead."""
    for i in range(len(group)):
        if group[i] >= 0 and alive[group[i]] == 0:
            group[i], active[i] = -1, 0


def count_in_groups(group, active, grievance, members, at_work, orientation, p) -> None:
    """Members and active members; orientation goes towards 1 - closing x their mean rancour."""
    inside: dict[int, list[int]] = {g: [] for g in range(len(members))}
    for i in range(len(group)):
        if group[i] >= 0:
            inside[int(group[i])].append(i)
    for g, who in inside.items():
        rancour = 0.0
        for i in who:
            rancour += float(grievance[i])
        members[g], at_work[g] = len(who), sum(int(active[i]) for i in who)
        towards = min(max(1.0 - p.closing * (rancour / max(len(who), 1)), 0.0), 1.0)
        now = float(orientation[g])
        orientation[g] = now + single(p.turning * (towards - now))


def engage(active, quarter, adults, where, threshold, engaged, usual, rate) -> None:
    """Activity a / (a + usual) around each, a raised by the others already engaged."""
    before = [float(x) for x in engaged]
    doing = Counter(int(q) for q, acts in zip(quarter, active, strict=True) if acts)
    for h in range(len(where)):
        here = [x for x, q in zip(before, where, strict=True) if q == where[h]]
        won = 0.0
        for x in here:
            won += x
        q = int(where[h])
        share = doing[q] / max(float(adults[q]), 1.0) * (1.0 + won / max(len(here), 1))
        if share / (share + usual) > float(threshold[h]):
            gain = single(single(1.0 - before[h]) * single(-math.expm1(-rate)))
            engaged[h] = before[h] + gain
