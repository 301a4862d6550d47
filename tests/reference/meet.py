"""Phase 4: who is in contact, which ties are lost, which potential ties become ties."""

from __future__ import annotations

import math

from resilienza_sim.community.ties import Layer
from tests.reference.chance import pair_id, u01
from tests.reference.columns import row, single

IN_PERSON, REMOTE = 1, 2


def contact_rate(layer: int, street: float, space: float, p) -> float:
    """The likeliest of the layers of a tie."""
    rates = [0.0]
    if layer & Layer.BUILDING:
        rates.append(min(1.0, p.contact_building * street))
    if layer & Layer.NEIGHBOURHOOD:
        rates.append(min(1.0, p.contact_neighbourhood * street * space))
    if layer & Layer.FRIENDSHIP:
        rates.append(p.contact_friendship)
    if layer & Layer.GROUP:
        rates.append(p.contact_group * space)
    return max(rates)


def contacts(key, start, degree, arcs, suffering, quarter, street, space, closed, p) -> None:
    """In person with chance rate (1 - closed), else remotely with chance rate closed remote."""
    nbr, rev, _trust, _debt, layer, mark = arcs
    s = suffering.tolist()
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j = int(nbr[k])
            if j < i:
                continue
            q = quarter[i]
            rate = contact_rate(int(layer[k]), float(street[q]), float(space[q]), p)
            rate *= 1.0 - p.withdrawal * 0.5 * single(s[i] + s[j])
            u = u01(key, pair_id(i, j))
            if layer[k] & Layer.HOUSEHOLD or u < rate * (1.0 - closed):
                seen = IN_PERSON
            elif u < rate * (1.0 - closed) + rate * closed * p.remote:
                seen = REMOTE
            else:
                seen = 0
            mark[k] = mark[rev[k]] = seen


def loss_rate(layer: int, p) -> float:
    """The closest layer holds a tie; a household's is never lost."""
    if layer & Layer.HOUSEHOLD:
        return 0.0
    if layer & Layer.FRIENDSHIP:
        return p.loss_friendship
    if layer & Layer.BUILDING:
        return p.loss_building
    if layer & Layer.NEIGHBOURHOOD:
        return p.loss_neighbourhood
    return p.loss_group


def _cut(arcs, start, degree, i: int, j: int) -> None:
    """Take j out of the row of i: the last arc of the row comes in its place."""
    nbr, rev = arcs[0], arcs[1]
    places = list(row(start, degree, i))
    at, last = next(k for k in places if nbr[k] == j), places[-1]
    if at != last:
        for column in arcs:
            column[at] = column[last]
        rev[rev[at]] = at
    degree[i] -= 1


def losses(key, start, degree, arcs, pool, pool_start, moved, p) -> int:
    """Ties end with chance 1 - e^-rate, faster without trust, surely if one of the two moves."""
    nbr, _rev, trust, _debt, layer, _mark = arcs
    pool_j, _pool_layer, pool_active = pool
    ending = []
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j = int(nbr[k])
            rate = loss_rate(int(layer[k]), p)
            if j < i or rate == 0.0:
                continue
            if float(trust[k]) < 0.05:
                rate *= p.distrust_loss
            chance = 1.0 if moved[i] or moved[j] else 1.0 - math.exp(-rate)
            if u01(key, pair_id(i, j)) < chance:
                ending.append((i, j))
    for i, j in _in_order_of_places(ending, arcs, start, degree):
        _cut(arcs, start, degree, j, i)
        _cut(arcs, start, degree, i, j)
        for s in range(int(pool_start[i]), int(pool_start[i + 1])):
            if pool_j[s] == j:
                pool_active[s] = 0
    return len(ending)


def _in_order_of_places(ending, arcs, start, degree):
    """Yield the ties that end row by row, in the order in which their rows hold them then."""
    left = set(ending)
    for i in sorted({i for i, _ in ending}):
        k = int(start[i])
        while k < int(start[i]) + int(degree[i]):
            tie = (i, int(arcs[0][k]))
            if tie in left:
                left.remove(tie)
                yield tie
            else:
                k += 1


def meetings(
    key, pool, pool_i, base, quarter, street, space, closed, grievance, target, active, group, p,
    out,
) -> int:  # fmt: skip
    """Potential ties become ties with chance 1 - e^-rate; rancour keeps from the out-group."""
    pool_j, pool_layer, pool_active = pool
    g = grievance.tolist()
    found = 0
    for s in range(len(pool_j)):
        if pool_active[s]:
            continue
        i, j = int(pool_i[s]), int(pool_j[s])
        q = quarter[i]
        rate = base * (1.0 - closed)
        if pool_layer[s] & (Layer.BUILDING | Layer.NEIGHBOURHOOD):
            rate *= float(street[q]) * float(space[q])
        if active[i] and active[j] and group[i] >= 0 and group[i] == group[j]:
            rate *= p.joint_activity
        if target[i] != target[j]:
            rate *= 1.0 - p.closeness * max(g[i], g[j])
        if u01(key, pair_id(i, j)) < 1.0 - math.exp(-rate):
            out[found] = s
            found += 1
    return found


def make(listed, done, start, degree, arcs, pool, pool_i, generalised, p) -> int:
    """New ties start with little trust, more between trusting people; stop where no room is."""
    nbr, rev, trust, debt, layer, mark = arcs
    pool_j, pool_layer, pool_active = pool
    for n in range(done, len(listed)):
        s = listed[n]
        i, j = int(pool_i[s]), int(pool_j[s])
        ends = [int(start[each]) + int(degree[each]) for each in (i, j)]
        if any(end >= start[each + 1] for end, each in zip(ends, (i, j), strict=True)):
            return n
        for who, other, at, back in ((i, j, *ends), (j, i, *reversed(ends))):
            nbr[at], rev[at], debt[at], mark[at] = other, back, 0.0, 0
            layer[at] = pool_layer[s]
            trust[at] = p.first_trust * (0.5 + 0.5 * float(generalised[who]))
            degree[who] += 1
        pool_active[s] = 1
    return len(listed)
