"""Shape of a network of ties: measures, and the targets taken from two measured villages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numba
import numpy as np
from numpy.typing import NDArray

from resilienza_sim.streams import Streams

__all__ = [
    "TARGETS",
    "Row",
    "Structure",
    "Target",
    "clustering",
    "compare",
    "giant_share",
    "measure",
    "partition",
]

EXACT_PATH_NODES = 2_000
"""Up to this many nodes the mean path is exact; above, it is sampled."""

VILLAGE_NODES = 1_000
"""Up to this many nodes a network is as large as the villages the targets come from."""


class Arcs(Protocol):
    """Undirected ties stored as two arcs each, rows sorted by neighbour."""

    @property
    def ptr(self) -> NDArray[np.int64]: ...
    @property
    def nbr(self) -> NDArray[np.uint32]: ...


@dataclass(frozen=True)
class Structure:
    """Measures of an undirected simple network.

    Undefined values are nan: no ties at all, all degrees equal (assortativity).
    """

    nodes: int
    edges: int
    mean_degree: float
    degree_cv: float
    """Standard deviation of the degree over its mean."""
    clustering: float
    """Mean over nodes of the local clustering, 0 below two ties (Watts & Strogatz 1998)."""
    transitivity: float
    """Triangles over connected triples."""
    assortativity: float
    """Correlation of the degrees at the two ends of a tie (Newman 2002)."""
    mean_path: float
    """Mean shortest path inside the giant component: exact up to `EXACT_PATH_NODES` nodes,
    else from sampled sources."""
    modularity: float
    """Modularity of the best partition of `partition` (Louvain), at any size."""
    giant_share: float
    """Share of nodes in the giant component."""
    isolated_share: float
    """Share of nodes without any tie."""


class Target(NamedTuple):
    """A measured range; `grows` says how the range follows the number of nodes."""

    name: str
    low: float
    high: float
    grows: str
    """"no": same at every size. "log": the range multiplies ln(nodes). "up": above village size
    only the lower end holds."""
    source: str


_VILLAGES = "two villages measured in full, Banerjee et al. 2013, Science 341:1236498"

TARGETS: tuple[Target, ...] = (
    Target("mean_degree", 7.0, 8.0, "no", _VILLAGES),
    Target("degree_cv", 0.65, 0.75, "no", _VILLAGES),
    Target("clustering", 0.64, 0.65, "no", _VILLAGES),
    Target("transitivity", 0.31, 0.38, "no", _VILLAGES),
    Target("assortativity", 0.32, 0.37, "no", _VILLAGES),
    Target("mean_path", 0.59, 0.67, "log", _VILLAGES),
    Target("modularity", 0.68, 0.76, "up", _VILLAGES),
)


class Row(NamedTuple):
    """One measure beside its target."""

    name: str
    value: float
    low: float
    high: float
    within: bool
    """Whether the value lies in the range widened by the tolerance."""


def compare(structure: Structure, n: int, *, tolerance: float = 0.2) -> list[Row]:
    """Set the measures of a network of `n` nodes beside the targets.

    Parameters
    ----------
    structure : Structure
        What `measure` returned.
    n : int
        Nodes of the network, for the targets that follow the size.
    tolerance : float, optional
        Share by which the measured range is widened, below and above.

    Returns
    -------
    list of Row
        One row per target, in the order of `TARGETS`.
    """
    rows = []
    for target in TARGETS:
        low, high = target.low, target.high
        if target.grows == "log":
            low, high = low * math.log(n), high * math.log(n)
        elif target.grows == "up" and n > VILLAGE_NODES:
            high = 1.0
        value = float(getattr(structure, target.name))
        within = bool(low * (1.0 - tolerance) <= value <= high * (1.0 + tolerance))
        rows.append(Row(target.name, value, low, high, within))
    return rows


def measure(ties: Arcs, *, path_sources: int = 64, seed: int = 0) -> Structure:
    """Measure the shape of a network.

    Parameters
    ----------
    ties : Arcs
        Anything with `ptr` (int64[n + 1]) and `nbr` (uint32[m], rows sorted).
    path_sources : int, optional
        Sources of the breadth-first searches when the network is too large for all of them.
    seed : int, optional
        Seed of the sampled sources and of the order in which Louvain visits nodes.

    Returns
    -------
    Structure
        The measures, nan where undefined.
    """
    ptr, nbr = ties.ptr, ties.nbr
    n = int(ptr.size - 1)
    degree = np.diff(ptr)
    nan = math.nan
    mean = float(degree.mean()) if n else nan
    local, triangles = _triangles(ptr, nbr) if n else (np.zeros(0), 0)
    triples = int((degree * (degree - 1)).sum())
    giant = _giant(ptr, nbr) if n else np.zeros(0, dtype=np.int64)
    return Structure(
        nodes=n,
        edges=int(nbr.size // 2),
        mean_degree=mean,
        degree_cv=float(degree.std() / mean) if n and mean > 0 else nan,
        clustering=float(local.mean()) if n else nan,
        transitivity=triangles / triples if triples else nan,
        assortativity=_assortativity(degree, ptr, nbr),
        mean_path=_mean_path(ptr, nbr, giant, path_sources, seed),
        modularity=partition(ties, seed=seed)[1],
        giant_share=giant.size / n if n else nan,
        isolated_share=float((degree == 0).mean()) if n else nan,
    )


def clustering(ties: Arcs) -> float:
    """Return the mean local clustering alone, 0 for a node of fewer than two ties."""
    return float(_triangles(ties.ptr, ties.nbr)[0].mean()) if ties.ptr.size > 1 else math.nan


def giant_share(ties: Arcs) -> float:
    """Return the share of nodes in the largest component alone."""
    n = ties.ptr.size - 1
    return _giant(ties.ptr, ties.nbr).size / n if n else math.nan


@numba.njit(cache=True)
def _triangles(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> tuple[NDArray[np.float64], int]:
    n = ptr.size - 1
    local = np.zeros(n)
    last = np.full(n, -1, dtype=np.int64)
    total = 0
    for i in range(n):
        degree = ptr[i + 1] - ptr[i]
        if degree < 2:
            continue
        for a in range(ptr[i], ptr[i + 1]):
            last[nbr[a]] = i
        closed = 0
        for a in range(ptr[i], ptr[i + 1]):
            j = nbr[a]
            for b in range(ptr[j], ptr[j + 1]):
                if last[nbr[b]] == i:
                    closed += 1
        local[i] = closed / (degree * (degree - 1))
        total += closed
    return local, total


def _assortativity(
    degree: NDArray[np.int64], ptr: NDArray[np.int64], nbr: NDArray[np.uint32]
) -> float:
    if not nbr.size:
        return math.nan
    here = np.repeat(degree, degree).astype(np.float64)
    there = degree[nbr].astype(np.float64)
    here -= here.mean()
    there -= there.mean()
    variance = float(np.dot(here, here))
    return float(np.dot(here, there)) / variance if variance > 0 else math.nan


@numba.njit(cache=True)
def _components(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> NDArray[np.int64]:
    n = ptr.size - 1
    label = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    for root in range(n):
        if label[root] >= 0:
            continue
        label[root] = root
        queue[0] = root
        head, tail = 0, 1
        while head < tail:
            i = queue[head]
            head += 1
            for a in range(ptr[i], ptr[i + 1]):
                j = nbr[a]
                if label[j] < 0:
                    label[j] = root
                    queue[tail] = j
                    tail += 1
    return label


def _giant(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> NDArray[np.int64]:
    label = _components(ptr, nbr)
    return np.flatnonzero(label == np.bincount(label).argmax())


@numba.njit(cache=True)
def _distances(
    ptr: NDArray[np.int64], nbr: NDArray[np.uint32], sources: NDArray[np.int64]
) -> tuple[int, int]:
    n = ptr.size - 1
    seen = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    total, pairs = 0, 0
    for s in range(sources.size):
        queue[0] = sources[s]
        seen[sources[s]] = s
        head, tail, hops = 0, 1, 0
        while head < tail:
            hops += 1
            level_end = tail
            while head < level_end:
                i = queue[head]
                head += 1
                for a in range(ptr[i], ptr[i + 1]):
                    j = nbr[a]
                    if seen[j] != s:
                        seen[j] = s
                        queue[tail] = j
                        tail += 1
            total += hops * (tail - level_end)
            pairs += tail - level_end
    return total, pairs


def _mean_path(
    ptr: NDArray[np.int64],
    nbr: NDArray[np.uint32],
    giant: NDArray[np.int64],
    path_sources: int,
    seed: int,
) -> float:
    sources = giant
    if giant.size > max(EXACT_PATH_NODES, path_sources):
        rng = Streams(seed).generator("structure/path")
        sources = rng.choice(giant, size=path_sources, replace=False)
    total, pairs = _distances(ptr, nbr, sources)
    return total / pairs if pairs else math.nan


def partition(ties: Arcs, *, seed: int = 0) -> tuple[NDArray[np.int64], float]:
    """Split a network into communities by the Louvain method (Blondel et al. 2008).

    Nodes move to the neighbouring community that raises modularity most; communities then become
    nodes, until nothing moves. The order of visits is drawn once per level from a named stream.

    Returns
    -------
    community : int64[n]
        Community of each node.
    modularity : float
        Newman's modularity of that partition; nan without ties.
    """
    ptr: NDArray[np.int64] = ties.ptr.astype(np.int64)
    nbr: NDArray[np.int64] = ties.nbr.astype(np.int64)
    n = int(ptr.size - 1)
    community = np.arange(n)
    if not nbr.size:
        return community, math.nan
    streams = Streams(seed)
    weight = np.ones(nbr.size)
    total = float(weight.sum())
    level = 0
    while True:
        order = streams.generator("structure/louvain", level).permutation(ptr.size - 1)
        strength = np.add.reduceat(np.append(weight, 0.0), ptr[:-1])
        strength[np.diff(ptr) == 0] = 0.0
        label, moved = _move(ptr, nbr, weight, strength, total, order)
        names, label = np.unique(label, return_inverse=True)
        community = label[community]
        ptr, nbr, weight = _merge(ptr, nbr, weight, label, names.size)
        level += 1
        if not moved:
            break
    inside = weight[nbr == np.repeat(np.arange(ptr.size - 1), np.diff(ptr))].sum()
    strength = np.bincount(np.repeat(np.arange(ptr.size - 1), np.diff(ptr)), weight)
    return community, float(inside / total - np.dot(strength, strength) / total**2)


@numba.njit(cache=True)
def _move(
    ptr: NDArray[np.int64],
    nbr: NDArray[np.int64],
    weight: NDArray[np.float64],
    strength: NDArray[np.float64],
    total: float,
    order: NDArray[np.int64],
) -> tuple[NDArray[np.int64], bool]:
    n = ptr.size - 1
    label = np.arange(n)
    mass = strength.copy()
    link = np.zeros(n)
    touched = np.empty(n, dtype=np.int64)
    threshold = 1e-6 * n  # a sweep that moves fewer nodes than this brings nothing measurable
    ever = False
    for _ in range(100):
        moves = 0
        for i in order:
            own = label[i]
            count = 0
            for a in range(ptr[i], ptr[i + 1]):
                j = nbr[a]
                if j == i:
                    continue
                c = label[j]
                if link[c] == 0.0:
                    touched[count] = c
                    count += 1
                link[c] += weight[a]
            mass[own] -= strength[i]
            best, gain = own, link[own] - strength[i] * mass[own] / total + 1e-12
            for t in range(count):
                c = touched[t]
                candidate = link[c] - strength[i] * mass[c] / total
                if candidate > gain:
                    best, gain = c, candidate
            for t in range(count):
                link[touched[t]] = 0.0
            mass[best] += strength[i]
            if best != own:
                label[i] = best
                moves += 1
        if moves:
            ever = True
        if moves <= threshold:
            break
    return label, ever


def _merge(
    ptr: NDArray[np.int64],
    nbr: NDArray[np.int64],
    weight: NDArray[np.float64],
    label: NDArray[np.int64],
    count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the network whose nodes are the communities, with weights summed."""
    key = np.repeat(label, np.diff(ptr)) * count + label[nbr]
    found, place = np.unique(key, return_inverse=True)
    summed = np.bincount(place, weight, minlength=found.size).astype(np.float64)
    start = np.searchsorted(found, np.arange(count + 1) * count)
    return start.astype(np.int64), found % count, summed
