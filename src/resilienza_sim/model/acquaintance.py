"""How people find each other: pairs who could meet, and those whom joint activity introduces.

Ties come from the places and the activities that people share (Feld 1981); those who work together
across groups, in an alliance, broker ties between them (Burt 2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.model.network import columns, has_room, join_pair, rebuild
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import pair_id, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["find_each_other", "introduce", "introductions", "make", "make_potential", "meetings"]

BUILDING, GROUP = int(Layer.BUILDING), int(Layer.GROUP)


@numba.njit(cache=True)
def _lift(layer: int, q: int, lift: Any) -> float:
    """Return what multiplies the chance that a pair finds each other: its likeliest level."""
    best = 0.0
    for level in range(lift.shape[0]):
        if layer & (BUILDING << level):
            best = max(best, lift[level, q])
    return best


@numba.njit(cache=True)
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


@numba.njit(cache=True)
def meetings(
    key: Any, pool: Any, pool_i: Any, base: float, quarter: Any, lift: Any, crossing: Any,
    closed: float, grievance: Any, target: Any, circles: Any, p: Any, out: Any,
) -> int:  # fmt: skip
    """List the potential ties that become ties this week; return how many.

    `circles` holds, by person, active or not, the group and its alliance (-1 for none), and, by
    group, its relational warmth (1 at the usual capability).
    """
    pool_j, pool_layer, pool_active = pool
    active, group, allied, warm = circles
    most = base * max(2.0 * p.joint_activity - 1.0, p.brokerage)
    found = 0
    for s in range(pool_j.size):
        if pool_active[s]:
            continue
        i, j = pool_i[s], pool_j[s]
        u = u01(key, pair_id(i, j))
        q = quarter[i]
        # Most pairs are far from any chance of meeting: skip the factors for them.
        if u > most * lift[:, q].max() * (1.0 + crossing[q]):
            continue
        rate = base * (1.0 - closed) * _lift(pool_layer[s], q, lift)
        if active[i] and active[j] and group[i] >= 0 and group[j] >= 0:
            if group[i] == group[j]:
                rate *= 1.0 + (p.joint_activity - 1.0) * warm[group[i]]
            elif allied[i] >= 0 and allied[i] == allied[j]:
                rate *= p.brokerage
        rate *= _across(i, j, q, crossing, grievance, target, group, p)
        if u < 1.0 - np.exp(-rate):
            out[found] = s
            found += 1
    return found


@numba.njit(cache=True)
def introductions(
    key: Any, order: Any, circle: Any, within: float, start: Any, degree: Any, arcs: Any,
    quarter: Any, lift: Any, crossing: Any, closed: float, grievance: Any, target: Any,
    circles: Any, p: Any, out: Any,
) -> int:  # fmt: skip
    """List the pairs of active people whom what they do together introduces; return how many.

    `order` puts the members of each circle (a group, or an alliance) in a ring drawn anew every
    week: each meets the next. One who comes or goes changes the ring in that place only.
    `within` is 0 in the rings of alliances: people of one group are left to the group's own ring.
    """
    _active, group, _allied, warm = circles
    nbr = arcs[0]
    first, found = 0, 0
    for n in range(order.size):
        i = order[n]
        if circle[order[first]] != circle[i]:
            first = n
        if n + 1 < order.size and circle[order[n + 1]] == circle[i]:
            j = order[n + 1]
        elif n - first >= 2:
            j = order[first]
        else:
            continue  # alone, or two who have met already
        q = quarter[i]
        rate = p.acquaintance * (1.0 - closed) * lift[3, q]
        if group[i] == group[j]:
            rate *= within * warm[group[i]]
        else:
            rate *= p.brokerage - 1.0
        rate *= _across(i, j, q, crossing, grievance, target, group, p)
        if u01(key, pair_id(i, j)) >= 1.0 - np.exp(-rate):
            continue
        known = False
        for k in range(start[i], start[i] + degree[i]):
            known |= nbr[k] == j
        if not known:
            out[found, 0], out[found, 1] = min(i, j), max(i, j)
            found += 1
    return found


@numba.njit(cache=True)
def _tie(
    arcs: Any, start: Any, degree: Any, i: int, j: int, layer: int, generalised: Any, p: Any
) -> bool:
    """Make a tie with the little trust of a beginning; return whether there was room."""
    if not (has_room(start, degree, i) and has_room(start, degree, j)):
        return False
    t_i = p.first_trust * (0.5 + 0.5 * generalised[i])
    t_j = p.first_trust * (0.5 + 0.5 * generalised[j])
    join_pair(arcs, start, degree, i, j, layer, t_i, t_j)
    return True


@numba.njit(cache=True)
def make(
    listed: Any, done: int, start: Any, degree: Any, arcs: Any, pool: Any, pool_i: Any,
    generalised: Any, p: Any,
) -> int:  # fmt: skip
    """Make the listed ties from number `done` on; stop at a full row; return how many are made."""
    pool_j, pool_layer, pool_active = pool
    for n in range(done, listed.size):
        s = listed[n]
        if not _tie(arcs, start, degree, pool_i[s], pool_j[s], pool_layer[s], generalised, p):
            return n
        pool_active[s] = 1
    return int(listed.size)


@numba.njit(cache=True)
def introduce(
    pairs: Any, done: int, start: Any, degree: Any, arcs: Any, pool: Any, pool_start: Any,
    generalised: Any, p: Any,
) -> int:  # fmt: skip
    """Make ties of those introduced, as `make` does; a potential tie among them is used up."""
    pool_j, pool_layer, pool_active = pool
    for n in range(done, pairs.shape[0]):
        i, j = pairs[n, 0], pairs[n, 1]
        layer, at = GROUP, -1
        for s in range(pool_start[i], pool_start[i + 1]):
            if pool_j[s] == j:
                layer, at = GROUP | pool_layer[s], s
        if not _tie(arcs, start, degree, i, j, layer, generalised, p):
            return n
        if at >= 0:
            pool_active[at] = 1
    return int(pairs.shape[0])


def _ring(model: CommunityModel, circle: Any) -> Any:
    """Return the members of the circles, circle by circle, in an order drawn for the week."""
    members = np.flatnonzero(circle >= 0)
    u = model.streams.uniform("ring", model.state.week, members)
    return members[np.lexsort((u, circle[members]))]


def _introduced(model: CommunityModel, lift: F64, circles: Any) -> Any:
    """Return the pairs introduced this week in groups and in alliances, shape (found, 2)."""
    state, p, fixed = model.state, model.rates.meet, model.fixed
    active, group, allied, _warm = circles
    out = np.zeros((2 * int(active.sum()), 2), np.int64)
    found = 0
    for belongs, within in ((group, 1.0), (allied, 0.0)):
        circle = np.where(active == 1, belongs, -1)
        found += introductions(
            model.streams.key("introduction", state.week), _ring(model, circle), circle,
            within, state.start, state.degree, columns(state.arcs), model.community.people.quarter,
            lift, model.effort.crossing, state.municipality.contact_closed,
            state.citizens.grievance, fixed.target, circles, p, out[found:],
        )  # fmt: skip
    pairs = out[:found]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]  # whatever the rows of the groups


def find_each_other(model: CommunityModel, lift: F64) -> None:
    """Make the ties of the week: those potential, and those that joint activity introduces."""
    state, p, fixed = model.state, model.rates.meet, model.fixed
    citizens, groups = state.citizens, state.groups
    pool = (state.pool.j, state.pool.layer, state.pool.active)
    allied = np.where(citizens.group >= 0, groups.alliance[np.maximum(citizens.group, 0)], -1)
    warm = 1.0 + p.relational * (2.0 * groups.capability[:, 2].astype(np.float64) - 1.0)
    circles = (citizens.active, citizens.group, allied, warm)
    listed = model.scratch.pairs
    found = meetings(
        model.streams.key("meeting", state.week), pool, state.pool.i, fixed.meeting_rate,
        model.community.people.quarter, lift, model.effort.crossing,
        state.municipality.contact_closed, citizens.grievance, fixed.target, circles, p, listed,
    )  # fmt: skip
    listed, trusting = listed[:found], citizens.generalised_trust
    make_potential(model, listed)
    pairs = _introduced(model, lift, circles)
    _until_made(model, introduce, pairs, pool, fixed.pool_start, trusting, p)
    i = np.concatenate([state.pool.i[listed], pairs[:, 0]]).astype(np.int64)
    j = np.concatenate([state.pool.j[listed], pairs[:, 1]]).astype(np.int64)
    brokered = (allied[i] >= 0) & (allied[i] == allied[j])
    state.new_ties = i.size
    state.alliance_ties = int((brokered & (citizens.group[i] != citizens.group[j])).sum())


def make_potential(model: CommunityModel, listed: Any) -> None:
    """Make ties of the potential ones listed by their place in the pool."""
    state, pool = model.state, model.state.pool
    _until_made(
        model, make, listed, (pool.j, pool.layer, pool.active), pool.i,
        state.citizens.generalised_trust, model.rates.meet,
    )  # fmt: skip


def _until_made(model: CommunityModel, making: Any, wanted: Any, *more: Any) -> None:
    """Make all the ties wanted, with fresh room in the rows whenever one is full."""
    state, done = model.state, 0
    while done < len(wanted):
        arcs = columns(state.arcs)
        done = making(wanted, done, state.start, state.degree, arcs, *more)
        if done < len(wanted):
            state.arcs, state.start = rebuild(state.arcs, state.start, state.degree)
