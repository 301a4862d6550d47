"""The municipalities of Italy, ties drawn between them, and a partition of them over machines.

For ``scripts/italy_plan.py``. Residents, places and areas are the real ones. A tie that leaves its
municipality goes to another by a law of gravity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import brentq

from resilienza_sim.community.circles import TieParameters
from resilienza_sim.streams import Streams

EXPONENT = 2.0
"""Ties between two places go as the product of their sizes over the square of their distance
(Krings, Calabrese, Ratti & Blondel 2009, J. Stat. Mech. L07003: calls between 571 towns)."""
SPREAD = TieParameters().participation_spread
"""CV of participation: a few people hold many ties, so fewer people than ties stand at a border."""
UNEVEN = 1.02
"""Most citizens of a machine over the mean; a larger municipality has a machine for itself."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Country:
    """Municipalities in the order of their ISTAT codes: from north to south, region by region."""

    residents: Ints
    region: NDArray[np.str_]
    place: Floats
    """Centroid in kilometres, shape (n, 2)."""
    radius: Floats
    """Of a circle as large as the municipality, km."""


def italy() -> Country:
    """Read residents, places and areas of every municipality: they need the extra ``maps``."""
    import shapely
    from territory_register import package_table

    names = package_table("municipalities").select(["municipality_code", "region"]).to_pydict()
    code = np.array(names["municipality_code"])
    table = package_table("pop").select(["municipality_code", "tot"]).to_pydict()
    order = np.argsort(code)
    code, region = code[order], np.array(names["region"])[order]
    residents = np.bincount(
        np.searchsorted(code, table["municipality_code"]), table["tot"], code.size
    )
    shapes = package_table("geo_municipalities").to_pydict()
    geometry = np.empty(code.size, dtype=object)
    geometry[np.searchsorted(code, shapes["municipality_code"])] = shapely.from_wkb(
        shapes["geometry"]
    )
    degrees = shapely.get_coordinates(shapely.centroid(geometry))
    # Kilometres on a sphere, near enough over one country.
    shrink = np.cos(np.radians(degrees[:, 1]))
    place = np.stack((degrees[:, 0] * np.cos(np.radians(42.5)), degrees[:, 1]), axis=1) * 111.2
    radius = np.sqrt(shapely.area(geometry) * shrink * 111.2**2 / np.pi)
    lived_in = residents > 0
    return Country(
        residents[lived_in].astype(np.int64), region[lived_in], place[lived_in], radius[lived_in]
    )


# -- ties between municipalities ------------------------------------------------------------------


def pulls(country: Country, i: int) -> Floats:
    """Return how much each other municipality draws the ties of one: residents over distance^2."""
    apart = np.hypot(*(country.place - country.place[i]).T)
    pull: Floats = country.residents / np.maximum(apart, 1.0) ** EXPONENT
    pull[i] = 0.0
    return pull


def leaving(country: Country, shares: Sequence[float]) -> dict[float, Floats]:
    """Return the share of ties that leave each municipality, for each mean share over residents.

    The own municipality draws by the same law, at its radius, times a factor that is calibrated:
    so a village sends more of its ties away than a city.
    """
    away = np.array([pulls(country, i).sum() for i in range(country.residents.size)])
    own = country.residents / np.maximum(country.radius, 0.5) ** EXPONENT

    def excess(log_factor: float, share: float) -> float:
        found = away / (away + np.exp(log_factor) * own)
        return float(np.average(found, weights=country.residents)) - share

    factor = {share: np.exp(brentq(excess, -20.0, 20.0, (share,))) for share in shares}
    return {share: away / (away + factor[share] * own) for share in shares}


def draw_ties(country: Country, per_citizen: float, leaves: Floats, seed: int) -> Any:
    """Draw the ties between municipalities; return their number by pair, both ways, as a matrix."""
    rng = Streams(seed).generator("italy plan")
    mine = np.rint(per_citizen * country.residents).astype(np.int64)
    drawn = []
    for i, count in enumerate(rng.binomial(mine, leaves)):
        pull = pulls(country, i)
        drawn.append(sparse.csr_array(rng.multinomial(count, pull / pull.sum())[None, :]))
    one_way = sparse.vstack(drawn, format="csr")
    return (one_way + one_way.T).tocsr()


