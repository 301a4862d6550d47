"""Phase 4: which potential ties become ties, which ties are lost, who is in contact."""

from __future__ import annotations

import math

import numpy as np

from resilienza_sim.community.circles import LARGEST_CIRCLE
from resilienza_sim.community.ties import Layer
from tests.reference.chance import arc_id, halves, mix, pair_id, u01
from tests.reference.columns import row

IN_PERSON, REMOTE, GONE = 1, 2, 255
LEAVES, AWAY = 1, 2
NOT_NEAR = Layer.FRIENDSHIP | Layer.GROUP


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


def in_common(arcs, start, degree, i: int, j: int) -> int:
    """Friends that i and j have in common, up to the size of the largest circle."""
    mine, theirs = ({int(arcs[0][k]) for k in row(start, degree, each)} for each in (i, j))
    return min(len(mine & theirs), LARGEST_CIRCLE)


def embedded(common: int, p) -> float:
    """Ties within a circle last longer."""
    return ((1.0 + p.usual_common) / (1.0 + common)) ** p.embedding


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


def _arcs(ties):
    return ties.nbr, ties.rev, ties.trust, ties.debt, ties.layer, ties.mark


def encounters(key, ties, pool, citizens, people, around, p, opened) -> int:
    """Ties end with chance 1 - e^-rate, faster without trust, surely if one of the two moves.

    The others are in person with chance rate (1 - closed), else remotely with rate closed remote.
    """
    astir, lift, plain, crossing, closed = around
    start, degree, arcs = ties.start, ties.degree, _arcs(ties)
    suffering, where = citizens.suffering, people.where
    nbr, rev, trust, _debt, layer, mark = arcs
    count, ending = [0] * len(opened), []
    face, reached = np.float32(1.0 - closed), np.float32(1.0 - closed + closed * p.remote)
    shy, one = np.float32(0.5 * p.withdrawal), np.float32(1.0)
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j = int(nbr[k])
            if j < i:
                continue
            q, seen = int(where[i]) // 2, IN_PERSON
            if not layer[k] & Layer.HOUSEHOLD:

                def chance(how, i=i, j=j, q=q, k=k):
                    rate = contact_rate(int(layer[k]), q, how, p)
                    if where[i] % 2 != where[j] % 2:
                        rate = min(1.0, rate * (1.0 + float(crossing[q])))
                    out = one - shy * (suffering[i] + suffering[j])
                    if (astir[i] | astir[j]) & AWAY and not layer[k] & NOT_NEAR:
                        out *= np.float32(1.0 - p.distance)
                    return np.float32(rate) * out

                part, meet = halves(mix(key, pair_id(i, j)))
                u, seen = np.float32(meet), 0
                if u < chance(lift) * face:
                    seen = IN_PERSON
                    count[q] += not u < chance(plain) * face
                elif u < chance(lift) * reached:
                    seen = REMOTE
                rate = loss_rate(int(layer[k]), p) * embedded(
                    in_common(arcs, start, degree, i, j), p
                )
                if float(trust[k]) < 0.05:
                    rate *= p.distrust_loss
                if (astir[i] | astir[j]) & LEAVES or part < 1.0 - math.exp(-rate):
                    ending.append((i, j))
                    seen = GONE
            mark[k] = mark[rev[k]] = seen
    opened[:] = count
    for i, j in _from_the_last_place(ending, arcs, start, degree):
        _cut(arcs, start, degree, j, i)
        _cut(arcs, start, degree, i, j)
        for s in range(int(pool.start[i]), int(pool.start[i + 1])):
            if pool.j[s] == j:
                pool.active[s] = 0
    return len(ending)


def _from_the_last_place(ending, arcs, start, degree):
    """Yield the ties that end row by row, from the last place of each row."""
    left = set(ending)
    for i in sorted({i for i, _ in ending}):
        for k in reversed(list(row(start, degree, i))):
            if (i, int(arcs[0][k])) in left:
                yield i, int(arcs[0][k])


def across(i, j, scene, p) -> float:
    """Activities bring different sides and groups together; rancour keeps from the out-group."""
    group, grievance = scene.group, scene.grievance
    sides = scene.target[i] != scene.target[j]
    groups = min(group[i], group[j]) >= 0 and group[i] != group[j]
    rate = 1.0 + float(scene.crossing[scene.quarter[i]]) if sides or groups else 1.0
    if sides:
        rate *= 1.0 - p.closeness * max(float(grievance[i]), float(grievance[j]))
    return rate


