"""How people find each other: pairs who could meet, and those whom joint activity introduces.

Ties come from the places and the activities that people share (Feld 1981); those who work together
across groups, in an alliance, broker ties between them (Burt 2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.kernels import kernel
from resilienza_sim.model.network import columns, join_pair, make_room, rebuild
from resilienza_sim.model.tables import F64, I64
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "find_each_other",
    "introductions",
    "make",
    "make_potential",
    "meetings",
    "members_by",
]

BUILDING, GROUP = int(Layer.BUILDING), int(Layer.GROUP)
RELATIONAL = 2
"""Column of a group's capability."""


class Finding(NamedTuple):
    """What finding each other needs of the parameters of meeting."""

    joint_activity: float
    acquaintance: float
    brokerage: float
    closeness: float


@kernel
def _lift(layer: int, q: int, lift: Any) -> float:
    """Return what multiplies the chance that a pair finds each other: its likeliest level."""
    best = 0.0
    for level in range(lift.shape[0]):
        if layer & (BUILDING << level):
            best = max(best, lift[level, q])
    return best


@kernel
def _across(
    i: int, j: int, q: int, crossing: Any, grievance: Any, target: Any, group: Any, p: Any
) -> float:
    """Return what different sides or groups do to the chance of finding each other."""
    apart = target[i] != target[j]
    rate = 1.0
    if apart or (group[i] >= 0 and group[j] >= 0 and group[i] != group[j]):
        rate += crossing[q]
    if apart:
        rate *= 1.0 - p.closeness * max(grievance[i], grievance[j])
    return rate


@kernel
def _listed(pairs: Any, found: int, i: int, j: int, place: int, layer: int) -> Any:
    """Return the list with one pair more: two people, place of their potential tie, layers."""
    if found == pairs.shape[0]:
        longer = np.empty((2 * found, 4), np.int64)
        longer[:found] = pairs
        pairs = longer
    pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = i, j, place, layer
    return pairs


@kernel
def meetings(
    key: Any, base: float, pool: Any, pool_start: Any, quarter: Any, lift: Any, crossing: Any,
    closed: float, grievance: Any, target: Any, circles: Any, p: Any,
) -> Any:  # fmt: skip
    """List the potential ties that become ties this week, as `make` takes them.

    Each person comes across one of the people on their own list of potential ties, each equally
    likely, and a tie comes of it with a chance that makes up for the others of the list: each pair
    finds each other at its own rate, a person makes at most one such tie a week.

    `circles` holds, by person, active or not and the group, by group its alliance (-1 for none) and
    its relational warmth (1 at the usual capability).
    """
    pool_j, pool_layer, pool_active = pool
    active, group, allied, warm = circles
    most = base * max(2.0 * p.joint_activity - 1.0, p.brokerage)
    out, found = np.empty((64, 4), np.int64), 0
    for i in range(pool_start.size - 1):
        size = pool_start[i + 1] - pool_start[i]
        if size == 0:
            continue
        u = u01(key, np.uint64(i)) * size
        s = pool_start[i] + int(u)
        u -= int(u)
        # Most are far from any chance of a tie: skip the factors for them.
        if u > most * size * (1.0 + crossing[quarter[i]]) * _highest(lift, quarter[i]):
            continue
        if pool_active[s]:
            continue
        j, q = pool_j[s], quarter[i]
        rate = base * (1.0 - closed) * _lift(pool_layer[s], q, lift)
        if active[i] and active[j] and group[i] >= 0 and group[j] >= 0:
            if group[i] == group[j]:
                rate *= 1.0 + (p.joint_activity - 1.0) * warm[group[i]]
            elif allied[group[i]] >= 0 and allied[group[i]] == allied[group[j]]:
                rate *= p.brokerage
        rate *= _across(i, j, q, crossing, grievance, target, group, p)
        if u < 1.0 - np.exp(-rate * size):
            out = _listed(out, found, i, j, s, pool_layer[s])
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
    key: Any, ring: Any, who: Any, first: Any, within: float, start: Any, degree: Any, arcs: Any,
    pool: Any, pool_start: Any, quarter: Any, lift: Any, crossing: Any, closed: float,
    grievance: Any, target: Any, circles: Any, p: Any,
) -> Any:  # fmt: skip
    """List the pairs of active people whom what they do together introduces, for `make`.

    The members of each circle (a group, or an alliance) stand in a ring drawn anew every week: each
    meets the next. One who comes or goes changes the ring in that place only. `within` is 0 in the
    rings of alliances: people of one group are left to the group's own ring.
    """
    _active, group, _allied, warm = circles
    pool_j, pool_layer, _pool_active = pool
    nbr = arcs[0]
    out, found = np.empty((64, 4), np.int64), 0
    for c in range(first.size - 1):
        for n in range(first[c], first[c + 1]):
            i = who[n]
            u, q = u01(key, np.uint64(i)), quarter[i]
            rate = p.acquaintance * (1.0 - closed) * lift[3, q]
            inside, outside = within * warm[group[i]], p.brokerage - 1.0
            if u >= rate * max(inside, outside) * (1.0 + crossing[q]):
                continue  # whoever comes next, a chance 1 - e^-rate is below its rate
            j = _next_in_ring(ring, who, first[c], first[c + 1], i)
            if j < 0:
                continue
            rate *= inside if group[i] == group[j] else outside
            rate *= _across(i, j, q, crossing, grievance, target, group, p)
            if u >= 1.0 - np.exp(-rate):
                continue
            known = False
            for k in range(start[i], start[i] + degree[i]):
                known |= nbr[k] == j
            if known:
                continue
            low, high, place, layer = min(i, j), max(i, j), -1, GROUP
            for s in range(pool_start[low], pool_start[low + 1]):
                if pool_j[s] == high:
                    place, layer = s, GROUP | pool_layer[s]
            out = _listed(out, found, low, high, place, layer)
            found += 1
    return out[:found]


