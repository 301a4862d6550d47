"""What is known of a community by name or by measure, put in the place of what would be drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.circles import LARGEST_CIRCLE, Circles
from resilienza_sim.community.groups import MEMBER_AGE, Groups
from resilienza_sim.community.people import People, QuarterLike
from resilienza_sim.streams import Streams

__all__ = [
    "AssociationLike",
    "Known",
    "Place",
    "ServiceLike",
    "SpaceLike",
    "in_sample",
    "membership_circles",
    "seat_network",
    "seat_people",
    "with_listed",
]

ASSOCIATION = 1
"""Kind of a listed group."""
MOST_OF_MEMBERS = 0.95
"""Share of all members that listed associations may have together: the others have somebody too."""


class AssociationLike(Protocol):
    """An association, as a scenario describes it; figures are the whole town's."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def quarter(self) -> str | None:
        """Name of its quarter."""

    @property
    def members(self) -> int | None:
        """Members."""

    @property
    def volunteers(self) -> int | None:
        """Those among them who volunteer."""

    @property
    def practises(self) -> tuple[str, ...]:
        """Practices beside routine."""

    @property
    def eur(self) -> float | None:
        """EUR in hand."""

    @property
    def since(self) -> date | None:
        """When it was founded."""

    @property
    def people(self) -> tuple[int, ...]:
        """Numbers of people of a table who belong to it."""


class ServiceLike(Protocol):
    """A service, as a scenario describes it; figures are the whole town's."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def kind(self) -> str:
        """Which of the model's services it is."""

    @property
    def operators(self) -> float | None:
        """Full-time equivalents."""

    @property
    def followed(self) -> int | None:
        """People followed."""

    @property
    def waiting(self) -> int | None:
        """People waiting."""

    @property
    def weeks_waited(self) -> float | None:
        """Mean weeks that they have waited."""