def likeliest(layer, q, lift) -> float:
    """The highest lift of the levels of a tie."""
    return max((float(lift[n, q]) for n in range(4) if layer & (Layer.BUILDING << n)), default=0.0)


def spare(degree, usual, outside, capacity, known, free) -> None:
    """1 - tanh(capacity x excess of ties over the usual ones, as a share of these)."""
    known[:] = degree
    free[:] = [
        1.0 - math.tanh(capacity * ((int(d) - int(u)) / float(o)))
        for d, u, o in zip(degree, usual, outside, strict=True)
    ]


def meetings(key, base, pool, scene, p):
    """Each comes across one potential tie of theirs; it is made with chance 1 - e^-(rate size)."""
    active, group, allied, warm = scene.active, scene.group, scene.allied, scene.warm
    eager = [float(s) * free for s, free in zip(scene.sociable, scene.spare, strict=True)]
    found = []
    for i in range(len(scene.quarter)):
        first, size = int(pool.start[i]), int(pool.start[i + 1] - pool.start[i])
        u = u01(key, i) * size
        s, u = first + int(u), u - int(u)
        if size == 0 or pool.active[s]:
            continue
        j, q = int(pool.j[s]), scene.quarter[i]
        rate = base * (1.0 - scene.closed) * likeliest(pool.layer[s], q, scene.lift)
        if active[i] and active[j] and group[i] >= 0 and group[j] >= 0:
            if group[i] == group[j]:
                rate *= 1.0 + (p.joint_activity - 1.0) * float(warm[group[i]])
            elif allied[group[i]] == allied[group[j]] >= 0:
                rate *= p.brokerage
        rate *= eager[i] * eager[j] * across(i, j, scene, p)
        if u < 1.0 - math.exp(-rate * size):
            found.append((i, j, s, int(pool.layer[s])))
    return np.array(found, np.int64).reshape(-1, 4)


def shared(one: int, other: int) -> int:
    """Where both know a friend from: a household is where the other tie is."""
    if one & Layer.HOUSEHOLD:
        return other & ~1
    if other & Layer.HOUSEHOLD:
        return one & ~1
    return one & other


def _friends(web, i):
    return {int(web.nbr[k]): int(web.layer[k]) for k in row(web.start, web.degree, i)}


def _pair(i, j, layer, pool):
    """Two people, the place of their potential tie and the layers of the tie."""
    low, high = min(i, j), max(i, j)
    rows = range(int(pool.start[low]), int(pool.start[low + 1]))
    places = [s for s in rows if pool.j[s] == high]
    return low, high, places[0] if places else -1, int(layer)


def closures(keys, base, web, pool, scene, p):
    """Friends of friends race at a speed of (friends in common)^common; the first is met."""
    come, closest = keys.tolist()
    found = []
    for i in range(len(web.degree)):
        rate = base * (1.0 - scene.closed) * float(scene.sociable[i]) * scene.spare[i]
        u, q, mine = u01(come, i), scene.quarter[i], _friends(web, i)
        top = (1.0 + float(scene.crossing[q])) * max(float(scene.lift[n, q]) for n in range(4))
        if u > rate * top:
            continue
        common, layers = {}, {}
        for m, one in mine.items():
            for j, other in _friends(web, m).items():
                if j != i and j not in mine:
                    common[j] = common.get(j, 0.0) + 1.0
                    layers[j] = layers.get(j, 0) | shared(one, other)
        if not common:
            continue
        j = min(
            common,
            key=lambda j: -math.log(1.0 - u01(closest, arc_id(i, j))) / common[j] ** p.common,
        )
        layer = layers[j] or int(Layer.FRIENDSHIP)
        rate *= likeliest(layer, q, scene.lift) * across(i, j, scene, p)
        if u < 1.0 - math.exp(-rate):
            found.append(_pair(i, j, layer, pool))
    return np.array(found, np.int64).reshape(-1, 4)


