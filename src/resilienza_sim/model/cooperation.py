"""What groups reach together: overlap, joint action, pooled resources, whom they resemble.

Equation 9 of docs/odd.md: connection is not cooperation. Groups that only know one another overlap
and send people on to the services; groups that act jointly divide the ground, bring what they can
spare to the partners who lack it, and share their funds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.model.hazards import match_of
from resilienza_sim.model.names import names_of
from resilienza_sim.model.practices import capable
from resilienza_sim.model.state import ADULT

if TYPE_CHECKING:
    from resilienza_sim.community.people import People
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.state import GroupTable
    from resilienza_sim.model.tables import F64, Bool

__all__ = [
    "active_profile",
    "coverage",
    "ground",
    "likeness",
    "outcome",
    "overlap",
    "pool_funds",
    "profile",
    "profile_of",
    "reach_out",
    "reached",
    "residents_of",
    "share_out",
    "sit_together",
    "strength",
]

_LITTLE = 1e-12
"""Below it a sum is nothing: it is not divided by."""
_ONE, _NOTHING = np.float32(1.0), np.float32(0.0)


@kernel
def strength(
    groups: Any,
    cost: Any,
    asks: Any,
    space: Any,
    demand: F64,
    upkeep_eur: float,
    p: Any,
    learn: Any,
) -> F64:
    """Return how many needs each group can follow this week; write the share of its quarter's.

    Members at work x hours x (1 + funded) x capability x [phi0 + (1 - phi0) fit] x (1 - dip)
    (1 - deciding) x places x what hesitating and a wide repertoire leave. Those at work this week
    count; groups born of an emergency need no place.
    """
    capacity = np.empty(groups.alive.size)
    hesitation, cost_of_variety = learn.hesitation, learn.repertoire_cost
    for g in range(capacity.size):
        if not groups.alive[g]:
            capacity[g] = groups.reach[g] = 0.0
            continue
        fits = p.routine_fit + (1.0 - p.routine_fit) * match_of(groups.practice[g], demand)
        paid = groups.funds[g] >= upkeep_eur - 0.005  # to the cent
        deciding = cost[groups.alliance[g]] if groups.alliance[g] >= 0 else _NOTHING
        left = capable(
            groups.practice[g], groups.aside[g], groups.hesitating[g], hesitation, cost_of_variety
        )
        q = groups.quarter[g]
        place = 1.0 if groups.emergent[g] else space[q]
        capacity[g] = (
            groups.at_work[g]
            * p.group_hours
            * (1.0 + p.funded * paid)
            * groups.capability[g, 0]
            * fits
            * (_ONE - groups.dip[g])
            * (_ONE - deciding)
            * place
            * left
        )
        groups.reach[g] = min(capacity[g] / asks[q], 1.0)
    return capacity


@kernel
def ground(
    capacity: F64,
    quarter: Any,
    asks: F64,
    unit: Any,
    joint: Any,
    pooling: float,
) -> F64:
    """Return the share of each quarter's need that each group can serve, shape (groups, quarters).

    A group serves its own quarter. In an alliance that acts jointly, the partners of quarters with
    less need for their strength than the alliance as a whole lend the share `pooling` of what they
    have over it to the partners who have less. Capacity is moved, never made:
    ``(ground * asks).sum(axis=1) == capacity``.
    """
    reach = np.zeros((capacity.size, asks.size))
    tables = 0
    for g in range(capacity.size):
        reach[g, quarter[g]] = capacity[g] / asks[quarter[g]]
        if joint[g]:
            tables = max(tables, unit[g] + 1)
    if tables == 0 or pooling == 0.0:
        return reach
    own, need = np.zeros((tables, asks.size)), np.zeros((tables, asks.size))
    for g in range(capacity.size):
        if joint[g]:
            own[unit[g], quarter[g]] += capacity[g]
            need[unit[g], quarter[g]] = asks[quarter[g]]
    fair, lack = np.zeros_like(own), np.zeros_like(own)
    for k in range(tables):
        held, asked = own[k].sum(), max(need[k].sum(), 1.0)
        for q in range(asks.size):
            fair[k, q] = held * need[k, q] / asked
            lack[k, q] = max(fair[k, q] - own[k, q], 0.0)
    for g in range(capacity.size):
        k, home = unit[g], quarter[g]
        if not joint[g] or lack[k].sum() < _LITTLE:
            continue  # without anybody who lacks there is nobody to lend to
        over = max(own[k, home] - fair[k, home], 0.0) / max(own[k, home], _LITTLE)
        lent = capacity[g] * pooling * over
        reach[g, home] -= lent / asks[home]
        for q in range(asks.size):
            reach[g, q] += lent * (lack[k, q] / lack[k].sum()) / asks[q]
    return reach


@kernel
def coverage(reach: F64, unit: Any, joint: Any) -> F64:
    """Return the share of each quarter's need within reach of its groups (equation 9).

    Groups that only coexist overlap: 1 - prod_j (1 - p_j). Groups of an alliance that acts jointly
    divide the ground: min(1, sum_j p_j); each such alliance then counts as one.
    """
    most = 1.0 - 1e-12
    quarters, tables = reach.shape[1], 0
    for g in range(unit.size):
        if joint[g]:
            tables = max(tables, unit[g] + 1)
    missed, together = np.zeros(quarters), np.zeros((tables, quarters))
    for g in range(unit.size):
        for q in range(quarters):
            if joint[g]:
                together[unit[g], q] += reach[g, q]
            elif reach[g, q] > 0.0:
                missed[q] += math.log1p(-min(reach[g, q], most))
    covered = np.empty(quarters)
    for q in range(quarters):
        joined = 0.0
        for k in range(tables):
            joined += math.log1p(-min(together[k, q], most))
        covered[q] = 1.0 - math.exp(missed[q] + joined)
    return covered


@kernel
def outcome(
    reach: F64, cover: F64, capacity: F64, asks: F64, groups: Any, seats: Any, referral: float
) -> tuple[F64, F64, float]:
    """Return how closed help is by quarter, the chance to hear of services, the joint share.

    Closed is 1 - orientation, hearing `referral` x [allied], both weighed by reach; the joint share
    is that of all the strength. What of its strength each group works, (cover / reach), is written
    into `used`.
    """
    allied, joint = seats
    orientation, used = groups.orientation, groups.used
    quarters = asks.size
    total, caring, hearing = np.zeros(quarters), np.zeros(quarters), np.zeros(quarters)
    everything, together = 0.0, 0.0
    for g in range(capacity.size):
        everything += capacity[g]
        if joint[g]:
            together += capacity[g]
        for q in range(quarters):
            total[q] += reach[g, q]
            caring[q] += reach[g, q] * orientation[g]
            if allied[g]:
                hearing[q] += reach[g, q]
    closed = np.empty(quarters)
    for q in range(quarters):
        total[q] = max(total[q], _LITTLE)
        closed[q] = 1.0 - caring[q] / total[q]
        hearing[q] = referral * hearing[q] / total[q]
    for g in range(capacity.size):
        worked = 0.0
        for q in range(quarters):
            worked += reach[g, q] * asks[q] * min(cover[q] / total[q], 1.0)
        used[g] = min(worked / max(capacity[g], _LITTLE), 1.0)
    return closed, hearing, together / everything if everything > 0.0 else math.nan


@kernel
def sit_together(alive: Any, alliance: Any, acts: Any) -> tuple[Any, Any]:
    """Return which living groups sit in an alliance, and in one that acts jointly this week."""
    allied, joint = np.zeros(alive.size, np.bool_), np.zeros(alive.size, np.bool_)
    for g in range(alive.size):
        allied[g] = alive[g] == 1 and alliance[g] >= 0
        joint[g] = allied[g] and acts[alliance[g]] == 1
    return allied, joint


def pool_funds(groups: GroupTable, joint: Bool, share: float, upkeep_eur: float) -> None:
    """Let partners pay the week's upkeep of those who cannot, those with most active people first.

    Each offers the share of its funds above its own upkeep, for as many partners as it pays for in
    full: less would be spent without keeping anybody at work. Whole cents are moved: none is made
    or lost.
    """
    rows = np.flatnonzero(joint)
    if share == 0.0 or rows.size == 0:
        return
    order = np.lexsort((names_of(groups, rows), -groups.active[rows], groups.alliance[rows]))
    share_out(rows[order], groups.alliance, groups.funds, share, upkeep_eur)


@kernel
def share_out(rows: Any, alliance: Any, funds: Any, share: float, upkeep_eur: float) -> None:
    """Move whole cents within each alliance, between its groups in the order of `rows`."""
    offer, lack = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    for r in range(rows.size):
        beyond = 100.0 * (funds[rows[r]] - upkeep_eur)
        offer[r] = math.floor(share * max(beyond, 0.0))
        lack[r] = math.ceil(max(-beyond, 0.0))
    first = 0
    while first < rows.size:
        after = first
        while after < rows.size and alliance[rows[after]] == alliance[rows[first]]:
            after += 1
        offered, wanted, paid = offer[first:after].sum(), 0, 0
        for r in range(first, after):
            wanted += lack[r]
            if wanted > offered:
                lack[r] = 0  # too far down the list
            paid += lack[r]
        for r in range(first, after):
            taken = min(paid, offer[r])
            paid -= taken
            funds[rows[r]] += (lack[r] - taken) / 100.0
        first = after


# -- whom the groups resemble -----------------------------------------------------------------


def profile_of(people: People) -> NDArray[np.uint8]:
    """Return the segment that stands for each citizen; children take that of the eldest at home."""
    eldest = people.household_start[:-1].astype(np.int64)[people.household]
    own: NDArray[np.uint8] = np.where(people.age >= ADULT, people.segment, people.segment[eldest])
    return own


@kernel
def profile(active: Any, group: Any, where: Any, segment: Any, quarters: int, segments: int) -> F64:
    """Return the active members of each quarter's groups by segment, shape (quarters, segments)."""
    count = np.zeros((quarters, segments))
    for i in range(active.size):
        if active[i] and group[i] >= 0:
            count[where[group[i]], segment[i]] += 1.0
    return count