@kernel
def make(
    pairs: Any, done: int, start: Any, degree: Any, room: Any, arcs: Any, pool_active: Any,
    generalised: Any, first_trust: float,
) -> int:  # fmt: skip
    """Make the ties of these pairs from number `done` on; return how many are made in all.

    They start with the little trust of a beginning. A pair is two people, the place of the
    potential tie between them (-1 for none) and the layers of the tie. Stops when there is no place
    left for a row.
    """
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
            pairs, done, state.start, state.degree, state.room, columns(state.arcs),
            state.pool.active, state.citizens.generalised_trust, model.rates.meet.first_trust,
        )  # fmt: skip
        if done < len(pairs):
            rebuild(state)


def make_potential(model: CommunityModel, listed: Any) -> None:
    """Make ties of the potential ones listed by their place in the pool."""
    pool = model.state.pool
    columns_of_pairs = pool.i[listed], pool.j[listed], listed, pool.layer[listed]
    _until_made(model, np.stack([each.astype(np.int64) for each in columns_of_pairs], axis=1))


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
    """Make the ties of the week: those potential, and those that joint activity introduces."""
    state, p, fixed = model.state, model.rates.meet, model.fixed
    citizens, groups = state.citizens, state.groups
    pool = (state.pool.j, state.pool.layer, state.pool.active)
    warm = _warmth(groups.capability, p.relational)
    here = (
        pool, fixed.pool_start, model.community.people.quarter, lift, model.effort.crossing,
        state.municipality.contact_closed, citizens.grievance, fixed.target,
        (citizens.active, citizens.group, groups.alliance, warm),
        Finding(p.joint_activity, p.acquaintance, p.brokerage, p.closeness),
    )  # fmt: skip
    week, key = state.week, model.streams.key
    state.new_ties = state.alliance_ties = 0
    _make_all(model, meetings(key("meeting", week), fixed.meeting_rate, *here))
    for circle, circles, within in _rings(model):
        who, first = members_by(circle, circles, citizens.active)
        if who.size < 2:
            continue
        pairs = introductions(
            key("introduction", week), key("ring", week), who, first, within, state.start,
            state.degree, columns(state.arcs), *here,
        )  # fmt: skip
        if len(pairs) > 1:  # whatever the groups' rows
            pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        _make_all(model, pairs)


def _make_all(model: CommunityModel, pairs: I64) -> None:
    """Make these ties, and count them."""
    if len(pairs) == 0:
        return
    state = model.state
    _until_made(model, pairs)
    state.new_ties += len(pairs)
    state.alliance_ties += _brokered(pairs, state.citizens.group, state.groups.alliance)