def entries(keys, pairs, web, pool, entering):
    """One of a new pair meets those of a circle of the other's, each with the same chance."""
    side, circle, enter = keys.tolist()
    found = []
    for i, host, _place, layer in pairs.tolist():
        if u01(side, pair_id(i, host)) < 0.5:
            i, host = host, i
        there = _friends(web, host)
        ways = [j for j, kind in there.items() if j != i and kind & (layer | Layer.HOUSEHOLD)]
        if not ways:
            continue
        friend = min(ways, key=lambda j: u01(circle, arc_id(i, j)))
        for j in there:
            inside = j == friend or j in _friends(web, friend)
            met = u01(enter, arc_id(i, j)) < entering
            if j != i and inside and met and j not in _friends(web, i):
                found.append(_pair(i, j, layer, pool))
    return np.array(found, np.int64).reshape(-1, 4)


def members_by(circle, circles, active):
    """Who is active in each circle, and where each circle begins."""
    rolls = [[] for _ in range(circles)]
    for i, at in enumerate(circle.tolist()):
        if at >= 0 and active[i]:
            rolls[at].append(i)
    first = [0]
    for roll in rolls:
        first.append(first[-1] + len(roll))
    return np.array([i for roll in rolls for i in roll], np.int64), np.array(first, np.int64)


def introductions(keys, who, first, within, web, pool, scene, p):
    """In each circle everyone meets the next in the week's ring; two of them meet once."""
    key, ring = keys.tolist()
    group, warm, quarter = scene.group, scene.warm, scene.quarter
    found = []
    for c in range(len(first) - 1):
        roll = who[first[c] : first[c + 1]].tolist()
        order = sorted(roll, key=lambda i: u01(ring, i))
        following = dict(
            zip(order, order[1:] + (order[:1] if len(order) > 2 else []), strict=False)
        )
        for i, j in ((i, following[i]) for i in roll if i in following):
            rate = p.acquaintance * (1.0 - scene.closed) * float(scene.lift[3, quarter[i]])
            if group[i] != group[j]:
                rate *= p.brokerage - 1.0
            else:
                rate *= within * float(warm[group[i]])
            rate *= across(i, j, scene, p) * scene.spare[i] * scene.spare[j]
            if j in _friends(web, i) or u01(key, i) >= 1.0 - math.exp(-rate):
                continue
            low, high, place, layer = _pair(i, j, Layer.GROUP, pool)
            if place >= 0:
                layer |= int(pool.layer[place])
            found.append((low, high, place, layer))
    return np.array(found, np.int64).reshape(-1, 4)


def _move_to_the_end(arcs, start, degree, room, i) -> bool:
    """Give row i four free places after all rows; False where there is no place for it."""
    rev, end = arcs[1], int(start[-1])
    if end + int(degree[i]) + 4 > len(rev):
        return False
    for n, k in enumerate(row(start, degree, i)):
        for column in arcs:
            column[end + n] = column[k]
        rev[rev[end + n]] = end + n
    start[i], room[i] = end, int(degree[i]) + 4
    start[-1] = end + room[i]
    return True


def make(pairs, done, ties, pool_active, generalised, first_trust) -> int:
    """New ties start with little trust, more between trusting people."""
    start, degree, room, arcs = ties.start, ties.degree, ties.room, _arcs(ties)
    nbr, rev, trust, debt, layer, mark = arcs
    for n in range(done, len(pairs)):
        i, j, place, layer_of = pairs[n].tolist()
        for each in (i, j):
            full = degree[each] >= room[each]
            if full and not _move_to_the_end(arcs, start, degree, room, each):
                return n
        ends = [int(start[each]) + int(degree[each]) for each in (i, j)]
        for who, other, at, back in ((i, j, *ends), (j, i, *reversed(ends))):
            nbr[at], rev[at], debt[at], mark[at] = other, back, 0.0, 0
            layer[at] = layer_of
            trust[at] = first_trust * (0.5 + 0.5 * float(generalised[who]))
            degree[who] += 1
        if place >= 0:
            pool_active[place] = 1
    return len(pairs)


def _warmth(capability, relational):
    """1 at the usual relational capability."""
    return np.array([1.0 + relational * (2.0 * float(each[2]) - 1.0) for each in capability])


def _alliances_of(group, alliance, allied) -> bool:
    """The alliance of each person's group, if there is any alliance."""
    if max(alliance) < 0:
        return False
    allied[:] = [alliance[g] if g >= 0 else -1 for g in group]
    return True


def _brokered(pairs, group, alliance) -> int:
    """Pairs of people of different groups in one alliance."""
    groups = [(group[i], group[j]) for i, j in pairs[:, :2].tolist()]
    return sum(g != h and min(g, h) >= 0 and alliance[g] == alliance[h] >= 0 for g, h in groups)
