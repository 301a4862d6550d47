"""How people find each other: pairs who could meet, and those whom joint activity introduces.

Ties come from the places and the activities that people share (Feld 1981); those who work together
across groups, in an alliance, broker ties between them (Burt 2004). Two who are both close to a
third seldom stay strangers (Granovetter 1973), the less so the more friends they have in common
(Kossinets & Watts 2006); who gets to know somebody enters a circle of theirs; and people keep about
as many ties as they had (Miritello et al. 2013): hazard of a tie between friends of friends,

    base x usual ties x [1 - tanh(capacity x excess)], the friend by (friends in common)^common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.handles import Handle
from resilienza_sim.kernels import kernel
from resilienza_sim.model.network import arcs_of, join_pair, make_room, rebuild
from resilienza_sim.model.tables import F64, I64
from resilienza_sim.streams import arc_id, pair_id, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "closures",
    "entries",
    "find_each_other",
    "introductions",
    "make",
    "make_potential",
    "meetings",
    "members_by",
    "pool_of",
    "spare",
]

HOUSEHOLD, BUILDING, FRIENDSHIP, GROUP = (
    int(layer) for layer in (Layer.HOUSEHOLD, Layer.BUILDING, Layer.FRIENDSHIP, Layer.GROUP)
)
RELATIONAL = 2
"""Column of a group's capability."""


@kernel
def _lift(layer: int, q: int, lift: Any) -> float:
    """Return what multiplies the chance that a pair finds each other: its likeliest level."""
    best = 0.0
    for level in range(lift.shape[0]):
        if layer & (BUILDING << level):
            best = max(best, lift[level, q])
    return best


@kernel
def _across(i: int, j: int, scene: Any, p: Any) -> float:
    """Return what different sides or groups do to the chance of finding each other."""
    group, apart = scene.group, scene.target[i] != scene.target[j]
    rate = 1.0
    if apart or (group[i] >= 0 and group[j] >= 0 and group[i] != group[j]):
        rate += scene.crossing[scene.quarter[i]]
    if apart:
        rate *= 1.0 - p.closeness * max(scene.grievance[i], scene.grievance[j])
    return rate


@kernel
def _listed(pairs: Any, found: int, i: int, j: int, place: int, layer: int) -> Any:
    """Return the list with one pair more: two people, place of their potential tie, layers."""
    if found == pairs.shape[0]:
        longer = np.empty((2 * found, 4), np.int64)
        for n in range(found):  # number by number: a slice is three times as dear to compile
            for k in range(4):
                longer[n, k] = pairs[n, k]
        pairs = longer
    pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = i, j, place, layer
    return pairs


@kernel
def _known(web: Any, i: int, j: int) -> bool:
    """Return whether i and j are tied."""
    known = False
    for k in range(web.start[i], web.start[i] + web.degree[i]):
        known |= web.nbr[k] == j
    return known


@kernel
def _place(pool: Any, low: int, high: int) -> int:
    """Return the place of a pair among the potential ties, -1 where it has none."""
    for s in range(pool.start[low], pool.start[low + 1]):
        if pool.j[s] == high:
            return int(s)
    return -1


@kernel
def spare(degree: Any, usual: Any, outside: Any, capacity: float, known: Any, free: Any) -> None:
    """Write how open each person is to more ties: 1 - tanh(capacity x excess), 1 at the usual.

    The excess is a share of the usual ties outside the household: who has lost ties looks for
    others, up to twice as much; who has more than usual has less and less time for them. `known`
    is the number of ties for which `free` was last written: few change theirs in a week.
    """
    for i in range(degree.size):
        if degree[i] != known[i]:
            known[i] = degree[i]
            excess = np.float64(degree[i] - usual[i]) / np.float64(outside[i])
            free[i] = 1.0 - np.tanh(capacity * excess)