class SpaceLike(Protocol):
    """A place where people meet, as a scenario describes it."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def quarter(self) -> str:
        """Name of its quarter."""

    @property
    def capacity(self) -> float:
        """People it holds."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a town; nothing by default.

    Parameters
    ----------
    associations, services, spaces : tuple
        In the order of the scenario; association k is group k of the community.
    pairs : int64[m, 2], optional
        Ties measured among all citizens, by number of the person.
    """

    associations: tuple[AssociationLike, ...] = ()
    services: tuple[ServiceLike, ...] = ()
    spaces: tuple[SpaceLike, ...] = ()
    pairs: NDArray[np.int64] | None = None
    begins: date | None = None
    """First day of the timeline."""

    @property
    def people(self) -> int:
        """How many people the tables of memberships number."""
        return max((person + 1 for each in self.associations for person in each.people), default=0)


class Place(NamedTuple):
    """A town that ties are drawn in, and what is known of it."""

    known: Known = Known()
    quarters: Sequence[QuarterLike] = ()
    sample: float = 1.0
    """Citizens simulated over the residents of the town."""


def in_sample(
    figures: Sequence[float | None], share: float, most: float, usual: float
) -> NDArray[np.int64]:
    """Return figures of the whole town in the sample of citizens, each 1 at least.

    Parameters
    ----------
    figures : sequence of float or None
        Of the whole town.
    share : float
        Citizens simulated over residents, in (0, 1].
    most : float
        What they may be together in the sample: beyond it all are reduced in proportion.
    usual : float
        In the sample, of one that is not told.
    """
    wanted = np.array([usual if each is None else each * share for each in figures])
    total = float(wanted.sum())
    if total > most > 0.0:
        wanted *= most / total
    whole: NDArray[np.int64] = np.maximum(np.rint(wanted), 1.0).astype(np.int64)
    return whole


def seat_network(pairs: NDArray[np.int64], people: People) -> NDArray[np.int64]:
    """Return the citizen that each person of a network is.

    Households and then neighbours are filled with people who know one another: from one person on,
    the next of a household is whoever is tied to most of those already in it, and households follow
    one another outwards along the ties. Who would have no home near a friend takes the next free.
    """
    n = people.age.size
    near: list[set[int]] = [set() for _ in range(n)]
    for i, j in pairs.tolist():
        near[i].add(j)
        near[j].add(i)
    free = dict.fromkeys(sorted(range(n), key=lambda person: (-len(near[person]), person)))
    waiting: deque[int] = deque()
    order: list[int] = []
    for size in np.diff(people.household_start.astype(np.int64)).tolist():
        home: list[int] = []
        while len(home) < size:
            tied = {j for i in home for j in near[i] if j in free}
            if tied:
                one = max(tied, key=lambda j: (len(near[j].intersection(home)), -j))
            else:
                one = _next(waiting, free)
            del free[one]
            home.append(one)
            waiting.extend(sorted(near[one]))
        order += home
    seats = np.empty(n, np.int64)
    seats[order] = np.arange(n)
    return seats


def _next(waiting: deque[int], free: dict[int, None]) -> int:
    """Return whoever was met first and has no home yet; else whoever knows most people."""
    while waiting:
        person = waiting.popleft()
        if person in free:
            return person
    return next(iter(free))


def seat_people(
    known: Known, people: People, of: NDArray[np.int32], streams: Streams
) -> NDArray[np.int64]:
    """Return the citizen that each person of a table of memberships is: members of groups first."""
    able = np.flatnonzero(people.age >= MEMBER_AGE)
    race = streams.uniform("ties/seats", 0, able) + 1.0 * (of[able] < 0)
    return able[np.argsort(race, kind="stable")][: known.people]


def with_listed(
    groups: Groups,
    place: Place,
    people: People,
    every: float,
    seats: NDArray[np.int64],
    streams: Streams,
) -> Groups:
    """Return the groups with those listed in front, and their members.

    People of a table belong, mainly, to the smallest of their associations; the other members come
    from those of the other groups, of the same quarter first.

    Parameters
    ----------
    groups : Groups
        Those that nobody listed.
    place : Place
        What is listed, and where.
    people : People
        Citizens sorted by quarter.
    every : float
        Groups that the whole town has, those listed among them.
    seats : int64[p]
        Citizen that each person of the tables is.
    streams : Streams
        Named random numbers of the replicate.
    """
    known, members = place.known, float((groups.of >= 0).sum())
    sizes = in_sample(
        [each.members for each in known.associations],
        place.sample,
        MOST_OF_MEMBERS * members,
        members / max(every, 1.0),
    )
    a, n = len(known.associations), people.age.size
    index = {each.name: k for k, each in enumerate(place.quarters)}
    drawn = streams.uniform("ties/listed quarter", 0, np.arange(a))
    home = people.quarter[(drawn * n).astype(np.int64)].astype(np.uint8)
    for k, each in enumerate(known.associations):
        if each.quarter is not None:
            home[k] = index[each.quarter]
    of = np.where(groups.of >= 0, groups.of + a, -1).astype(np.int32)
    taken = np.zeros(n, np.bool_)
    for k in sorted(range(a), key=lambda k: -len(known.associations[k].people)):
        mine = seats[list(known.associations[k].people)]
        of[mine], taken[mine] = k, True
    lots = streams.uniform("ties/listed members", 0, np.arange(n))
    for k in range(a):
        more = int(sizes[k]) - int((of == k).sum())
        able = np.flatnonzero(~taken & (of >= a))
        order = np.argsort(lots[able] + 1.0 * (people.quarter[able] != home[k]), kind="stable")
        chosen = able[order[: max(more, 0)]]
        of[chosen], taken[chosen] = k, True
    kind = np.concatenate([np.full(a, ASSOCIATION, np.uint8), groups.kind])
    return Groups(of, np.concatenate([home, groups.quarter]), kind)


def membership_circles(known: Known, seats: NDArray[np.int64], streams: Streams) -> Circles:
    """Return the circles of people who share an association; large ones are parted by lot."""
    member: list[NDArray[np.int64]] = []
    start = [0]
    for k, each in enumerate(known.associations):
        mine = seats[list(each.people)]
        mine = mine[np.argsort(streams.uniform(f"ties/circle {k}", 0, mine), kind="stable")]
        for part in np.array_split(mine, max(1, -(-mine.size // LARGEST_CIRCLE))):
            member.append(part)
            start.append(start[-1] + part.size)
    return Circles(np.array(start, np.int64), np.concatenate(member))
