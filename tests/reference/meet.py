"""Phase 4: who is in contact, which ties are lost, which potential ties become ties."""

from __future__ import annotations

import math

from resilienza_sim.community.ties import Layer
from tests.reference.chance import pair_id, u01
from tests.reference.columns import row, single

IN_PERSON, REMOTE = 1, 2


def contact_rate(layer: int, q: int, lift, p) -> float:
    """The likeliest of the layers of a tie."""
    rates = [0.0]
    if layer & Layer.BUILDING:
        rates.append(p.contact_building * float(lift[0, q]))
    if layer & Layer.NEIGHBOURHOOD:
        rates.append(p.contact_neighbourhood * float(lift[1, q]))
    if layer & Layer.FRIENDSHIP:
        rates.append(p.contact_friendship * float(lift[2, q]))
    if layer & Layer.GROUP:
        rates.append(p.contact_group * float(lift[3, q]))
    return min(1.0, max(rates))


def contacts(
    key, start, degree, arcs, suffering, quarter, target, lift, plain, crossing, closed, p, opened
) -> None:
    """In person with chance rate (1 - closed), else remotely with chance rate closed remote."""
    nbr, rev, _trust, _debt, layer, mark = arcs
    s = suffering.tolist()
    count = [0] * len(opened)
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j = int(nbr[k])
            if j < i:
                continue
            q = int(quarter[i])

            def chance(how, i=i, j=j, q=q, k=k):
                rate = contact_rate(int(layer[k]), q, how, p)
                if target[i] != target[j]:
                    rate = min(1.0, rate * (1.0 + float(crossing[q])))
                return rate * (1.0 - p.withdrawal * 0.5 * single(s[i] + s[j]))

            rate, u = chance(lift), u01(key, pair_id(i, j))
            if layer[k] & Layer.HOUSEHOLD:
                seen = IN_PERSON
            elif u < rate * (1.0 - closed):
                seen = IN_PERSON
                count[q] += not u < chance(plain) * (1.0 - closed)
            elif u < rate * (1.0 - closed) + rate * closed * p.remote:
                seen = REMOTE
            else:
                seen = 0
            mark[k] = mark[rev[k]] = seen
    opened[:] = count


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


def across(i, j, q, crossing, grievance, target, group, p) -> float:
    """Activities bring different sides and groups together; rancour keeps from the out-group."""
    sides = target[i] != target[j]
    groups = min(group[i], group[j]) >= 0 and group[i] != group[j]
    rate = 1.0 + float(crossing[q]) if sides or groups else 1.0
    if sides:
        rate *= 1.0 - p.closeness * max(float(grievance[i]), float(grievance[j]))
    return rate


def meetings(
    key, pool, pool_i, base, quarter, lift, crossing, closed, grievance, target, circles, p, out
) -> int:
    """Potential ties become ties with chance 1 - e^-rate, more often among those active."""
    pool_j, pool_layer, pool_active = pool
    active, group, allied, warm = circles
    found = 0
    for s in range(len(pool_j)):
        if pool_active[s]:
            continue
        i, j = int(pool_i[s]), int(pool_j[s])
        q = quarter[i]
        levels = [float(lift[n, q]) for n in range(4) if pool_layer[s] & (Layer.BUILDING << n)]
        rate = base * (1.0 - closed) * max(levels, default=0.0)
        if active[i] and active[j] and group[i] >= 0 and group[j] >= 0:
            if group[i] == group[j]:
                rate *= 1.0 + (p.joint_activity - 1.0) * float(warm[group[i]])
            elif allied[i] == allied[j] >= 0:
                rate *= p.brokerage
        rate *= across(i, j, q, crossing, grievance, target, group, p)
        if u01(key, pair_id(i, j)) < 1.0 - math.exp(-rate):
            out[found] = s
            found += 1
    return found


def introductions(
    key, order, circle, within, start, degree, arcs, quarter, lift, crossing, closed, grievance,
    target, circles, p, out,
) -> int:  # fmt: skip
    """In each circle everyone meets the next in the ring; two of them meet once."""
    _active, group, _allied, warm = circles
    rings: dict[int, list[int]] = {}
    for i in order.tolist():
        rings.setdefault(int(circle[i]), []).append(i)
    found = 0
    for ring in rings.values():
        following = ring[1:] + (ring[:1] if len(ring) > 2 else [])
        for i, j in zip(ring, following, strict=False):
            rate = p.acquaintance * (1.0 - closed) * float(lift[3, quarter[i]])
            if group[i] != group[j]:
                rate *= p.brokerage - 1.0
            else:
                rate *= within * float(warm[group[i]])
            rate *= across(i, j, quarter[i], crossing, grievance, target, group, p)
            tied = j in [int(arcs[0][k]) for k in row(start, degree, i)]
            if not tied and u01(key, pair_id(i, j)) < 1.0 - math.exp(-rate):
                out[found] = sorted((i, j))
                found += 1
    return found


def _tie(arcs, start, degree, i, j, layer_of, generalised, p) -> bool:
    """New ties start with little trust, more between trusting people; False where no room is."""
    nbr, rev, trust, debt, layer, mark = arcs
    ends = [int(start[each]) + int(degree[each]) for each in (i, j)]
    if any(end >= start[each + 1] for end, each in zip(ends, (i, j), strict=True)):
        return False
    for who, other, at, back in ((i, j, *ends), (j, i, *reversed(ends))):
        nbr[at], rev[at], debt[at], mark[at] = other, back, 0.0, 0
        layer[at] = layer_of
        trust[at] = p.first_trust * (0.5 + 0.5 * float(generalised[who]))
        degree[who] += 1
    return True


def make(listed, done, start, degree, arcs, pool, pool_i, generalised, p) -> int:
    """Potential ties become active."""
    pool_j, pool_layer, pool_active = pool
    for n in range(done, len(listed)):
        s = listed[n]
        i, j = int(pool_i[s]), int(pool_j[s])
        if not _tie(arcs, start, degree, i, j, pool_layer[s], generalised, p):
            return n
        pool_active[s] = 1
    return len(listed)


def introduce(pairs, done, start, degree, arcs, pool, pool_start, generalised, p) -> int:
    """Those introduced are tied by their group, and by where they could have met anyway."""
    pool_j, pool_layer, pool_active = pool
    for n in range(done, len(pairs)):
        i, j = pairs[n].tolist()
        places = [s for s in range(int(pool_start[i]), int(pool_start[i + 1])) if pool_j[s] == j]
        layer = Layer.GROUP | sum(int(pool_layer[s]) for s in places)
        if not _tie(arcs, start, degree, i, j, layer, generalised, p):
            return n
        for s in places:
            pool_active[s] = 1
    return len(pairs)
