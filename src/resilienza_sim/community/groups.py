"""Organisations of a community, and the one each citizen mainly belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.circles import TieParameters
from resilienza_sim.community.people import People, Tag
from resilienza_sim.streams import Streams

__all__ = ["Groups", "assign_groups"]

MEMBER_AGE = 14
"""Social participation is asked of people of 14 and more (ISTAT BES, 05REL004)."""

FOUNDERS = 4
"""A group is born of four active citizens or more (docs/odd.md, equation 7)."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Organisations, sorted by quarter, and the one each citizen mainly belongs to (-1 none)."""

    of: NDArray[np.int32]
    quarter: NDArray[np.uint8]
    kind: NDArray[np.uint8]


def assign_groups(
    people: People,
    weight: NDArray[np.float64],
    n_groups: int,
    member_share: float,
    parameters: TieParameters,
    streams: Streams,
) -> Groups:
    """Found the organisations of the town and give each member a main one.

    Groups have a quarter (where people live), a kind and lognormal sizes. Members are drawn by
    participation among people old enough, organised volunteers first (and in the third sector);
    most of them choose a group of their own quarter.

    Parameters
    ----------
    people : People
        Citizens sorted by quarter.
    weight : float64[n]
        How much each takes part.
    n_groups : int
        How many organisations, informal ones included.
    member_share : float
        Members over citizens of `MEMBER_AGE` and more.
    parameters : TieParameters
        Kinds and sizes of groups, share of members from elsewhere.
    streams : Streams
        Named random numbers of the replicate.

    Returns
    -------
    Groups
        Group of each citizen; quarter and kind (0 informal, 1 association, 2 third sector) of each.
    """
    rng = streams.generator("ties/membership")
    n = people.age.size
    quarter = np.sort(people.quarter[rng.integers(0, n, size=n_groups)])
    edges = np.array([parameters.informal_groups, 1.0 - parameters.third_sector_groups])
    kind = np.searchsorted(edges, rng.random(n_groups), side="right").astype(np.uint8)
    size = np.exp(parameters.group_size_spread * rng.standard_normal(n_groups))

    eligible = np.flatnonzero(people.age >= MEMBER_AGE)
    organised = (people.tags[eligible] & Tag.THIRD_SECTOR) > 0
    # an exponential race: the chance to be among the first grows with participation
    race = rng.standard_exponential(eligible.size) / np.maximum(weight[eligible], 1e-12)
    first = np.lexsort((race, ~organised))[: round(member_share * eligible.size)]
    of = np.full(n, -1, dtype=np.int32)
    for theirs, fits in ((~organised[first], kind >= 0), (organised[first], kind == 2)):
        members = eligible[first[theirs]]
        share = size * fits if fits.any() else size
        of[members] = _choose(people.quarter[members], quarter, share, parameters, rng)
    members = rng.permutation(eligible[first[~organised[first]]])
    founder, founded = _found(people.quarter[members], quarter)
    of[members[founder]] = founded
    return Groups(of, quarter, kind)


def _found(
    home: NDArray[np.uint8], group_quarter: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return who founds which group, so that none starts empty: `FOUNDERS` of its quarter each."""
    order = np.argsort(home, kind="stable")
    home = home[order]
    rank = np.arange(home.size) - np.searchsorted(home, home)
    before = np.searchsorted(group_quarter, home, side="left")
    groups = np.searchsorted(group_quarter, home, side="right") - before
    founder = np.flatnonzero(rank < FOUNDERS * groups)
    return order[founder], before[founder] + rank[founder] % groups[founder]


def _choose(
    home: NDArray[np.uint8],
    group_quarter: NDArray[np.uint8],
    size: NDArray[np.float64],
    p: TieParameters,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return a group for each member, by size, in the own quarter unless it has none."""
    upto = np.append(0.0, np.cumsum(size))
    low = upto[np.searchsorted(group_quarter, home, side="left")]
    high = upto[np.searchsorted(group_quarter, home, side="right")]
    townwide = (rng.random(home.size) < p.elsewhere) | (high <= low)
    low, high = np.where(townwide, 0.0, low), np.where(townwide, upto[-1], high)
    point = low + rng.random(home.size) * (high - low)
    chosen: NDArray[np.int64] = np.searchsorted(upto, point, side="right") - 1
    return np.clip(chosen, 0, size.size - 1)
