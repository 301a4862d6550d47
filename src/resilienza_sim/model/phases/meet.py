"""Phase 4, meet: who is in contact this week, which ties are lost, which are made.

Turnover of ties: closest ties 1-4 % a year (Roy et al. 2022), weaker and bridging ones faster
(Burt). Ties come from shared places and activities (Feld 1981).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.component import quantity
from resilienza_sim.model.network import columns, drop_arc, has_room, join_pair, rebuild
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.streams import pair_id, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["IN_PERSON", "REMOTE", "MeetParameters", "MeetRates", "contacts", "run"]

HOUSEHOLD, BUILDING, NEIGHBOURHOOD, FRIENDSHIP, GROUP = (
    int(layer)
    for layer in (
        Layer.HOUSEHOLD, Layer.BUILDING, Layer.NEIGHBOURHOOD, Layer.FRIENDSHIP, Layer.GROUP,
    )
)  # fmt: skip
IN_PERSON, REMOTE = 1, 2


class MeetParameters(PhaseParameters):
    """Contact and turnover of ties."""

    contact_building: float = quantity(
        0.35, 0.0, 1.0, unit="chance a week", source="assumption: neighbours meet every third week"
    )
    contact_neighbourhood: float = quantity(
        0.25, 0.0, 1.0, unit="chance a week", source="assumption: monthly"
    )
    contact_friendship: float = quantity(
        0.45, 0.0, 1.0, unit="chance a week", source="assumption: every other week"
    )
    contact_group: float = quantity(
        0.40, 0.0, 1.0, unit="chance a week", source="assumption: meetings every other week"
    )
    remote: float = quantity(
        0.5, 0.0, 1.0, source="assumption: chance that a call replaces a meeting that is closed"
    )
    withdrawal: float = quantity(
        0.3, 0.0, 1.0, source="assumption: contact lost by a pair that suffers fully"
    )
    loss_friendship: float = quantity(
        0.0006, 0.0, 0.1, unit="per week", source="Roy et al. 2022: closest ties 1-4 % a year"
    )
    loss_building: float = quantity(
        0.0010, 0.0, 0.1, unit="per week", source="assumption: removals, about 5 % a year"
    )
    loss_neighbourhood: float = quantity(
        0.0015, 0.0, 0.1, unit="per week", source="assumption: weaker than building ties"
    )
    loss_group: float = quantity(
        0.0020, 0.0, 0.1, unit="per week", source="Burt: weaker ties are lost faster; prior"
    )
    distrust_loss: float = quantity(
        5.0, 1.0, 50.0, source="assumption: a tie without trust is lost this many times as fast"
    )
    first_trust: float = quantity(
        0.3, 0.0, 1.0, source="assumption: trust of a new tie between fully trusting people"
    )
    joint_activity: float = quantity(
        4.0,
        1.0,
        50.0,
        source="Feld 1981: those active in the same group meet more; size assumption",
    )
    closeness: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: share of new contacts with the out-group that grievance stops",
    )


MeetRates = shape("MeetRates", MeetParameters)


@numba.njit(cache=True)
def _contact_rate(layer: int, street: float, space: float, p: Any) -> float:
    """Return the chance of an in-person contact; a tie on several layers takes the likeliest."""
    best = 0.0
    if layer & BUILDING:
        best = max(best, min(1.0, p.contact_building * street))
    if layer & NEIGHBOURHOOD:
        best = max(best, min(1.0, p.contact_neighbourhood * street * space))
    if layer & FRIENDSHIP:
        best = max(best, p.contact_friendship)
    if layer & GROUP:
        best = max(best, p.contact_group * space)
    return best


@numba.njit(cache=True)
def _loss_rate(layer: int, p: Any) -> float:
    """Return the weekly hazard of losing a tie; the closest layer holds it."""
    if layer & HOUSEHOLD:
        return 0.0
    if layer & FRIENDSHIP:
        return float(p.loss_friendship)
    if layer & BUILDING:
        return float(p.loss_building)
    if layer & NEIGHBOURHOOD:
        return float(p.loss_neighbourhood)
    return float(p.loss_group)


@numba.njit(cache=True)
def contacts(
    key: Any, start: Any, degree: Any, arcs: Any, suffering: Any, quarter: Any,
    street: Any, space: Any, closed: float, p: Any,
) -> None:  # fmt: skip
    """Mark the ties in contact this week, in person or remotely; households always are."""
    nbr, rev, _trust, _debt, layer, mark = arcs
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            j = nbr[k]
            if j < i:
                continue
            if layer[k] & HOUSEHOLD:
                seen = IN_PERSON
            else:
                q = quarter[i]
                rate = _contact_rate(layer[k], street[q], space[q], p)
                rate *= 1.0 - p.withdrawal * 0.5 * (suffering[i] + suffering[j])
                u = u01(key, pair_id(i, j))
                if u < rate * (1.0 - closed):
                    seen = IN_PERSON
                elif u < rate * (1.0 - closed) + rate * closed * p.remote:
                    seen = REMOTE
                else:
                    seen = 0
            mark[k] = seen
            mark[rev[k]] = seen


@numba.njit(cache=True)
def losses(
    key: Any, start: Any, degree: Any, arcs: Any, pool: Any, pool_start: Any, moved: Any, p: Any
) -> int:
    """Dissolve ties by hazard; a lost tie that came from the pool can be made again."""
    nbr, _rev, trust, _debt, layer, _mark = arcs
    pool_j, _pool_layer, pool_active = pool
    lost = 0
    for i in range(degree.size):
        k = start[i]
        while k < start[i] + degree[i]:
            j = nbr[k]
            rate = _loss_rate(layer[k], p)
            if i < j and rate > 0.0:
                if trust[k] < 0.05:
                    rate *= p.distrust_loss
                chance = 1.0 if moved[i] or moved[j] else 1.0 - np.exp(-rate)
                if u01(key, pair_id(i, j)) < chance:
                    drop_arc(arcs, start, degree, i, k)
                    lost += 1
                    for s in range(pool_start[i], pool_start[i + 1]):
                        if pool_j[s] == j:
                            pool_active[s] = 0
                    continue
            k += 1
    return lost


@numba.njit(cache=True)
def meetings(
    key: Any, pool: Any, pool_i: Any, base: float, quarter: Any, street: Any, space: Any,
    closed: float, grievance: Any, target: Any, active: Any, group: Any, p: Any, out: Any,
) -> int:  # fmt: skip
    """List the potential ties that become ties this week; return how many."""
    pool_j, pool_layer, pool_active = pool
    found = 0
    for s in range(pool_j.size):
        if pool_active[s]:
            continue
        i, j = pool_i[s], pool_j[s]
        u = u01(key, pair_id(i, j))
        q = quarter[i]
        # Most pairs are far from any chance of meeting: skip the factors for them.
        if u > p.joint_activity * base * max(street[q] * space[q], 1.0):
            continue
        rate = base * (1.0 - closed)
        if pool_layer[s] & (BUILDING | NEIGHBOURHOOD):
            rate *= street[q] * space[q]
        if active[i] and active[j] and group[i] >= 0 and group[i] == group[j]:
            rate *= p.joint_activity
        if target[i] != target[j]:
            rate *= 1.0 - p.closeness * max(grievance[i], grievance[j])
        if u < 1.0 - np.exp(-rate):
            out[found] = s
            found += 1
    return found


@numba.njit(cache=True)
def make(
    listed: Any, done: int, start: Any, degree: Any, arcs: Any, pool: Any, pool_i: Any,
    generalised: Any, p: Any,
) -> int:  # fmt: skip
    """Make the listed ties from number `done` on; stop at a full row; return how many are made."""
    pool_j, pool_layer, pool_active = pool
    for n in range(done, listed.size):
        s = listed[n]
        i, j = pool_i[s], pool_j[s]
        if not (has_room(start, degree, i) and has_room(start, degree, j)):
            return n
        t_i = p.first_trust * (0.5 + 0.5 * generalised[i])
        t_j = p.first_trust * (0.5 + 0.5 * generalised[j])
        join_pair(arcs, start, degree, i, j, pool_layer[s], t_i, t_j)
        pool_active[s] = 1
    return int(listed.size)


def run(model: CommunityModel) -> None:
    """Let people meet, part and find each other."""
    state, p, people, fixed = model.state, model.rates.meet, model.community.people, model.fixed
    citizens, town = state.citizens, state.municipality
    pool = (state.pool.j, state.pool.layer, state.pool.active)
    street = 1.0 + model.effort.presence
    space = model.space_factor()

    moved = model.departures()
    citizens.active[moved] = 0  # a newcomer takes the place, without ties or group
    citizens.group[moved] = -1
    lost = losses(
        model.streams.key("tie loss", state.week), state.start, state.degree, columns(state.arcs),
        pool, fixed.pool_start, moved, p,
    )  # fmt: skip
    listed = model.scratch.pairs
    found = meetings(
        model.streams.key("meeting", state.week), pool, state.pool.i, fixed.meeting_rate,
        people.quarter, street, space, town.contact_closed, citizens.grievance, fixed.target,
        citizens.active, citizens.group, p, listed,
    )  # fmt: skip
    done = 0
    while done < found:
        done = make(
            listed[:found], done, state.start, state.degree, columns(state.arcs), pool,
            state.pool.i, citizens.generalised_trust, p,
        )  # fmt: skip
        if done < found:
            state.arcs, state.start = rebuild(state.arcs, state.start, state.degree)
    state.new_ties, state.lost_ties = found, lost
    contacts(
        model.streams.key("contact", state.week), state.start, state.degree, columns(state.arcs),
        citizens.suffering, people.quarter, street, space, town.contact_closed, p,
    )  # fmt: skip
