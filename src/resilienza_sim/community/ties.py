"""Ties between citizens: a multiplex network of circles, with trust and potential ties."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.assembly import LAYER_BITS, MAX_CITIZENS, assemble, merge, pairs
from resilienza_sim.community.circles import (
    ITALY_RELY_ON,
    LARGEST_CIRCLE,
    Circles,
    TieParameters,
    draw_circles,
    participation,
)
from resilienza_sim.community.groups import Groups, assign_groups
from resilienza_sim.community.known import (
    Place,
    membership_circles,
    seat_network,
    seat_people,
    with_listed,
)
from resilienza_sim.community.people import People
from resilienza_sim.community.rewiring import rewire
from resilienza_sim.kernels import kernel
from resilienza_sim.streams import Streams, arc_id, pair_id, u01

__all__ = ["Layer", "TieParameters", "Ties", "build_ties"]

ITALY_PARTICIPATION = 0.227
"""People of 14 and more who took part in social activities, Italy 2019 (ISTAT BES, 05REL004)."""

ITALY_GROUPS_PER_10K = 60.7
"""Non-profit organisations per 10,000 residents, Italy 2019 (ISTAT BES, 05REL008)."""


class Layer(IntFlag):
    """Where two people know each other from; a tie may have more than one."""

    HOUSEHOLD = 1
    """Whoever lives together; such a tie has no other layer."""
    BUILDING = 2
    NEIGHBOURHOOD = 4
    FRIENDSHIP = 8
    """Friends, kin of other households, acquaintances."""
    GROUP = 16


_LAYER_OF = {
    "kin": Layer.FRIENDSHIP,
    "building": Layer.BUILDING,
    "neighbourhood": Layer.NEIGHBOURHOOD,
    "friendship": Layer.FRIENDSHIP,
    "personal": Layer.FRIENDSHIP,
    "group": Layer.GROUP,
    "measured": Layer.FRIENDSHIP,
    "memberships": Layer.GROUP,
}

_HOUSEHOLD, _BUILDING, _NEIGHBOURHOOD, _FRIENDSHIP, _GROUP = (int(layer) for layer in Layer)


@dataclass(frozen=True, eq=False)
class Ties:
    """Active and potential ties of n citizens, and the groups they belong to.

    An undirected tie is two arcs: arc a of row i (``ptr[i] <= a < ptr[i + 1]``) goes from i to
    ``nbr[a]``, and ``rev[a]`` is the position of the arc that comes back.
    """

    ptr: NDArray[np.int64]
    """Row offsets, n + 1."""
    nbr: NDArray[np.uint32]
    """Neighbour of each arc, ascending inside a row; m arcs."""
    layer: NDArray[np.uint8]
    """Layers of each arc, a `Layer` mask, the same both ways."""
    rev: NDArray[np.uint32]
    """Position of the reverse arc."""
    trust: NDArray[np.float32]
    """Initial trust of each arc, in (0, 1)."""
    pot_i: NDArray[np.uint32]
    """Potential ties: the lower citizen; pairs ascending, none of them active."""
    pot_j: NDArray[np.uint32]
    """Potential ties: the higher citizen."""
    pot_layer: NDArray[np.uint8]
    """Layer a potential tie would have."""
    group: NDArray[np.int32]
    """Main organisation of each citizen, -1 none."""
    group_quarter: NDArray[np.uint8]
    """Quarter of each group."""
    group_kind: NDArray[np.uint8]
    """0 informal, 1 association, 2 third sector."""

    @property
    def n_citizens(self) -> int:
        """Number of citizens."""
        return int(self.group.size)

    @property
    def n_groups(self) -> int:
        """Number of organisations."""
        return int(self.group_quarter.size)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Arcs by friends in common (up to the most in a circle) and layer mask."""
        return _count(self.ptr, self.nbr, self.layer)

    @cached_property
    def degree(self) -> NDArray[np.int32]:
        """Ties of each citizen, the household's included."""
        return np.diff(self.ptr).astype(np.int32)

    @cached_property
    def circle(self) -> float:
        """People of a circle that one of a potential pair enters with the other, on average."""
        met = _around(self.ptr, self.nbr, self.layer, (self.pot_i, self.pot_j, self.pot_layer))
        return met / max(2 * self.pot_i.size, 1)

    def without_arcs(self) -> Self:
        """Return the groups, the potential ties and the counts: what a run goes on asking.

        The arcs live on in the state, which lays them out in its own way and changes them; a second
        copy would cost a hundred bytes a citizen. Asking for one here is an ``AttributeError``.
        """
        kept = copy(self)
        for name in ("counts", "degree", "circle"):
            vars(kept)[name] = getattr(self, name)
        for name in ("ptr", "nbr", "layer", "rev", "trust"):
            del vars(kept)[name]
        return kept


