"""Equations 5 and 9: who answers those who ask, what they receive, what groups cover."""

from __future__ import annotations

import math

import numpy as np

from resilienza_sim.model.factors import PERTINENT
from tests.reference.chance import arc_id, halves, mix, u01
from tests.reference.columns import row, single

IN_PERSON, REMOTE, ASKED, AGREED = 1, 2, 4, 8
OWING = 0.1


def ask(key, ties, citizens, s, people, b0, p, c):
    """P = sigma(b0 + b1 tau_ji + b2 debt - b3 s_j - b4 f_j - b5 g_j [out-group]) x contact.

    Where there is little tie trust, trust in people at large takes its place: in whom one asks, in
    who helps. Lists who asked and along which of their ties.
    """
    start, degree = ties.start, ties.degree
    suffering, fatigue, grievance = citizens.suffering, citizens.fatigue, citizens.grievance
    generalised = citizens.generalised_trust
    asked_of, load = s.asked_of, s.asked_load
    target = people.target
    nbr, rev, trust, debt, mark = ties.nbr, ties.rev, ties.trust, ties.debt, ties.mark
    asked_of[:] = 0.0
    asked = []
    for i, u in enumerate(load.tolist()):
        own = float(generalised[i])
        dares = (1.0 + c.asking * own) / (1.0 + c.asking * c.usual_trust)
        more = 1.0 - (1.0 - u) ** dares - u
        for k in row(start, degree, i):
            j, seen, back = int(nbr[k]), int(mark[k]), int(rev[k])
            asks, agrees = halves(mix(key, arc_id(i, j)))
            if u < p.asks_above or not seen or asks >= u + (1.0 - float(trust[k])) * more:
                continue
            mark[k] |= ASKED
            asked.append((i, k - int(start[i])))
            will = b0 - p.b3 * float(suffering[j]) - p.b4 * float(fatigue[j])
            will += p.b1 * float(trust[back]) + p.b2 * float(debt[back])
            strange = 1.0 - float(trust[back])
            will += c.helping * strange * (float(generalised[j]) - c.usual_trust)
            if target[i] != target[j]:
                will -= p.b5 * float(grievance[j])
            chance = 1.0 / (1.0 + math.exp(-will))
            if seen == REMOTE:
                chance *= p.remote_weight
            if agrees < chance:
                mark[k] |= AGREED
                asked_of[j] += u
    return np.array(asked, np.uint32).reshape(-1, 2)


def answer(citizens, s, p, mood) -> None:
    """What a helper can do is shared among those helped."""
    fatigue, skill, active = citizens.fatigue, citizens.skill, citizens.active
    given = citizens.given
    asked_of, load, scale = s.asked_of, s.asked_load, s.scale
    for j, asked in enumerate(asked_of.tolist()):
        room = p.capacity * (1.0 - float(fatigue[j])) * (1.0 - float(load[j]))
        room *= 0.5 + 0.5 * float(skill[j])
        room *= 1.0 + mood.spiral * (float(citizens.reserve[j]) - mood.usual_reserve)
        if active[j]:
            room *= 1.0 + p.active_boost
        scale[j] = min(1.0, room / asked) if asked else 0.0
        given[j] = min(1.0, asked / room) if asked and room > 0.0 else 0.0


def _meet_part(need, i: int, shares) -> tuple[float, float]:
    """Meet these shares of the needs in their order; return their sum before and after."""
    before = after = 0.0
    for n, share in enumerate(shares):
        before += float(need[i, n])
        need[i, n] = float(need[i, n]) * (1.0 - share)
        after += float(need[i, n])
    return before, after


def informal_kinds(p) -> list[float]:
    """What of each kind of need people can meet."""
    names = "isolation", "income", "care", "housing", "health"
    return [getattr(p, f"{name}_informal") for name in names]