@kernel
def meetings(key: Any, base: float, pool: Any, scene: Any, p: Any) -> Any:
    """List the potential ties that become ties this week, as `make` takes them.

    Each person comes across one of the people on their own list of potential ties, each equally
    likely, and a tie comes of it with a chance that makes up for the others of the list: each pair
    finds each other at its own rate, a person makes at most one such tie a week.
    """
    active, group, allied, warm = scene.active, scene.group, scene.allied, scene.warm
    eager = scene.sociable * scene.spare
    most = base * max(2.0 * p.joint_activity - 1.0, p.brokerage) * eager.max()
    out, found = np.empty((64, 4), np.int64), 0
    for i in range(pool.start.size - 1):
        size = pool.start[i + 1] - pool.start[i]
        if size == 0:
            continue
        u, q = u01(key, np.uint64(i)) * size, scene.quarter[i]
        s = pool.start[i] + int(u)
        u -= int(u)
        # Most are far from any chance of a tie: skip the factors for them.
        bound = most * eager[i] * size * (1.0 + scene.crossing[q])
        if u > bound * _highest(scene.lift, q) or pool.active[s]:
            continue
        j = pool.j[s]
        rate = base * (1.0 - scene.closed) * _lift(pool.layer[s], q, scene.lift)
        if active[i] and active[j] and group[i] >= 0 and group[j] >= 0:
            if group[i] == group[j]:
                rate *= 1.0 + (p.joint_activity - 1.0) * warm[group[i]]
            elif allied[group[i]] >= 0 and allied[group[i]] == allied[group[j]]:
                rate *= p.brokerage
        rate *= eager[i] * eager[j] * _across(i, j, scene, p)
        if u < 1.0 - np.exp(-rate * size):
            out = _listed(out, found, i, j, s, pool.layer[s])
            found += 1
    return out[:found]


@kernel
def _shared(one: Any, other: Any) -> Any:
    """Return the layers that two ties to one person share; a household has those of the others."""
    if one & HOUSEHOLD:
        return other & ~HOUSEHOLD
    if other & HOUSEHOLD:
        return one & ~HOUSEHOLD
    return one & other


@kernel
def _paths(i: int, web: Any, paths: Any, layers: Any) -> None:
    """Count, by person, the friends in common with i, and join the layers where both know them.

    Those whom i knows already count nothing.
    """
    start, degree, nbr, layer = web.start, web.degree, web.nbr, web.layer
    for a in range(start[i], start[i] + degree[i]):
        m = nbr[a]
        for b in range(start[m], start[m] + degree[m]):
            paths[nbr[b]] += 1.0
            layers[nbr[b]] |= _shared(np.int64(layer[a]), np.int64(layer[b]))
    paths[i] = 0.0
    for a in range(start[i], start[i] + degree[i]):
        paths[nbr[a]] = 0.0


@kernel
def _closest(key: Any, i: int, web: Any, paths: Any, layers: Any, common: float) -> Any:
    """Return the friend of a friend whom i gets to know and where they meet, -1 for nobody.

    Of all, the first in a race that each runs at a speed of (friends in common)^common. What
    `paths` and `layers` hold is put back to naught.
    """
    start, degree, nbr = web.start, web.degree, web.nbr
    best: Any = -1
    soonest, shared = np.inf, 0
    for a in range(start[i], start[i] + degree[i]):
        m = nbr[a]
        for b in range(start[m], start[m] + degree[m]):
            j = nbr[b]
            if paths[j] > 0.0:
                time = -np.log(1.0 - u01(key, arc_id(i, j))) / paths[j] ** common
                if time < soonest:
                    best, soonest, shared = np.int64(j), time, layers[j]
                paths[j] = 0.0
            layers[j] = 0
    return best, shared if shared else FRIENDSHIP


@kernel
def closures(keys: Any, base: float, web: Any, pool: Any, scene: Any, p: Any) -> Any:
    """List the friends of friends who get to know each other this week, for `make`.

    The more friends two people have in common, the likelier; where they meet is where these are
    met, and if they are met in different places the two are friends.
    """
    n = web.degree.size
    paths, layers = np.zeros(n), np.zeros(n, np.int64)
    out, found = np.empty((64, 4), np.int64), 0
    for i in range(n):
        u, q = u01(keys[0], np.uint64(i)), scene.quarter[i]
        rate = base * (1.0 - scene.closed) * scene.sociable[i] * scene.spare[i]
        most = (1.0 + scene.crossing[q]) * _highest(scene.lift, q)
        if u > rate * most:
            continue
        _paths(i, web, paths, layers)
        j, layer = _closest(keys[1], i, web, paths, layers, p.common)
        if j < 0:
            continue
        rate *= _lift(layer, q, scene.lift) * _across(i, j, scene, p)
        if u < 1.0 - np.exp(-rate):
            low, high = min(i, j), max(i, j)
            place = _place(pool, low, high)
            out = _listed(out, found, low, high, place, layer)
            found += 1
    return out[:found]


