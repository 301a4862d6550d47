"""Phase 4, meet: which ties are made, which are lost, who is in contact this week.

Turnover of ties: closest ties 1-4 % a year (Roy et al. 2022), weaker and bridging ones faster
(Burt): hazard of the layer x [(1 + usual friends in common)/(1 + friends in common)]^embedding.
Ties come from shared places and activities (Feld 1981), and across groups where those who work
together in an alliance broker them (Burt 2004). Street workers are present at three levels:
building (caseggiato), neighbourhood (vicinato), quarter (quartiere).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.community.circles import LARGEST_CIRCLE
from resilienza_sim.community.ties import Layer
from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.acquaintance import find_each_other, pool_of
from resilienza_sim.model.around import IN_PERSON, REMOTE
from resilienza_sim.model.network import arcs_of, drop_arc, row
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import HOME
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import halves, mix, pair_id

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "IN_PERSON",
    "REMOTE",
    "MeetParameters",
    "MeetRates",
    "encounters",
    "lifts",
    "loss_rate",
    "run",
]

HOUSEHOLD, BUILDING, NEIGHBOURHOOD, FRIENDSHIP, GROUP = (
    int(layer)
    for layer in (
        Layer.HOUSEHOLD,
        Layer.BUILDING,
        Layer.NEIGHBOURHOOD,
        Layer.FRIENDSHIP,
        Layer.GROUP,
    )
)

LEAVES, AWAY = 1, 2
"""Who leaves the town this week, and who lives away from home: bits of `encounters`."""
MOST_COMMON = LARGEST_CIRCLE
"""Friends in common beyond which a tie is no safer: the largest circle has so many."""

GONE = 255
"""Mark of a tie that ends this week, until its row is gone through."""


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
        0.1,
        0.0,
        5.0,
        source="assumption: felt where friends and groups meet; so a worker opens about five "
        "contacts an hour, over the three levels",
    )
    distance: float = quantity(
        0.6,
        0.0,
        1.0,
        source="assumption: contact that neighbours lose while one of them lives elsewhere",
    )
    remote: float = quantity(
        0.6,
        0.0,
        1.0,
        source="fitted (scripts/calibrate_model.py) to Ernst et al. 2022, loneliness "
        "+.27 (.14; .40) in the pandemic, whose errors leave open .15-.95: chance that a call "
        "replaces a meeting that is closed",
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
    embedding: float = quantity(
        1.0,
        0.0,
        1.0,
        source="Burt 2000, Decay functions; 2002, Bridge decay, both from memory: ties within a "
        "circle outlast bridges; the hazard falls as 1/(1 + friends in common), prior; 0 is off",
    )
    usual_common: float = quantity(
        2.0,
        0.0,
        10.0,
        unit="friends in common",
        source="assumption: friends in common at which the hazard is that of the layer; a tie of "
        "the two villages measured in full (Banerjee et al. 2013), of a household or not, has 3, "
        "median (quartiles 2 and 5)",
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
        0.0015,
        0.0,
        0.5,
        unit="per week",
        source="Feld 1981; size fitted at rest: in groups as many ties are made as are lost",
    )
    relational: float = quantity(
        1.0, 0.0, 1.0, source="convention: weight of a group's relational capability"
    )
    brokerage: float = quantity(
        3.0, 1.0, 50.0, source="Burt 2004: brokers tie groups; size assumption, 1 = none"
    )
    closure: float = quantity(
        0.9,
        0.0,
        1.0,
        unit="of new ties",
        source="Kossinets & Watts 2006, from memory: most new ties close a path of two; share "
        "fitted on clustering at rest (the two villages); 0 is off",
    )
    common: float = quantity(
        6.0,
        0.0,
        10.0,
        source="Kossinets & Watts 2006: the chance of a tie grows with the friends in common; "
        "power fitted on clustering at rest; 0 is any friend of a friend",
    )
    entering: float = quantity(
        0.6,
        0.0,
        1.0,
        source="Feld 1981: who joins a circle meets its people; share known at once, assumption; "
        "0 is off",
    )
    capacity: float = quantity(
        4.0,
        0.0,
        10.0,
        unit="per usual tie",
        source="Miritello et al. 2013, from memory: the number of ties a person keeps is nearly "
        "constant; strength: prior; 0 is off",
    )
    closeness: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: share of new contacts with the out-group that grievance stops",
    )


MeetRates = shape("MeetRates", MeetParameters)


@kernel
def lifts(presence: F64, space: F64, building: float, neighbourhood: float, quarter: float) -> F64:
    """Return what multiplies contact by level and quarter, shape (4, quarters).

    The levels follow the layers of a tie: building, neighbourhood, friendship, group. Neighbours
    and groups need places; friends do not, but workers find them in the places that are open. The
    last three are how far street workers are felt at the three levels.
    """
    lift = np.empty((4, space.size))
    for q in range(space.size):
        lift[0, q] = 1.0 + building * presence[q]
        lift[1, q] = (1.0 + neighbourhood * presence[q]) * space[q]
        lift[2, q] = 1.0 + quarter * presence[q] * space[q]
        lift[3, q] = (1.0 + quarter * presence[q]) * space[q]
    return lift


@kernel
def _contact_rates(lift: Any, crossing: Any, p: Any) -> Any:
    """Return the chance of an in-person contact by sides (one, two), layers of a tie and quarter.

    A tie on several layers takes the likeliest.
    """
    usual = (
        p.contact_building,
        p.contact_neighbourhood,
        p.contact_friendship,
        p.contact_group,
    )
    rates = np.zeros((2, 2 * GROUP, lift.shape[1]), np.float32)
    for layer in range(2 * GROUP):
        for q in range(lift.shape[1]):
            best = 0.0
            for level in range(4):
                if layer & (BUILDING << level):
                    best = max(best, usual[level] * lift[level, q])
            rates[0, layer, q] = min(1.0, best)
            rates[1, layer, q] = min(1.0, min(1.0, best) * (1.0 + crossing[q]))
    return rates


@kernel
def loss_rate(layer: int, p: Any) -> float:
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


@kernel
def embedded(common: int, p: Any) -> float:
    """Return what friends in common do to the hazard of losing a tie: 1 at the usual number."""
    return float(((1.0 + p.usual_common) / (1.0 + common)) ** p.embedding)


@kernel
def _loss_chances(p: Any) -> Any:
    """Return the chance of losing a tie by friends in common, with and without trust, by layers."""
    chances = np.empty((MOST_COMMON + 1, 2, 2 * GROUP))
    for layer in range(2 * GROUP):
        for common in range(MOST_COMMON + 1):
            rate = loss_rate(layer, p) * embedded(common, p)
            chances[common, 0, layer] = 1.0 - np.exp(-rate)
            chances[common, 1, layer] = 1.0 - np.exp(-rate * p.distrust_loss)
    return chances


@kernel
def _in_common(i: int, j: int, start: Any, degree: Any, nbr: Any) -> int:
    """Return how many friends i and j have in common, up to `MOST_COMMON`."""
    common = 0
    for a in range(start[i], start[i] + degree[i]):
        for b in range(start[j], start[j] + degree[j]):
            common += nbr[a] == nbr[b]
    return min(common, MOST_COMMON)


@kernel
def encounters(
    key: Any, ties: Any, pool: Any, citizens: Any, people: Any, around: Any, p: Any, opened: Any
) -> int:
    """Dissolve ties by hazard, mark those in contact this week; return how many are lost.

    A household is always in contact; other ties are in person or remotely. One draw of a tie gives
    the two numbers that it needs. `where` is twice the quarter of a person, plus one on the
    out-group's side. `around` is `astir`, the bits of those who leave the town or live away from
    home, then by quarter what lifts contacts and brings sides together, and the share closed.
    `plain` is `lift` without street workers: `opened` counts, by quarter, the contacts that they
    made possible.
    """
    astir, lift, plain, crossing, closed = around
    start, degree, arcs = ties.start, ties.degree, arcs_of(ties)
    suffering, where = citizens.suffering, people.where
    nbr, rev, trust, _debt, layer, mark = arcs
    rates, losing = _contact_rates(lift, crossing, p), _loss_chances(p)
    usual, worked = _contact_rates(plain, crossing, p), (lift != plain).any()
    likeliest, one, parting = losing.max(), np.float32(1.0), np.zeros(degree.size, np.bool_)
    face, reached = np.float32(1.0 - closed), np.float32(1.0 - closed + closed * p.remote)
    shy, far = np.float32(0.5 * p.withdrawal), np.float32(1.0 - p.distance)
    opened[:] = 0
    for i in range(degree.size):
        here = where[i]
        first, end = row(start, degree, i)
        for k in range(first, end):
            j, how = nbr[k], layer[k]
            if j < i:
                continue  # marked in the other's row
            seen = IN_PERSON
            if not how & HOUSEHOLD:
                part, meet = halves(mix(key, pair_id(i, j)))
                u, apart, q = np.float32(meet), (here ^ where[j]) & 1, here >> 1
                out, moves = one - shy * (suffering[i] + suffering[j]), astir[i] | astir[j]
                if moves & AWAY and not how & (FRIENDSHIP | GROUP):
                    out *= far  # neighbours, and nothing else
                rate = rates[apart, how, q] * out
                seen = REMOTE * int(u < rate * reached) - (REMOTE - IN_PERSON) * int(
                    u < rate * face
                )
                if worked and seen == IN_PERSON:
                    opened[q] += u >= usual[apart, how, q] * out * face
                if part < likeliest or moves & LEAVES:
                    chance = losing[:, int(trust[k] < 0.05), how]
                    gone = moves & LEAVES > 0
                    if not gone and part < chance[0]:
                        gone = part < chance[_in_common(i, j, start, degree, nbr)]
                    if gone:
                        seen, parting[i] = GONE, True
            mark[k] = seen
            mark[rev[k]] = seen
    lost = 0
    for i in range(degree.size):  # only now: who has friends in common is told by all the ties
        if parting[i]:
            lost += _part(i, start, degree, arcs, pool)
    return lost


@kernel
def _part(i: int, start: Any, degree: Any, arcs: Any, pool: Any) -> int:
    """Dissolve the ties of person i with later ones that are marked as gone; return how many.

    A lost tie that came from the pool can be made again.
    """
    nbr, mark = arcs[0], arcs[5]
    lost, ties = 0, degree[i]
    for n in range(ties):  # from the last one on: what takes a lost tie's place has been looked at
        k = start[i] + (ties - 1 - n)
        j = nbr[k]
        if mark[k] == GONE and i < j:
            drop_arc(arcs, start, degree, i, k)
            lost += 1
            for s in range(pool.start[i], pool.start[i + 1]):
                if pool.j[s] == j:
                    pool.active[s] = 0
    return lost


def run(model: CommunityModel) -> None:
    """Let people find each other, part and meet."""
    state, p = model.state, model.rates.meet
    citizens, presence, space = state.citizens, model.effort.presence, model.space_factor()
    felt = p.presence_building, p.presence_neighbourhood, p.presence_quarter
    lift, plain = lifts(presence, space, *felt), lifts(presence, space, 0.0, 0.0, 0.0)

    moved = model.departures()
    citizens.active[moved] = 0  # a newcomer takes the place, without ties or group
    citizens.group[moved] = -1
    away = state.households.lodging != HOME
    astir = LEAVES * moved.astype(np.uint8)
    if away.any():
        astir |= AWAY * away[model.community.people.household].astype(np.uint8)
    find_each_other(model, lift)
    state.lost_ties = encounters(
        model.streams.key("encounter", state.week),
        state.ties,
        pool_of(model),
        citizens.handle,
        model.people.handle,
        (astir, lift, plain, model.effort.crossing, state.municipality.contact_closed),
        p.handle,
        state.presence.opened,
    )
