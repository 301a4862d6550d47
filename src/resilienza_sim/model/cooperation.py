"""What groups reach together: overlap, joint action, pooled resources, whom they resemble.

Equation 9 of MODEL.md: connection is not cooperation. Groups that only know one another overlap and
send people on to the services; groups that act jointly divide the ground, bring what they can spare
to the partners who lack it, and share their funds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.names import names_of
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
    "overlap",
    "pool_funds",
    "profile_of",
    "residents_of",
]


def ground(
    capacity: F64, quarter: NDArray[np.uint8], asks: F64, unit: NDArray[np.int64], joint: Bool,
    pooling: float,
) -> F64:  # fmt: skip
    """Return the share of each quarter's need that each group can serve, shape (groups, quarters).

    A group serves its own quarter. In an alliance that acts jointly, the partners of quarters with
    less need for their strength than the alliance as a whole lend the share `pooling` of what they
    have over it to the partners who have less. Capacity is moved, never made:
    ``(ground * asks).sum(axis=1) == capacity``.
    """
    reach = np.zeros((capacity.size, asks.size))
    reach[np.arange(capacity.size), quarter] = capacity / asks[quarter]
    if not joint.any() or pooling == 0.0:
        return reach
    mine, home, what = unit[joint], quarter[joint], capacity[joint]
    own = np.zeros((int(mine.max()) + 1, asks.size))
    np.add.at(own, (mine, home), what)
    need = np.zeros_like(own)
    need[mine, home] = asks[home]
    fair = own.sum(axis=1, keepdims=True) * need / np.maximum(need.sum(axis=1, keepdims=True), 1.0)
    lack = np.maximum(fair - own, 0.0)
    to = lack / np.maximum(lack.sum(axis=1, keepdims=True), 1e-12)
    spare = np.maximum(own - fair, 0.0) / np.maximum(own, 1e-12)
    # Without anybody who lacks there is nobody to lend to.
    lent = what * pooling * spare[mine, home] * (to.sum(axis=1) > 0.5)[mine]
    rows = np.flatnonzero(joint)
    reach[rows, home] -= lent / asks[home]
    reach[rows] += lent[:, None] * to[mine] / asks
    return reach


def coverage(reach: F64, unit: NDArray[np.int64], joint: Bool) -> F64:
    """Return the share of each quarter's need within reach of its groups (equation 9).

    Groups that only coexist overlap: 1 - prod_j (1 - p_j). Groups of an alliance that acts jointly
    divide the ground: min(1, sum_j p_j); each such alliance then counts as one.
    """
    most = 1.0 - 1e-12
    missed: F64 = np.log1p(-np.minimum(reach[~joint], most)).sum(axis=0)
    if joint.any():
        together = np.zeros((int(unit[joint].max()) + 1, reach.shape[1]))
        np.add.at(together, unit[joint], reach[joint])
        missed += np.log1p(-np.minimum(together, most)).sum(axis=0)
    covered: F64 = 1.0 - np.exp(missed)
    return covered


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
    rows = rows[order]
    unit, beyond = groups.alliance[rows], 100.0 * (groups.funds[rows] - upkeep_eur)
    offer = np.floor(share * np.maximum(beyond, 0.0)).astype(np.int64)
    lack = np.ceil(np.maximum(-beyond, 0.0)).astype(np.int64)

    def so_far(cents: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum within each alliance, in order, this one included."""
        total = np.cumsum(cents)
        first = np.searchsorted(unit, unit)
        upto: NDArray[np.int64] = total - (total - cents)[first]
        return upto

    def all_of(cents: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum over each alliance."""
        return so_far(cents)[np.searchsorted(unit, unit, side="right") - 1]

    paid = np.where(so_far(lack) <= all_of(offer), lack, 0)
    taken = np.clip(all_of(paid) - (so_far(offer) - offer), 0, offer)
    groups.funds[rows] += (paid - taken) / 100.0


# -- whom the groups resemble -----------------------------------------------------------------


def profile_of(people: People) -> NDArray[np.uint8]:
    """Return the segment that stands for each citizen; children take that of the eldest at home."""
    eldest = people.household_start[:-1].astype(np.int64)[people.household]
    own: NDArray[np.uint8] = np.where(people.age >= ADULT, people.segment, people.segment[eldest])
    return own


def active_profile(model: CommunityModel) -> F64:
    """Return the active members of each quarter's groups by segment, shape (quarters, segments)."""
    c, (quarters, segments) = model.state.citizens, model.fixed.residents.shape
    members = np.flatnonzero((c.active == 1) & (c.group >= 0))
    where = model.state.groups.quarter[c.group[members]].astype(np.int64)
    at = where * segments + model.community.people.segment[members]
    count = np.bincount(at, minlength=quarters * segments).reshape(quarters, segments)
    return count.astype(np.float64)


def residents_of(people: People, quarters: int, segments: int) -> F64:
    """Return the shares of the segments among those who could take part, (quarters, segments)."""
    able = people.age >= ADULT
    at = people.quarter[able].astype(np.int64) * segments + people.segment[able]
    count = np.bincount(at, minlength=quarters * segments).reshape(quarters, segments)
    shares: F64 = count / np.maximum(count.sum(axis=1, keepdims=True), 1)
    return shares


def likeness(active: F64, residents: F64, prior: float) -> F64:
    """Return how far the active of each quarter stand for each segment, (quarters, segments).

    Share among the active over share among the residents, at most 1: a segment has its full weight
    when as many of its own take part as there are residents of it. `prior` members who mirror the
    residents are added, so that a handful of people is not taken for a profile.
    """
    share = (active + prior * residents) / (active.sum(axis=1, keepdims=True) + prior)
    like: F64 = np.minimum(1.0, share / np.maximum(residents, 1e-12))
    return np.where(residents > 0.0, like, 1.0)


def overlap(one: F64, other: F64) -> float:
    """Return what two distributions share: 1 - half of the sum of their differences."""
    return 1.0 - 0.5 * float(np.abs(one - other).sum())