@kernel
def _through(key: Any, i: int, host: int, layer: int, web: Any) -> int:
    """Return with whom the host goes to where the two met, family included; -1 for nobody."""
    nbr, kind = web.nbr, web.layer
    best, lowest = -1, 2.0
    for k in range(web.start[host], web.start[host] + web.degree[host]):
        if nbr[k] != i and kind[k] & (layer | HOUSEHOLD):
            u = u01(key, arc_id(i, nbr[k]))
            if u < lowest:
                best, lowest = nbr[k], u
    return int(best)


@kernel
def entries(keys: Any, pairs: Any, web: Any, pool: Any, entering: float) -> Any:
    """List whom else those newly tied get to know, for `make`: the circle one of them enters.

    Of a new pair one is the newcomer, either with the same chance. The circle is one of those whom
    the host knows from where the two met, and whoever both of them know: the newcomer meets each
    of its people with chance `entering`.
    """
    nbr = web.nbr
    out, found = np.empty((64, 4), np.int64), 0
    for n in range(pairs.shape[0]):
        i, host, layer = pairs[n, 0], pairs[n, 1], pairs[n, 3]
        if u01(keys[0], pair_id(i, host)) < 0.5:
            i, host = host, i
        friend = _through(keys[1], i, host, layer, web)
        if friend < 0:
            continue
        for k in range(web.start[host], web.start[host] + web.degree[host]):
            j = nbr[k]
            if j == i or u01(keys[2], arc_id(i, j)) >= entering:
                continue
            if (j == friend or _known(web, friend, j)) and not _known(web, i, j):
                low, high = min(i, j), max(i, j)
                out = _listed(out, found, low, high, _place(pool, low, high), layer)
                found += 1
    return out[:found]


@kernel
def _highest(lift: Any, q: int) -> float:
    """Return the highest lift of a quarter."""
    best = 0.0
    for level in range(lift.shape[0]):
        best = max(best, lift[level, q])
    return best


@kernel
def members_by(circle: Any, circles: int, active: Any) -> tuple[Any, Any]:
    """Return who is active in each circle, one circle after the other, and where each begins."""
    first = np.zeros(circles + 1, np.int64)
    for i in range(circle.size):
        if active[i] and circle[i] >= 0:
            first[circle[i] + 1] += 1
    for c in range(circles):
        first[c + 1] += first[c]
    at = first[:-1].copy()
    who = np.empty(first[circles], np.int64)
    for i in range(circle.size):
        if active[i] and circle[i] >= 0:
            who[at[circle[i]]] = i
            at[circle[i]] += 1
    return who, first


@kernel
def _next_in_ring(ring: Any, who: Any, first: int, end: int, i: int) -> int:
    """Return who follows i in the ring of a circle (-1 for none), in the order drawn for the week.

    Of two, only the first meets the second.
    """
    mine = u01(ring, np.uint64(i))
    lowest, after, start, following = 2.0, 2.0, -1, -1
    for n in range(first, end):
        j = who[n]
        u = u01(ring, np.uint64(j))
        if u < lowest:
            lowest, start = u, j
        if mine < u < after:
            after, following = u, j
    if following >= 0:
        return int(following)
    return int(start) if end - first > 2 else -1