def build_ties(
    people: People,
    streams: Streams,
    *,
    parameters: TieParameters | None = None,
    member_share: float = ITALY_PARTICIPATION,
    groups_per_10k: float = ITALY_GROUPS_PER_10K,
    rely_on: float = ITALY_RELY_ON,
    place: Place | None = None,
) -> Ties:
    """Draw the ties of a community.

    Parameters
    ----------
    people : People
        Citizens sorted by quarter, building and household.
    streams : Streams
        Named random numbers of the replicate.
    parameters : TieParameters, optional
        Defaults to the calibrated ones.
    member_share : float, optional
        Share of citizens of 14 and more who belong to an organisation.
    groups_per_10k : float, optional
        Organisations per 10,000 citizens.
    rely_on : float, optional
        Share of citizens of 14 and more who have somebody to rely on outside their household.
    place : Place, optional
        What is known of the town, in place of what would be drawn: its associations, the ties of
        its people.

    Returns
    -------
    Ties
        Active ties, potential ties and groups.
    """
    p = (parameters or TieParameters()).of_region(rely_on)
    n = int(people.age.size)
    if n > MAX_CITIZENS:
        raise ValueError(f"{n} citizens: at most {MAX_CITIZENS}")
    weight = participation(people.household, p, streams)
    where = place or Place()
    known = where.known
    n_groups = max(1, round(groups_per_10k * n / 10_000))
    if known.pairs is None:
        seats = np.empty(0, np.int64)
    else:  # who knows more people takes more part
        seats = seat_network(known.pairs, people)
        weight = np.bincount(seats[known.pairs].ravel(), minlength=n).astype(np.float64)
    if known.associations:
        every = groups_per_10k * n / where.sample / 10_000  # in the whole town
        n_groups = max(1, round((every - len(known.associations)) * where.sample))
    groups = assign_groups(people, weight, n_groups, member_share, p, streams)
    if known.associations:
        if known.pairs is None:
            seats = seat_people(known, people, groups.of, streams)
        groups = with_listed(groups, where, people, every, seats, streams)
    if known.pairs is None:
        circles = draw_circles(people, weight, groups.of, p, streams)
    else:
        circles = {"measured": _pairs_seated(known.pairs, seats)}
    if known.people:
        circles["memberships"] = membership_circles(known, seats, streams)

    distinct = merge(_keys(people, circles), n)
    distinct = rewire(*distinct, people.household, p.rewired, _HOUSEHOLD, streams)
    ptr, nbr, layer, rev = assemble(n, *distinct)
    del distinct
    del circles, weight  # memory is at its highest from here on
    trust = np.empty(nbr.size, dtype=np.float32)
    _trust(
        ptr,
        nbr,
        layer,
        _trust_of_layers(p),
        p.trust_spread,
        p.trust_mutuality,
        (streams.key("ties/trust/arc"), streams.key("ties/trust/pair")),
        trust,
    )
    pot_i, pot_j, pot_layer = _potential(people, ptr, nbr, groups, p, streams)
    return Ties(
        ptr=ptr,
        nbr=nbr,
        layer=layer,
        rev=rev,
        trust=trust,
        pot_i=pot_i,
        pot_j=pot_j,
        pot_layer=pot_layer,
        group=groups.of,
        group_quarter=groups.quarter,
        group_kind=groups.kind,
    )


