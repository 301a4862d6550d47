"""Phase 4, meet: who is in contact this week, which ties are lost, which are made.

Turnover of ties: closest ties 1-4 % a year (Roy et al. 2022), weaker and bridging ones faster
(Burt). Ties come from shared places and activities (Feld 1981), and across groups where those who
work together in an alliance broker them (Burt 2004). Street workers are present at three levels:
building (caseggiato), neighbourhood (vicinato), quarter (quartiere).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.component import quantity
from resilienza_sim.model.acquaintance import find_each_other
from resilienza_sim.model.network import columns, drop_arc
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import pair_id, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["IN_PERSON", "REMOTE", "MeetParameters", "MeetRates", "contacts", "lifts", "run"]

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
    presence_building: float = quantity(
        1.0, 0.0, 5.0, source="assumption: share of street workers' presence felt in buildings"
    )
    presence_neighbourhood: float = quantity(
        1.0, 0.0, 5.0, source="assumption: share of their presence felt between neighbours"
    )
    presence_quarter: float = quantity(
        0.1, 0.0, 5.0,
        source="assumption: felt where friends and groups meet; so a worker opens about five "
        "contacts an hour, over the three levels",
    )  # fmt: skip
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
    acquaintance: float = quantity(
        0.01, 0.0, 0.5, unit="per week",
        source="Feld 1981; assumption: an active person meets one more of the group in two years",
    )  # fmt: skip
    relational: float = quantity(
        1.0, 0.0, 1.0, source="MODEL.md section 2, kappa: weight of a group's relational capability"
    )
    brokerage: float = quantity(
        3.0, 1.0, 50.0, source="Burt 2004: brokers tie groups; size assumption, 1 = none"
    )
    closeness: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: share of new contacts with the out-group that grievance stops",
    )


MeetRates = shape("MeetRates", MeetParameters)


def lifts(presence: F64, space: F64, p: Any) -> F64:
    """Return what multiplies contact by level and quarter, shape (4, quarters).

    The levels follow the layers of a tie: building, neighbourhood, friendship, group. Neighbours
    and groups need places; friends do not, but workers find them in the places that are open.
    """
    return np.stack([
        1.0 + p.presence_building * presence,
        (1.0 + p.presence_neighbourhood * presence) * space,
        1.0 + p.presence_quarter * presence * space,
        (1.0 + p.presence_quarter * presence) * space,
    ])  # fmt: skip


@numba.njit(cache=True)
def _contact_rate(layer: int, q: int, lift: Any, p: Any) -> float:
    """Return the chance of an in-person contact; a tie on several layers takes the likeliest."""
    best = 0.0
    if layer & BUILDING:
        best = max(best, p.contact_building * lift[0, q])
    if layer & NEIGHBOURHOOD:
        best = max(best, p.contact_neighbourhood * lift[1, q])
    if layer & FRIENDSHIP:
        best = max(best, p.contact_friendship * lift[2, q])
    if layer & GROUP:
        best = max(best, p.contact_group * lift[3, q])
    return min(1.0, best)


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
    key: Any, start: Any, degree: Any, arcs: Any, suffering: Any, quarter: Any, target: Any,
    lift: Any, plain: Any, crossing: Any, closed: float, p: Any, opened: Any,
) -> None:  # fmt: skip
    """Mark the ties in contact this week, in person or remotely; households always are.

    `plain` is `lift` without street workers: `opened` counts, by quarter, the contacts that they
    made possible.
    """
    nbr, rev, _trust, _debt, layer, mark = arcs
    opened[:] = 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            j = nbr[k]
            if j < i:
                continue
            if layer[k] & HOUSEHOLD:
                seen = IN_PERSON
            else:
                q = quarter[i]
                here = 1.0 - p.withdrawal * 0.5 * (suffering[i] + suffering[j])
                more = 1.0 + crossing[q] if target[i] != target[j] else 1.0
                rate = min(1.0, _contact_rate(layer[k], q, lift, p) * more) * here
                u = u01(key, pair_id(i, j))
                if u < rate * (1.0 - closed):
                    seen = IN_PERSON
                    usual = min(1.0, _contact_rate(layer[k], q, plain, p) * more) * here
                    if u >= usual * (1.0 - closed):
                        opened[q] += 1
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


def run(model: CommunityModel) -> None:
    """Let people meet, part and find each other."""
    state, p, people, fixed = model.state, model.rates.meet, model.community.people, model.fixed
    citizens, presence, space = state.citizens, model.effort.presence, model.space_factor()
    lift, plain = lifts(presence, space, p), lifts(np.zeros_like(presence), space, p)

    moved = model.departures()
    citizens.active[moved] = 0  # a newcomer takes the place, without ties or group
    citizens.group[moved] = -1
    state.lost_ties = losses(
        model.streams.key("tie loss", state.week), state.start, state.degree, columns(state.arcs),
        (state.pool.j, state.pool.layer, state.pool.active), fixed.pool_start, moved, p,
    )  # fmt: skip
    find_each_other(model, lift)
    contacts(
        model.streams.key("contact", state.week), state.start, state.degree, columns(state.arcs),
        citizens.suffering, people.quarter, fixed.target, lift, plain, model.effort.crossing,
        state.municipality.contact_closed, p, state.presence.opened,
    )  # fmt: skip