@kernel
def introductions(
    keys: Any, who: Any, first: Any, within: float, web: Any, pool: Any, scene: Any, p: Any
) -> Any:
    """List the pairs of active people whom what they do together introduces, for `make`.

    The members of each circle (a group, or an alliance) stand in a ring drawn anew every week: each
    meets the next. One who comes or goes changes the ring in that place only. `within` is 0 in the
    rings of alliances: people of one group are left to the group's own ring.
    """
    group, warm, crossing, keenest = scene.group, scene.warm, scene.crossing, scene.spare.max()
    out, found = np.empty((64, 4), np.int64), 0
    for c in range(first.size - 1):
        for n in range(first[c], first[c + 1]):
            i = who[n]
            u, q = u01(keys[0], np.uint64(i)), scene.quarter[i]
            rate = p.acquaintance * (1.0 - scene.closed) * scene.lift[3, q]
            inside, outside = within * warm[group[i]], p.brokerage - 1.0
            if u >= rate * max(inside, outside) * (1.0 + crossing[q]) * scene.spare[i] * keenest:
                continue  # whoever comes next, a chance 1 - e^-rate is below its rate
            j = _next_in_ring(keys[1], who, first[c], first[c + 1], i)
            if j < 0:
                continue
            rate *= inside if group[i] == group[j] else outside
            rate *= _across(i, j, scene, p) * scene.spare[i] * scene.spare[j]
            if u >= 1.0 - np.exp(-rate) or _known(web, i, j):
                continue
            low, high = min(i, j), max(i, j)
            place, layer = _place(pool, low, high), GROUP
            if place >= 0:
                layer |= pool.layer[place]
            out = _listed(out, found, low, high, place, layer)
            found += 1
    return out[:found]


@kernel
def make(
    pairs: Any, done: int, ties: Any, pool_active: Any, generalised: Any, first_trust: float
) -> int:
    """Make the ties of these pairs from number `done` on; return how many are made in all.

    They start with the little trust of a beginning. A pair is two people, the place of the
    potential tie between them (-1 for none) and the layers of the tie. Stops when there is no place
    left for a row.
    """
    start, degree, room, arcs = ties.start, ties.degree, ties.room, arcs_of(ties)
    for n in range(done, pairs.shape[0]):
        i, j, s, layer = pairs[n, 0], pairs[n, 1], pairs[n, 2], pairs[n, 3]
        if not (
            make_room(arcs, start, degree, room, i) and make_room(arcs, start, degree, room, j)
        ):
            return n
        t_i = first_trust * (0.5 + 0.5 * generalised[i])
        t_j = first_trust * (0.5 + 0.5 * generalised[j])
        join_pair(arcs, start, degree, i, j, layer, t_i, t_j)
        if s >= 0:
            pool_active[s] = 1
    return int(pairs.shape[0])


def _until_made(model: CommunityModel, pairs: I64) -> None:
    """Make all the ties wanted, laying the rows out anew when there is no place left for one."""
    state, done = model.state, 0
    while done < len(pairs):
        done = make(
            pairs,
            done,
            state.ties,
            state.pool.active,
            state.citizens.generalised_trust,
            model.rates.meet.first_trust,
        )
        if done < len(pairs):
            rebuild(state)


def make_potential(model: CommunityModel, listed: Any) -> None:
    """Make ties of the potential ones listed by their place in the pool, and count them.

    Whoever is introduced is so to the circle of the other.
    """
    pool = model.state.pool
    columns_of_pairs = pool.i[listed], pool.j[listed], listed, pool.layer[listed]
    pairs = np.stack([each.astype(np.int64) for each in columns_of_pairs], axis=1)
    _make_all(model, pairs)
    enter_circles(model, pairs)


@kernel
def _warmth(capability: Any, relational: float) -> F64:
    """Return the warmth of each group: 1 at the usual relational capability."""
    warm = np.empty(capability.shape[0])
    for g in range(warm.size):
        warm[g] = 1.0 + relational * (2.0 * np.float64(capability[g, RELATIONAL]) - 1.0)
    return warm


@kernel
def _alliances_of(group: Any, alliance: Any, allied: Any) -> bool:
    """Write the alliance of each person's group (-1 for none); return whether there is any."""
    some = False
    for g in range(alliance.size):
        some |= alliance[g] >= 0
    for i in range(group.size if some else 0):
        allied[i] = alliance[group[i]] if group[i] >= 0 else -1
    return some


@kernel
def _brokered(pairs: Any, group: Any, alliance: Any) -> int:
    """Count the pairs of people of different groups in one alliance."""
    count = 0
    for n in range(pairs.shape[0]):
        one, other = group[pairs[n, 0]], group[pairs[n, 1]]
        if one >= 0 and other >= 0 and one != other:
            count += int(alliance[one] >= 0 and alliance[one] == alliance[other])
    return count