# -- the cut --------------------------------------------------------------------------------------


def in_order(residents: Ints, machines: int) -> Ints:
    """Cut the order of the ISTAT codes into runs of as many residents: regions and provinces."""
    middle = np.cumsum(residents) - residents / 2
    return np.minimum((middle * machines / residents.sum()).astype(np.int64), machines - 1)


def halved(place: Floats, residents: Ints, machines: int) -> Ints:
    """Halve the map by residents, along its longer side, until there is a part for each machine."""
    part = np.zeros(residents.size, dtype=np.int64)
    for _ in range(int(np.log2(machines))):
        for each in range(int(part.max()), -1, -1):
            mine = np.flatnonzero(part == each)
            side = int(np.argmax(np.ptp(place[mine], axis=0)))
            order = mine[np.argsort(place[mine, side], kind="stable")]
            part[order] = 2 * each + in_order(residents[order], 2)
    return part


@numba.njit(cache=True)
def refine(
    ptr: Any, other: Any, ties: Any, residents: Any, part: Any, machines: int, most: float
) -> int:
    """Move each municipality to the machine it has most ties with, if there is room; count moves.

    From a machine that holds too many, it moves wherever there is room. These are the passes of
    Fiduccia & Mattheyses 1982 (DAC 19:175) without going downhill: a pass that moves nobody is the
    last.
    """
    load = np.zeros(machines)
    for i in range(part.size):
        load[part[i]] += residents[i]
    toward = np.zeros(machines)
    moves = 0
    for _ in range(50):
        before = moves
        for i in range(part.size):
            toward[:] = 0.0
            for a in range(ptr[i], ptr[i + 1]):
                toward[part[other[a]]] += ties[a]
            here = part[i]
            best, most_ties = here, -1.0 if load[here] > most else toward[here]
            for m in range(machines):
                if m != here and toward[m] > most_ties and load[m] + residents[i] <= most:
                    best, most_ties = m, toward[m]
            if best != here:
                load[here] -= residents[i]
                load[best] += residents[i]
                part[i] = best
                moves += 1
        if moves == before:
            break
    return moves


def by_ties(country: Country, ties: Any, machines: int) -> Ints:
    """Partition by the map first, by the ties then."""
    part = halved(country.place, country.residents, machines)
    most = UNEVEN * country.residents.sum() / machines
    refine(ties.indptr, ties.indices, ties.data, country.residents, part, machines, most)
    return part


def people_at(ends: Floats, residents: Ints | Floats) -> Floats:
    """Return how many different people hold so many ends of ties, if participation is gamma."""
    shape = 1.0 / SPREAD**2
    each = ends / residents
    people: Floats = residents * (1.0 - (1.0 + each / shape) ** -shape)
    return people


@dataclass(frozen=True, eq=False)
class Cut:
    """What a partition cuts, by machine."""

    citizens: Ints
    arcs: Ints
    """Ties to citizens of other machines."""
    copies: Ints
    """Citizens of others that a machine must know, or own ones it must tell, whichever are more."""
    neighbours: Ints
    """Machines it has ties with."""


def cut(country: Country, ties: Any, part: Ints, machines: int, could_meet: float = 0.0) -> Cut:
    """Count what a partition cuts; `could_meet` is how many pairs could meet for each tie."""
    n = part.size
    belongs = sparse.csr_array((np.ones(n), (np.arange(n), part)), shape=(n, machines))
    ends = (ties @ belongs).toarray()  # of each municipality, toward each machine
    ends[np.arange(n), part] = 0.0
    known = people_at(ends * (1.0 + could_meet), country.residents[:, None])
    told = np.stack([np.bincount(part, known[:, m], machines) for m in range(machines)])
    return Cut(
        citizens=np.bincount(part, country.residents, machines).astype(np.int64),
        arcs=np.rint(np.bincount(part, ends.sum(axis=1), machines)).astype(np.int64),
        copies=np.rint(np.maximum(told.sum(axis=0), told.sum(axis=1))).astype(np.int64),
        neighbours=(told > 0).sum(axis=1),
    )
