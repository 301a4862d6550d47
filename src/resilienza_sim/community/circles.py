"""Social circles: who meets whom in a family, a caseggiato, a street, a friendship, a group.

Every circle is made the same way. Places in circles are handed out to people by their
participation, laid out in an order that says who is near whom, and cut into circles of varied
size; the people of one circle know one another. Clustering comes from the circles, the correlation
of degrees from their sizes, the spread of degrees from participation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from resilienza_sim.community.people import People, Tag
from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.streams import Streams

__all__ = ["Circles", "TieParameters", "draw_circles", "participation"]

LARGEST_CIRCLE = 15
"""No circle where all know all is larger: the sympathy group (12–20 people) of Zhou, Sornette,
Hill & Dunbar 2005, Proc. R. Soc. B 272:439."""

ITALY_RELY_ON = 0.815
"""People of 14 and more who have relatives, friends or neighbours to rely on, Italy 2019 (ISTAT
BES, 05REL003)."""

_FIT = "calibrated on two measured villages (scripts/calibrate_network.py)"


class TieParameters(BaseModel):
    """How the ties between citizens are drawn.

    ``*_circles`` and ``personal_ties`` are places a citizen takes on average in circles of that
    kind; ``participation_spread`` is how unequally they are taken. ``circle_size`` is the mean size
    of circles of friends, of a street and inside a group; ``kin_households`` that of a family.
    ``rewired`` swaps partners of ties outside the household, layer by layer, afterwards.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    participation_spread: float = quantity(1.49, 0.0, 3.0, unit="CV", source=_FIT)
    friendship_circles: float = quantity(0.44, 0.0, 5.0, unit="per citizen", source=_FIT)
    neighbourhood_circles: float = quantity(0.19, 0.0, 5.0, unit="per citizen", source=_FIT)
    circle_size: float = quantity(4.38, 3.0, 20.0, unit="people, mean", source=_FIT)
    kin_households: float = quantity(2.34, 2.0, 6.0, unit="households, mean", source=_FIT)
    personal_ties: float = quantity(0.52, 0.0, 5.0, unit="per citizen", source=_FIT)

    participation_family: float = quantity(
        0.6,
        0.0,
        1.0,
        unit="of citizens",
        source="assumption: so many take part as much as their household, since participation runs "
        "in families (Bekkers 2007, Acta Sociologica 50:99)",
    )
    kin_share: float = quantity(
        0.675,
        0.0,
        1.0,
        unit="of households",
        source="54 % of people in Italy have close kin within half an hour on foot "
        "(Coldiretti–Censis 2012), over the share of kin that is near, 1 - elsewhere",
    )
    building_circles: float = quantity(
        0.25, 0.0, 5.0, unit="per citizen", source="assumption: one in four knows a neighbour well"
    )
    building_circle_size: float = quantity(
        2.5, 2.0, 20.0, unit="people, mean", source="assumption: mostly next-door pairs"
    )
    smallest_circle: int = quantity(
        3, 2, 10, unit="people", source="assumption: a circle is more than a pair (Simmel 1908)"
    )
    inner_share: float = quantity(
        0.5, 0.0, 1.0, unit="of members", source="assumption: half of the members are regulars"
    )
    reach: float = quantity(
        60.0, 1.0, 5000.0, unit="people", source="assumption: neighbours are about 25 homes away"
    )
    friend_pool: float = quantity(
        500.0, 20.0, 1e6, unit="people", source="assumption: acquaintances (Dunbar's layer of 500)"
    )
    age_spread: float = quantity(
        4.0, 0.0, 50.0, unit="years", source="assumption: friends are of near age (McPherson 2001)"
    )
    homophily: float = quantity(
        0.5, 0.0, 1.0, source="assumption: friendships of a minority kept inside (McPherson 2001)"
    )
    elsewhere: float = quantity(
        0.2, 0.0, 1.0, source="assumption: share of kin, friends and groups anywhere in town"
    )
    kin_for_reliance: float = quantity(
        2.0,
        0.0,
        5.0,
        source="fitted: the share of people 14+ who trust somebody outside the household rises "
        "by half a point for a point of kin_share; 0 gives every region the same ties",
    )
    rewired: float = quantity(
        0.0,
        0.0,
        1.0,
        unit="of ties",
        source="assumption: none; 1 is a random network with the same degrees (Maslov & Sneppen "
        "2002), to see whether a result hangs on how ties are drawn",
    )
    third_sector_groups: float = quantity(
        0.237,
        0.0,
        1.0,
        unit="of groups",
        source="ISTAT, non-profit 2019: 10.0 volunteer organisations + 5.4 social promotion "
        "+ 4.5 social enterprises + 3.8 Onlus, %",
    )
    informal_groups: float = quantity(0.2, 0.0, 1.0, unit="of groups", source="assumption")
    group_size_spread: float = quantity(
        0.8, 0.0, 2.0, unit="log scale", source="assumption: a few large groups, many small"
    )
    potential_per_person: float = quantity(
        8.0, 0.0, 60.0, unit="ties", source="assumption: cap, to be swept"
    )
    trust_household: float = quantity(
        0.80, 0.01, 0.99, source="assumption: closeness falls outward (Hill & Dunbar 2003)"
    )
    trust_friendship: float = quantity(0.60, 0.01, 0.99, source="assumption, as above")
    trust_group: float = quantity(0.50, 0.01, 0.99, source="assumption, as above")
    trust_building: float = quantity(0.45, 0.01, 0.99, source="assumption, as above")
    trust_neighbourhood: float = quantity(0.40, 0.01, 0.99, source="assumption, as above")
    trust_spread: float = quantity(
        0.5, 0.0, 1.0, unit="of the room to the nearer bound", source="assumption"
    )
    trust_mutuality: float = quantity(
        0.5, 0.0, 1.0, unit="share of the variation common to both ends", source="assumption"
    )

    def of_region(self, rely_on: float) -> Self:
        """Return the ties of a region by the share of people who have somebody to rely on.

        ISTAT asks for relatives, friends and neighbours beside those one lives with: where more
        people have somebody, more households have kin nearby.
        """
        more = self.kin_for_reliance * (rely_on - ITALY_RELY_ON)
        kin = min(max(self.kin_share + more, 0.0), 1.0)
        return self.model_copy(update={"kin_share": kin})

    @model_validator(mode="after")
    def _kinds_fit(self) -> Self:
        if self.third_sector_groups + self.informal_groups > 1.0:
            raise ValueError("third_sector_groups and informal_groups add up to more than 1")
        return self