def active_profile(model: CommunityModel) -> F64:
    """Return the active members of each quarter's groups by segment, shape (quarters, segments)."""
    c, (quarters, segments) = model.state.citizens, model.fixed.residents.shape
    count: F64 = profile(
        c.active,
        c.group,
        model.state.groups.quarter,
        model.community.people.segment,
        quarters,
        segments,
    )
    return count


def residents_of(people: People, quarters: int, segments: int) -> F64:
    """Return the shares of the segments among those who could take part, (quarters, segments)."""
    able = people.age >= ADULT
    at = people.quarter[able].astype(np.int64) * segments + people.segment[able]
    count = np.bincount(at, minlength=quarters * segments).reshape(quarters, segments)
    shares: F64 = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    return shares


@kernel
def likeness(active: F64, residents: F64, prior: float) -> F64:
    """Return how far the active of each quarter stand for each segment, (quarters, segments).

    Share among the active over share among the residents, at most 1: a segment has its full weight
    when as many of its own take part as there are residents of it. `prior` members who mirror the
    residents are added, so that a handful of people is not taken for a profile.
    """
    like = np.ones(active.shape)
    for q in range(active.shape[0]):
        people = active[q].sum() + prior
        for s in range(active.shape[1]):
            if residents[q, s] > 0.0:
                share = (active[q, s] + prior * residents[q, s]) / people
                like[q, s] = min(1.0, share / max(residents[q, s], _LITTLE))
    return like


@kernel
def reached(cover: F64, like: F64, representation: float) -> F64:
    """Return the chance to be reached, by quarter and segment: less for those unlike the active."""
    chance = np.empty(like.shape)
    for q in range(like.shape[0]):
        for s in range(like.shape[1]):
            chance[q, s] = cover[q] * (1.0 - representation + representation * like[q, s])
    return chance


@kernel
def reach_out(
    capacity: F64, asks: F64, groups: Any, seats: Any, active: F64, residents: F64, p: Any
) -> tuple[F64, F64, F64, float]:
    """Return the chance to be reached by quarter and segment, and what `outcome` returns.

    `seats` are who is allied and who acts jointly (`sit_together`).
    """
    joint = seats[1]
    reach = ground(capacity, groups.quarter, asks, groups.alliance, joint, p.pooling)
    cover = coverage(reach, groups.alliance, joint)
    closed, hearing, share = outcome(reach, cover, capacity, asks, groups, seats, p.referral)
    chance = reached(cover, likeness(active, residents, p.profile_prior), p.representation)
    return chance, closed, hearing, share


def overlap(one: F64, other: F64) -> float:
    """Return what two distributions share: 1 - half of the sum of their differences."""
    return 1.0 - 0.5 * float(np.abs(one - other).sum())