def _rings(model: CommunityModel) -> Any:
    """Yield what people do together: in groups, then across the groups of an alliance."""
    citizens, groups = model.state.citizens, model.state.groups
    yield citizens.group, len(groups), 1.0
    allied = model.scratch.allied
    if _alliances_of(citizens.group, groups.alliance, allied):
        yield allied, len(model.state.alliances), 0.0


def find_each_other(model: CommunityModel, lift: F64) -> None:
    """Make the ties of the week: those potential, those that friends and joint activity bring.

    Whoever gets to know somebody met where they are both at home enters that circle.
    """
    state, p, fixed = model.state, model.rates.meet, model.fixed
    citizens, s = state.citizens, model.scratch
    spare(state.degree, fixed.usual_degree, fixed.usual_ties, p.capacity, s.ties_known, s.spare)
    pool, scene, finding = pool_of(model), _scene(model, lift), p.handle

    def keys(*names: str) -> Any:
        return model.streams.keys(names, state.week)

    state.new_ties = state.alliance_ties = 0
    met = [meetings(keys("meeting")[0], fixed.meeting_rate, pool, scene, finding)]
    _make_all(model, met[0])
    if fixed.closure_rate > 0.0:
        closed = closures(
            keys("closure", "closest"), fixed.closure_rate, state.ties, pool, scene, finding
        )
        _make_all(model, _distinct(closed))
    for circle, circles, within in _rings(model):
        who, first = members_by(circle, circles, citizens.active)
        if who.size < 2:
            continue
        pairs = introductions(
            keys("introduction", "ring"), who, first, within, state.ties, pool, scene, finding
        )
        met.append(_distinct(pairs))
        _make_all(model, met[-1])
    enter_circles(model, np.concatenate(met))


def enter_circles(model: CommunityModel, pairs: I64) -> None:
    """Let those newly tied enter each other's circles."""
    state, entering = model.state, model.rates.meet.entering
    if len(pairs) == 0 or entering == 0.0:
        return
    keys = model.streams.keys(("entry", "circle", "entered"), state.week)
    _make_all(model, _distinct(entries(keys, pairs, state.ties, pool_of(model), entering)))


def pool_of(model: CommunityModel) -> Handle:
    """Return the pairs who could meet, those of each lower person one after the other."""
    pool, pairs = model.pool, model.state.pool
    pool.j, pool.layer, pool.active = pairs.j, pairs.layer, pairs.active
    pool.start = model.fixed.pool_start
    return pool.handle


def _scene(model: CommunityModel, lift: F64) -> Handle:
    """Return where people are and with whom: by quarter, by person and by group."""
    scene, state, fixed = model.scene, model.state, model.fixed
    citizens, groups = state.citizens, state.groups
    scene.quarter, scene.target = model.community.people.quarter, fixed.target
    scene.lift, scene.crossing = lift, model.effort.crossing
    scene.closed = state.municipality.contact_closed
    scene.grievance, scene.active, scene.group = citizens.grievance, citizens.active, citizens.group
    scene.allied = groups.alliance  # of each group, -1 for none
    scene.warm = _warmth(groups.capability, model.rates.meet.relational)
    scene.sociable = fixed.sociable  # ties that each person usually has, over the mean
    scene.spare = model.scratch.spare  # how open each is to more of them, 1 at the usual number
    return scene.handle


@kernel
def _distinct(pairs: Any) -> Any:
    """Return the pairs in the order of their people, whatever the rows, each once.

    Of a pair found twice the one of the lowest layers is kept, of two such the first.
    """
    order = np.argsort((pairs[:, 0] << 32) | pairs[:, 1], kind="mergesort")
    out, kept = np.empty_like(pairs), 0
    for n in order:
        again = kept > 0 and (pairs[n, 0] == out[kept - 1, 0]) & (pairs[n, 1] == out[kept - 1, 1])
        if again and pairs[n, 3] >= out[kept - 1, 3]:
            continue
        kept += not again
        for k in range(4):
            out[kept - 1, k] = pairs[n, k]
    return out[:kept]


def _make_all(model: CommunityModel, pairs: I64) -> None:
    """Make these ties, and count them."""
    if len(pairs) == 0:
        return
    state = model.state
    _until_made(model, pairs)
    state.new_ties += len(pairs)
    state.alliance_ties += _brokered(pairs, state.citizens.group, state.groups.alliance)
