"""Equations 5 and 9: who answers those who ask, what they receive, what groups cover."""

from __future__ import annotations

import math

from tests.reference.chance import arc_id, halves, mix, u01
from tests.reference.columns import row, single

IN_PERSON, REMOTE, ASKED, AGREED = 1, 2, 4, 8
OWING = 0.1


def ask(key, start, degree, arcs, load, suffering, fatigue, grievance, target, asked_of, p) -> None:
    """P = sigma(b0 + b1 tau_ji + b2 debt - b3 s_j - b4 f_j - b5 g_j [out-group]) x contact."""
    nbr, rev, trust, debt, _layer, mark = arcs
    asked_of[:] = 0.0
    for i, u in enumerate(load.tolist()):
        for k in row(start, degree, i):
            j, seen, back = int(nbr[k]), int(mark[k]), int(rev[k])
            asks, agrees = halves(mix(key, arc_id(i, j)))
            if u < p.asks_above or not seen or asks >= u:
                continue
            mark[k] |= ASKED
            will = p.b0 - p.b3 * float(suffering[j]) - p.b4 * float(fatigue[j])
            will += p.b1 * float(trust[back]) + p.b2 * float(debt[back])
            if target[i] != target[j]:
                will -= p.b5 * float(grievance[j])
            chance = 1.0 / (1.0 + math.exp(-will))
            if seen == REMOTE:
                chance *= p.remote_weight
            if agrees < chance:
                mark[k] |= AGREED
                asked_of[j] += u


def answer(asked_of, load, fatigue, skill, active, scale, given, p) -> None:
    """What a helper can do is shared among those helped."""
    for j, asked in enumerate(asked_of.tolist()):
        room = p.capacity * (1.0 - float(fatigue[j])) * (1.0 - float(load[j]))
        room *= 0.5 + 0.5 * float(skill[j])
        if active[j]:
            room *= 1.0 + p.active_boost
        scale[j] = min(1.0, room / asked) if asked else 0.0
        given[j] = min(1.0, asked / room) if asked and room > 0.0 else 0.0


def _meet_part(need, i: int, shares) -> float:
    """Meet these shares of the needs in their order; return what is left over what there was."""
    before = after = 0.0
    for n, share in enumerate(shares):
        before += float(need[i, n])
        need[i, n] = float(need[i, n]) * (1.0 - share)
        after += float(need[i, n])
    return after / before if before > 0.0 else 1.0


def receive(
    start, degree, arcs, load, scale, skill, kinds, need, helped, refused, p
) -> tuple[int, int]:
    """need_k falls by the share kind_k (1 - e^(-strength R)), R summed over those who helped."""
    nbr, rev, _trust, debt, _layer, mark = arcs
    acts = returned = 0
    for i in range(len(degree)):
        helped[i] = refused[i] = 0.0
        if float(load[i]) < p.asks_above:
            continue
        asked = [k for k in row(start, degree, i) if mark[k] & ASKED]
        support = 0.0
        for k in (k for k in asked if mark[k] & AGREED):
            j, got = int(nbr[k]), float(scale[nbr[k]])
            weight = 1.0 if mark[k] & IN_PERSON else p.remote_weight
            support += got * weight * (0.5 + 0.5 * float(skill[j]))
            acts += 1
            returned += float(debt[rev[k]]) > OWING
            debt[rev[k]] = float(debt[rev[k]]) * (1.0 - got)
            debt[k] = float(debt[k]) + (1.0 - float(debt[k])) * got * 0.5
        if asked:
            refused[i] = sum(not mark[k] & AGREED for k in asked) / len(asked)
        if support > 0.0:
            met = 1.0 - math.exp(-p.strength * support)
            helped[i] = 1.0 - _meet_part(need, i, [met * kind for kind in kinds.tolist()])
    return acts, returned


def groups_help(
    key, need, quarter, profile, reached, closed, told, informed, distant, formal, target, load,
    met, helped, asks_above,
) -> int:  # fmt: skip
    """Groups help those who ask, know of them, come near and resemble them; some hear of more."""
    count = 0
    for i in range(len(need)):
        if float(load[i]) < asks_above or distant[i] or not informed[i]:
            continue
        q = quarter[i]
        chance = float(reached[q, profile[i]]) * (1.0 - (float(closed[q]) if target[i] else 0.0))
        if u01(key, i) >= chance:
            continue
        left = _meet_part(need, i, met.tolist())
        helped[i] = 1.0 - (1.0 - float(helped[i])) * left
        if u01(mix(key, i), 1) < float(told[q]):
            formal[i] = 1
        count += 1
    return count


def count_asking(load, quarter, asks_above, asking) -> None:
    """Count who asks, quarter by quarter."""
    for q in range(len(asking)):
        mine = [u for u, at in zip(load.tolist(), quarter.tolist(), strict=True) if at == q]
        asking[q] = sum(u >= asks_above for u in mine)


def hours_given(given, fatigue, load, active, boost, helper, member) -> float:
    """Hours = helper x sum given (1 - f) (1 - u) (1 + boost active) + member x active people."""
    helping = 0.0
    for part, f, u, a in zip(
        given.tolist(), fatigue.tolist(), load.tolist(), active.tolist(), strict=True
    ):
        helping += part * (single(single(1.0 - f) * single(1.0 - u)) * (1.0 + boost * a))
    return helper * helping + member * sum(active.tolist())


def covered(alone: list[float], joint: list[list[float]]) -> float:
    """1 - prod (1 - p) over groups alone; each joint alliance counts as one of min(1, sum p)."""
    missed = 1.0
    for each in [*alone, *(min(1.0, sum(members)) for members in joint)]:
        missed *= 1.0 - each
    return 1.0 - missed


def shared(capacity: list[float], quarter: list[int], asks: list[float], pooling: float):
    """Return the ground of one alliance, partner by partner: what is over the mean is lent."""
    where = sorted(set(quarter))
    level = sum(capacity) / sum(asks[q] for q in where)  # capacity per need, all together
    own = {q: sum(c for c, at in zip(capacity, quarter, strict=True) if at == q) for q in where}
    lack = {q: max(0.0, level * asks[q] - own[q]) for q in where}
    rows = []
    for c, at in zip(capacity, quarter, strict=True):
        lent = 0.0
        if own[at] > 0.0 and sum(lack.values()) > 0.0:
            lent = pooling * c * max(0.0, 1.0 - level * asks[at] / own[at])
        row = [0.0] * len(asks)
        row[at] += (c - lent) / asks[at]
        for q in where:
            row[q] += lent * lack[q] / sum(lack.values()) / asks[q] if lent else 0.0
        rows.append(row)
    return rows