def _pairs_seated(measured: NDArray[np.int64], seats: NDArray[np.int64]) -> Circles:
    """Return measured ties as circles of two."""
    return Circles(2 * np.arange(len(measured) + 1), seats[measured].ravel())


def _keys(people: People, circles: dict[str, Circles]) -> NDArray[np.uint64]:
    """Return the sorted keys of all pairs, once for each circle that holds them."""
    home, everyone = people.household, np.arange(people.age.size)
    households = people.household_start.astype(np.int64)
    keys = [pairs(households, everyone, everyone.astype(np.uint32), _HOUSEHOLD)]
    keys += [pairs(c.start, c.member, home, int(_LAYER_OF[name])) for name, c in circles.items()]
    key = np.concatenate(keys)
    key.sort()
    return key


@kernel
def _count(
    ptr: NDArray[np.int64], nbr: NDArray[np.uint32], layer: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return the arcs by friends in common and layer mask."""
    arcs = np.zeros((LARGEST_CIRCLE + 1, 32), dtype=np.int64)
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            j, common = nbr[a], 0
            for b in range(ptr[i], ptr[i + 1]):
                common += _linked(nbr, ptr[j], ptr[j + 1], nbr[b])
            arcs[min(common, LARGEST_CIRCLE), layer[a]] += 1
    return arcs


@kernel
def _around(
    ptr: NDArray[np.int64], nbr: NDArray[np.uint32], layer: NDArray[np.uint8], pool: Any
) -> float:
    """Sum, for both of each potential pair, who else is in a circle of the other's.

    A circle is somebody known from where the two could meet, and whoever both know; the mean of
    these circles is taken.
    """
    low, high, where = pool
    met = 0.0
    for s in range(low.size):
        for i, host in ((low[s], high[s]), (high[s], low[s])):
            circles, people = 0, 0
            for k in range(ptr[host], ptr[host + 1]):
                if layer[k] & (where[s] | _HOUSEHOLD) == 0:
                    continue
                friend, circles = nbr[k], circles + 1
                for a in range(ptr[host], ptr[host + 1]):
                    j = nbr[a]
                    if j == friend or _linked(nbr, ptr[friend], ptr[friend + 1], j):
                        people += not _linked(nbr, ptr[i], ptr[i + 1], j)
            met += people / max(circles, 1)
    return met


def _trust_of_layers(p: TieParameters) -> NDArray[np.float64]:
    """Return the mean trust of every layer mask: that of its strongest layer."""
    of = {
        Layer.HOUSEHOLD: p.trust_household,
        Layer.BUILDING: p.trust_building,
        Layer.NEIGHBOURHOOD: p.trust_neighbourhood,
        Layer.FRIENDSHIP: p.trust_friendship,
        Layer.GROUP: p.trust_group,
    }
    masks = range(1 << len(of))
    return np.array([max((of[x] for x in of if x & mask), default=0.5) for mask in masks])


@kernel
def _trust(
    ptr: NDArray[np.int64],
    nbr: NDArray[np.uint32],
    layer: NDArray[np.uint8],
    mean: NDArray[np.float64],
    spread: float,
    mutuality: float,
    keys: tuple[np.uint64, np.uint64],
    trust: NDArray[np.float32],
) -> None:
    """Give each arc its initial trust: inside (0, 1) by form, partly shared by its two ends."""
    arc_key, pair_key = keys
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            centre = mean[layer[a]]
            shared = 2.0 * u01(pair_key, pair_id(i, nbr[a])) - 1.0
            alone = 2.0 * u01(arc_key, arc_id(i, nbr[a])) - 1.0
            noise = mutuality * shared + (1.0 - mutuality) * alone
            trust[a] = centre + spread * noise * min(centre, 1.0 - centre)


def _potential(
    people: People,
    ptr: NDArray[np.int64],
    nbr: NDArray[np.uint32],
    groups: Groups,
    p: TieParameters,
    streams: Streams,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint8]]:
    """Draw pairs who could meet but have no tie, `potential_per_person` each at most on average."""
    n = int(ptr.size - 1)
    roll = np.argsort(groups.of, kind="stable")
    roll_start = np.searchsorted(groups.of[roll], np.arange(groups.quarter.size + 1))
    quarter_start = np.searchsorted(people.quarter, np.arange(int(people.quarter[-1]) + 2))
    key = _propose(
        ptr,
        nbr,
        (people.building_start, people.building),
        (quarter_start, people.quarter),
        (roll_start, roll, groups.of),
        p.potential_per_person / 2.0,
        p.friend_pool / 2.0,
        streams.key("ties/potential"),
    )
    key.sort()
    return merge(key, n)


_FRIENDS_OF_FRIENDS, _SAME_BUILDING, _SAME_GROUP = 0.5, 0.7, 0.8
"""Assumption: half of the chances to meet come through friends, then buildings, groups, streets
(cumulative shares)."""
_TRIES = 6


@kernel
def _propose(
    ptr: NDArray[np.int64],
    nbr: NDArray[np.uint32],
    buildings: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    quarters: tuple[NDArray[np.int64], NDArray[np.uint8]],
    groups: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]],
    per_citizen: float,
    reach: float,
    stream: np.uint64,
) -> NDArray[np.uint64]:
    """Let each citizen propose pairs; what is drawn depends on the citizen and the draw's rank."""
    (building_start, building), (quarter_start, quarter) = buildings, quarters
    roll_start, roll, group = groups
    n = ptr.size - 1
    key = np.empty(int(n * per_citizen) + 1, dtype=np.uint64)
    count = 0
    for i in range(n):
        wanted = int((i + 1) * per_citizen) - int(i * per_citizen)
        draw = np.uint64(i) << np.uint64(16)
        for _ in range(wanted):
            where = u01(stream, draw)
            draw += np.uint64(1)
            for attempt in range(_TRIES):
                u, v = u01(stream, draw), u01(stream, draw + np.uint64(1))
                draw += np.uint64(2)
                j, layer = i, _NEIGHBOURHOOD
                degree = ptr[i + 1] - ptr[i]
                if attempt == _TRIES - 1:  # what the chosen place cannot give, the street does
                    where = 1.0
                if where < _FRIENDS_OF_FRIENDS:
                    layer = _FRIENDSHIP
                    if degree > 0:
                        k = int(nbr[ptr[i] + int(u * degree)])
                        j = int(nbr[ptr[k] + int(v * (ptr[k + 1] - ptr[k]))])
                elif where < _SAME_BUILDING:
                    layer = _BUILDING
                    low, high = building_start[building[i]], building_start[building[i] + 1]
                    j = int(low + u * (high - low))
                elif where < _SAME_GROUP:
                    layer = _GROUP
                    if group[i] >= 0:
                        low, high = roll_start[group[i]], roll_start[group[i] + 1]
                        j = int(roll[int(low + u * (high - low))])
                else:
                    low = max(quarter_start[quarter[i]], int(i - reach))
                    high = min(quarter_start[quarter[i] + 1], int(i + reach) + 1)
                    j = int(low + u * (high - low))
                if j != i and not _linked(nbr, ptr[i], ptr[i + 1], j):
                    low, high = min(i, j), max(i, j)
                    key[count] = (np.uint64(low * n + high) << LAYER_BITS) | np.uint64(layer)
                    count += 1
                    break
    return key[:count]


@kernel
def _linked(nbr: NDArray[np.uint32], start: int, end: int, j: int) -> bool:
    """Return whether j is in one row."""
    a = start + np.searchsorted(nbr[start:end], j)
    return bool(a < end and nbr[a] == j)