def receive(asked, ties, citizens, s, kinds, p) -> tuple[int, int, float]:
    """need_k falls by the share kind_k (1 - e^(-strength R)), R summed over those who helped."""
    start = ties.start
    need, helped, refused = citizens.need, citizens.helped, citizens.refused
    skill = citizens.skill
    scale = s.scale
    nbr, rev, debt, mark = ties.nbr, ties.rev, ties.debt, ties.mark
    acts, returned, all_met = 0, 0, 0.0
    helped[:], refused[:] = 0.0, 0.0
    places: dict[int, list[int]] = {}
    for i, n in asked.tolist():
        places.setdefault(i, []).append(int(start[i]) + n)
    for i, mine in places.items():
        support = 0.0
        for k in (k for k in mine if mark[k] & AGREED):
            j, got = int(nbr[k]), float(scale[nbr[k]])
            weight = 1.0 if mark[k] & IN_PERSON else p.remote_weight
            support += got * weight * (0.5 + 0.5 * float(skill[j]))
            acts += 1
            returned += float(debt[rev[k]]) > OWING
            debt[rev[k]] = float(debt[rev[k]]) * (1.0 - got)
            debt[k] = float(debt[k]) + (1.0 - float(debt[k])) * got * 0.5
        refused[i] = sum(not mark[k] & AGREED for k in mine) / len(mine)
        if support > 0.0:
            met = 1.0 - math.exp(-p.strength * support)
            before, after = _meet_part(need, i, [met * kind for kind in kinds.tolist()])
            helped[i] = 1.0 - after / before
            all_met += before - after
    return acts, returned, all_met


def groups_help(key, citizens, people, s, ways, met, asks_above) -> tuple[int, float]:
    """Groups help those who ask, know of them, come near and resemble them; some hear of more."""
    need, informed, distant = citizens.need, citizens.informed_informal, citizens.distant
    formal, helped = citizens.informed_formal, citizens.helped
    quarter, profile, target = people.quarter, people.profile, people.target
    load = s.asked_load
    reached, closed, told = ways
    count, all_met = 0, 0.0
    for i in range(len(need)):
        if float(load[i]) < asks_above or distant[i] or not informed[i]:
            continue
        q = quarter[i]
        chance = float(reached[q, profile[i]]) * (1.0 - (float(closed[q]) if target[i] else 0.0))
        if u01(key, i) >= chance:
            continue
        before, after = _meet_part(need, i, met.tolist())
        all_met += before - after
        if before > 0.0:
            helped[i] = 1.0 - (1.0 - float(helped[i])) * (after / before)
        if u01(mix(key, i), 1) < float(told[q]):
            formal[i] = 1
        count += 1
    return count, all_met


def count_asking(load, quarter, asks_above, asking) -> None:
    """Count who asks, quarter by quarter."""
    for q in range(len(asking)):
        mine = [u for u, at in zip(load.tolist(), quarter.tolist(), strict=True) if at == q]
        asking[q] = sum(u >= asks_above for u in mine)


def hours_given(citizens, s, p, turn_hours) -> float:
    """Helpers by the free time given along ties; a turn a volunteer at work; own initiative."""
    given, fatigue = citizens.given, citizens.fatigue
    load = s.asked_load
    active, doing, helping = (
        flag.tolist() for flag in (citizens.active, citizens.doing, citizens.helping)
    )
    along = 0.0
    for part, f, u, a in zip(given.tolist(), fatigue.tolist(), load.tolist(), active, strict=True):
        along += part * (single(single(1.0 - f) * single(1.0 - u)) * (1.0 + p.active_boost * a))
    turns = sum(works and not helps for works, helps in zip(doing, helping, strict=True))
    return p.helper_hours * along + turn_hours * turns + p.neighbour_hours * sum(helping)


def neighbours_help(key, citizens, s, people, emergent, asks, met, p):
    """From door to door: who asks is met with chance 1 - e^-(room of the quarter / who asks)."""
    load = s.asked_load
    quarter = people.quarter
    group, distant, helping = citizens.group, citizens.distant, citizens.helping
    fatigue, need, helped = citizens.fatigue, citizens.need, citizens.helped
    room = [0.0] * len(asks)
    for i in range(len(load)):
        g = int(group[i])
        if helping[i] and (g < 0 or not emergent[g]):
            free = single(single(1.0 - float(fatigue[i])) * single(1.0 - float(load[i])))
            room[quarter[i]] += p.neighbour_needs * free
    count, all_met = 0, 0.0
    for i in range(len(load)):
        q = quarter[i]
        asking = float(load[i]) >= p.asks_above and not distant[i]
        if not asking or u01(key, i) >= 1.0 - math.exp(-room[q] / float(asks[q])):
            continue
        before, after = _meet_part(need, i, met.tolist())
        all_met += before - after
        if before > 0.0:
            helped[i] = 1.0 - (1.0 - float(helped[i])) * (after / before)
        count += 1
    return count, all_met


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


def shares_met(kinds, cover, lent, strength):
    """kind_k (1 - e^(-strength (1 + lent cover_k))), covered as far as the scarcest factor."""
    held = [float(cover[needed].min()) for needed in PERTINENT]
    shares = [-math.expm1(-strength * (1.0 + lent * least)) for least in held]
    return np.array([kind * share for kind, share in zip(kinds.tolist(), shares, strict=True)])
