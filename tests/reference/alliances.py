"""Equation 9: tables that weigh what deciding costs, commit themselves, impose, end."""

from __future__ import annotations

import math

import numpy as np

from tests.reference.chance import u01
from tests.reference.columns import single
from tests.reference.practices import top


def seated(tables, k: int, services: int) -> list[int]:
    """Return the services at a living table."""
    return [s for s in range(services) if tables.alive[k] and int(tables.services[k]) >> s & 1]


def members(living, at, k: int) -> list[int]:
    """Return the living groups at a table."""
    return [g for g in range(len(at)) if living[g] and at[g] == k]


def name(tables, k: int) -> int:
    """Return the name of an alliance: who called it, and when."""
    return int(tables.founder[k]) * 4096 + int(tables.born[k]) + 2048


def trust_one_another(group, in_people, in_services, living, at, tables, usual) -> None:
    """Mean over partners of the trust that the members have in people, or in the service."""
    for k in range(len(tables.alive)):
        inside = [i for i in range(len(group)) if group[i] >= 0 and at[group[i]] == k]
        groups, services = members(living, at, k), seated(tables, k, in_services.shape[1])

        def mean(trust, inside=inside) -> float:
            total = 0.0
            for i in inside:
                total += float(trust[i])
            return total / len(inside) if inside else usual

        total = len(groups) * mean(in_people)
        for s in services:
            total += mean(in_services[:, s])
        partners = len(groups) + len(services)
        tables.trust[k] = total / partners if partners else 0.0


def weigh(tables, living, at, deciding, horizontal_cost, vertical_cost) -> None:
    """Horizontal: c n (n - 1) / 2 (1 - trust); vertical: c n; 1 - e^(-total / n) of each's time."""
    time = [0.0] * len(deciding)
    for k in range(len(tables.alive)):
        groups, services = len(members(living, at, k)), seated(tables, k, len(deciding))
        n = groups + len(services)
        doubt = single(1.0 - float(tables.trust[k]))
        total = horizontal_cost * n * (n - 1) / 2.0 * doubt
        if tables.vertical[k]:
            total = vertical_cost * n
        tables.partners[k] = n
        tables.cost[k] = -math.expm1(-total / max(n, 1))
        for s in services:
            time[s] += groups * float(tables.cost[k])
    for s in range(len(deciding)):
        deciding[s] = time[s] / max(int((living == 1).sum()), 1)


def commit(key, tables, ready, news, followed, commitment, p) -> bool:
    """P = cooperation (1 - (1 - commitment)(1 - trust)(1 - memory)(1 - vision followed))."""
    imposing = False
    for k in range(len(ready)):
        if not tables.alive[k]:
            ready[k] = False
            continue
        if news:
            weeks = p.lag_per_partner * int(tables.partners[k]) / (3.0 if tables.vertical[k] else 1)
            tables.lag[k] = tables.delay[k] = math.ceil(weeks)
        trust, memory = float(tables.trust[k]), float(tables.memory[k])
        doubt = (1.0 - trust) * single(1.0 - memory) * (1.0 - p.vision * followed)
        ready[k] = tables.lag[k] <= 0 and tables.partners[k] >= 2
        acts = ready[k] and u01(key, name(tables, k)) < p.cooperation * (
            1.0 - (1.0 - commitment) * doubt
        )
        memory += acts * p.alliance_memory * (1.0 - memory)
        tables.joint[k], tables.memory[k] = acts, memory * (1.0 - p.alliance_forgetting)
        tables.lag[k] = max(int(tables.lag[k]) - 1, 0)
        imposing = imposing or bool(ready[k] and tables.vertical[k])
    return imposing


def impose(tables, ready, own, living, at, practice, demand, p) -> None:
    """The leaders' best practice, at the price of a dip for those it changes."""
    for k in range(len(ready)):
        if not (ready[k] and tables.vertical[k]):
            continue
        leaders = seated(tables, k, len(practice)) or range(len(practice))
        new = top([int(practice[s]) for s in leaders], demand)
        for g in members(living, at, k):
            old, own.hesitating[g] = int(own.practice[g]), 0
            if old == new:
                continue
            dip, learnt = float(own.dip[g]), float(own.adaptability[g])
            depth = -math.expm1(math.log1p(-p.dip) * (old ^ new).bit_count() / 4)
            own.dip[g] = dip + single(1.0 - dip) * depth * (1.0 - p.unlearning * learnt)
            own.adaptability[g] = learnt + (1.0 - learnt) * p.unlearning_gain
            own.practice[g], own.aside[g] = new, 0


def end(key, tables, living, at, paid, hazard) -> bool:
    """h = h0 (1 - memory)(1 - paid); a table without groups ends too."""
    over = []
    for k in range(len(tables.alive)):
        h = hazard * (1.0 - float(tables.memory[k])) * (1.0 - paid)
        left = not members(living, at, k)
        if tables.alive[k] and (left or u01(key, name(tables, k)) < -math.expm1(-h)):
            tables.alive[k] = tables.joint[k] = 0
            over.append(k)
    for g in range(len(at)):
        if at[g] in over:
            at[g] = -1
    return bool(over)


def tied(alive, masks, living, at, quarter, services: int, quarters: int):
    """Share of the living groups of each quarter that sit with a service; last, with any."""
    share = np.zeros((quarters, services + 1))
    for q in range(quarters):
        here = [g for g in range(len(living)) if living[g] and quarter[g] == q]
        seats = [int(masks[at[g]]) if at[g] >= 0 and alive[at[g]] else 0 for g in here]
        for s in range(services):
            share[q, s] = sum(mask >> s & 1 for mask in seats) / max(len(here), 1)
        share[q, services] = sum(mask > 0 for mask in seats) / max(len(here), 1)
    return share


def sit(keys, tables, c, s, g, services, week, p) -> None:
    """A week of the tables: trust, what deciding costs, commitment, imposing, ends."""
    costs, living, at = (p.horizontal_cost, p.vertical_cost), g.alive, g.alliance
    trust_one_another(c.group, s.mean_trust, c.trust_service, living, at, tables, week.usual)
    weigh(tables, living, at, services.deciding, *costs)
    ready = [False] * len(tables.alive)
    if commit(keys[0], tables, ready, week.news, week.followed, week.commitment, p):
        impose(tables, ready, g, living, at, services.practice, week.demand, p)
    if end(keys[1], tables, living, at, week.paid, p.alliance_end):
        weigh(tables, living, at, services.deciding, *costs)