@dataclass(frozen=True, eq=False)
class Circles:
    """Circles of one kind: circle k holds ``member[start[k]:start[k + 1]]``."""

    start: NDArray[np.int64]
    member: NDArray[np.int64]


def participation(
    household: NDArray[np.uint32], parameters: TieParameters, streams: Streams
) -> NDArray[np.float64]:
    """Return how much each citizen takes part: gamma, mean 1, partly common to a household."""
    rng = streams.generator("ties/participation")
    shape = 1.0 / max(parameters.participation_spread, 0.01) ** 2
    weight: NDArray[np.float64] = rng.standard_gamma(shape, size=household.size) / shape
    common = rng.standard_gamma(shape, size=int(household[-1]) + 1) / shape
    as_the_family = rng.random(household.size) < parameters.participation_family
    weight[as_the_family] = common[household[as_the_family]]
    return weight


def draw_circles(
    people: People,
    weight: NDArray[np.float64],
    group: NDArray[np.int32],
    parameters: TieParameters,
    streams: Streams,
) -> dict[str, Circles]:
    """Draw the circles of every kind but the household, which is given.

    Parameters
    ----------
    people : People
        Citizens sorted by quarter, building and household: near in order is near in space.
    weight : float64[n]
        What `participation` returned.
    group : int32[n]
        Organisation of each citizen, -1 none.
    parameters : TieParameters
        How many circles, how large, how near.
    streams : Streams
        Named random numbers of the replicate.

    Returns
    -------
    dict of str to Circles
        "kin", "building", "neighbourhood", "friendship", "personal", "group".
    """
    p = parameters
    return {
        "kin": _kin(people, p, streams.generator("ties/kin")),
        "building": _building(people, weight, p, streams.generator("ties/building")),
        "neighbourhood": _neighbourhood(weight, p, streams.generator("ties/neighbourhood")),
        "friendship": _friendship(people, weight, p, streams.generator("ties/friendship")),
        "personal": _personal(people, weight, p, streams.generator("ties/personal")),
        "group": _inner(group, p, streams.generator("ties/group")),
    }


