"""Shape of a network of ties: measures, and the targets taken from two measured villages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.louvain import partition
from resilienza_sim.kernels import kernel
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
    """Modularity of the partition of `louvain.partition`, at any size."""
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


@kernel
def _triangles(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> tuple[NDArray[np.float64], int]:
    """Return the local clustering of each node, and the closed triples.

    A triangle i < j < k is found once, from i, among the higher neighbours of i and of j.
    """
    n = ptr.size - 1
    higher = np.empty(n, np.int64)
    for i in range(n):
        a = ptr[i]
        while a < ptr[i + 1] and nbr[a] < i:
            a += 1
        higher[i] = a
    corners, last = np.zeros(n, np.int64), np.full(n, -1, np.int32)
    for i in range(n):
        row = nbr[higher[i] : ptr[i + 1]]
        for j in row:
            last[j] = i
        for j in row:
            shared = 0
            for k in nbr[higher[j] : ptr[j + 1]]:
                closed = last[k] == i
                corners[k] += closed
                shared += closed
            corners[j] += shared
            corners[i] += shared
    local = np.zeros(n)
    for i in range(n):
        degree = ptr[i + 1] - ptr[i]
        if degree > 1:
            local[i] = 2 * corners[i] / (degree * (degree - 1))
    return local, 2 * corners.sum()


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


@kernel
def _components(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return the lowest node of each node's component: union-find, paths halved on the way."""
    n = ptr.size - 1
    up = np.arange(n).astype(np.int32)
    for i in range(n):
        root = np.int32(i)
        for a in range(ptr[i], ptr[i + 1]):
            if nbr[a] > i:
                break
            other = up[nbr[a]]
            while up[other] != other:
                up[other] = up[up[other]]
                other = up[other]
            up[max(root, other)] = min(root, other)
            root = min(root, other)
    for i in range(n):
        up[i] = up[up[i]]
    return up


def _giant(ptr: NDArray[np.int64], nbr: NDArray[np.uint32]) -> NDArray[np.int64]:
    label = _components(ptr, nbr)
    return np.flatnonzero(label == np.bincount(label).argmax())


@kernel
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