def _places(
    weight: NDArray[np.float64], mean: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return citizens, each repeated once for every place taken, `mean` places on average."""
    return np.repeat(np.arange(weight.size), rng.poisson(mean * weight))


@kernel
def _cut(segment: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut places in order into circles of the given sizes, none over two segments."""
    m = segment.size
    start = np.empty(m + 1, dtype=np.int64)
    count, room = 0, 0
    for k in range(m):
        if room == 0 or segment[k] != segment[k - 1]:
            start[count] = k
            room = sizes[count % sizes.size]
            count += 1
        room -= 1
    start[count] = m
    return start[: count + 1].copy()


def _gather(
    places: NDArray[np.int64],
    along: NDArray[np.float64],
    segment: NDArray[np.int64] | None,
    mean_size: float,
    smallest: int,
    rng: np.random.Generator,
) -> Circles:
    """Lay places out in the order of `along` (segments contiguous) and cut them into circles.

    Sizes are a smallest one plus a geometric excess: most circles are small, a few large.
    """
    order = np.argsort(along, kind="stable")
    ordered = np.zeros(order.size, dtype=np.int64) if segment is None else segment[order]
    chance = 1.0 / (max(mean_size, smallest) - smallest + 1.0)
    sizes = smallest - 1 + rng.geometric(chance, size=order.size // smallest + 64)
    return Circles(_cut(ordered, np.minimum(sizes, LARGEST_CIRCLE)), places[order])


def _kin(people: People, p: TieParameters, rng: np.random.Generator) -> Circles:
    """Kin outside the household: a few whole households that are one family."""
    first = people.household_start.astype(np.int64)
    chosen = np.flatnonzero(rng.random(first.size - 1) < p.kin_share)
    along = first[chosen] + p.reach * rng.laplace(size=chosen.size)
    away = rng.random(chosen.size) < p.elsewhere
    along[away] = first[-1] * rng.random(np.count_nonzero(away))
    household = chosen[np.argsort(along, kind="stable")]
    households = np.floor(p.kin_households + rng.random(chosen.size // 2 + 1)).astype(np.int64)
    start = _cut(np.zeros_like(household), households)
    length = np.diff(first)[household]
    end = np.append(0, np.cumsum(length))
    member = np.arange(end[-1]) + np.repeat(first[household] - end[:-1], length)
    return Circles(end[start], member)


def _building(
    people: People, weight: NDArray[np.float64], p: TieParameters, rng: np.random.Generator
) -> Circles:
    """Neighbours of one building (caseggiato)."""
    places = _places(weight, p.building_circles, rng)
    building = people.building[places].astype(np.int64)
    along = building + rng.random(places.size)
    return _gather(places, along, building, p.building_circle_size, 2, rng)


def _neighbourhood(
    weight: NDArray[np.float64], p: TieParameters, rng: np.random.Generator
) -> Circles:
    """Neighbours of one street: people of buildings close by."""
    places = _places(weight, p.neighbourhood_circles, rng)
    along = places + p.reach * rng.laplace(size=places.size)
    return _gather(places, along, None, p.circle_size, p.smallest_circle, rng)


def _friendship(
    people: People, weight: NDArray[np.float64], p: TieParameters, rng: np.random.Generator
) -> Circles:
    """Friends: of near age, from one part of one quarter, minorities partly among themselves."""
    places = _places(weight, p.friendship_circles, rng)
    own = (people.tags[places] & Tag.TARGET > 0) & (rng.random(places.size) < p.homophily)
    pool = 2 * _pool(people, places, p, rng) + own
    age = people.age[places] + p.age_spread * rng.standard_normal(places.size)
    # squeezed into (0, 1), the age orders people inside a pool and never across pools
    along = pool + 1.0 / (1.0 + np.exp((45.0 - age) / 20.0))
    return _gather(places, along, pool, p.circle_size, p.smallest_circle, rng)


def _pool(
    people: People, places: NDArray[np.int64], p: TieParameters, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the pool of each place: quarters in parts of about `friend_pool`, edges blurred."""
    n = people.age.size
    home = places.astype(np.float64)
    away = rng.random(places.size) < p.elsewhere
    home[away] = np.floor(n * rng.random(np.count_nonzero(away)))
    quarter = people.quarter[home.astype(np.int64)].astype(np.int64)
    size = np.bincount(people.quarter)
    first = np.append(0, np.cumsum(size))
    parts = np.maximum(1, np.rint(size / p.friend_pool)).astype(np.int64)
    inside = (home - first[quarter]) / size[quarter] * parts[quarter]
    part = np.floor(inside + rng.random(places.size) - 0.5).astype(np.int64)
    pool: NDArray[np.int64] = np.append(0, np.cumsum(parts))[quarter]
    pool += np.clip(part, 0, parts[quarter] - 1)
    return pool


def _personal(
    people: People, weight: NDArray[np.float64], p: TieParameters, rng: np.random.Generator
) -> Circles:
    """Friends and acquaintances met one by one: circles of two, those of elsewhere bridge."""
    places = _places(weight, p.personal_ties, rng)
    pool = _pool(people, places, p, rng)
    along = pool + rng.random(places.size)
    return _gather(places, along, pool, 2.0, 2, rng)


def _inner(group: NDArray[np.int32], p: TieParameters, rng: np.random.Generator) -> Circles:
    """Inner circles of organisations: those who do things together, not the whole membership."""
    members = np.flatnonzero(group >= 0)
    regulars = members[rng.random(members.size) < p.inner_share]
    theirs = group[regulars].astype(np.int64)
    along = theirs + rng.random(regulars.size)
    return _gather(regulars, along, theirs, p.circle_size, p.smallest_circle, rng)
