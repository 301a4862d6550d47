"""Communities of a network by the Louvain method, in whole numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.community.structure import Arcs

__all__ = ["partition"]

_BLOCK = 64
"""Nodes among which the order of the first visits is drawn."""
_ROUNDS = 2
"""Times that single nodes are moved: once from communities of one, once from those found."""


def partition(ties: Arcs, *, seed: int = 0) -> tuple[NDArray[np.int64], float]:
    """Split a network into communities by the Louvain method (Blondel et al. 2008).

    Nodes move to the neighbouring community that raises modularity most; communities then become
    nodes, until nothing moves. All are visited once, then those of whom a neighbour went elsewhere,
    first come first served (Traag, Waltman & van Eck 2019, fast local move). The order of the first
    visits is drawn within blocks of nodes: neighbours have numbers near one another, and stay near
    in memory. Gains are compared in whole numbers, so that nothing hangs on the last bit of one.

    Returns
    -------
    community : int64[n]
        Community of each node.
    modularity : float
        Newman's modularity of that partition; nan without ties.
    """
    n, arcs = ties.ptr.size - 1, ties.nbr.size
    if arcs == 0:
        return np.arange(n), math.nan
    order = Streams(seed).generator("structure/louvain").permutation(_BLOCK)
    community = np.arange(n, dtype=np.int32)
    for _ in range(_ROUNDS):
        ptr, nbr, weight = ties.ptr, ties.nbr, np.broadcast_to(np.int32(1), arcs)
        node, label = None, community  # at first a node is a person
        while True:
            moved = _move(ptr, nbr, weight, arcs, order, label)
            count = _number(label)
            community = label if node is None else label[node]
            if not moved:
                break
            ptr, nbr, weight = _merge(ptr, nbr, weight, label, count)
            node, label = community, np.arange(count, dtype=np.int32)
    return community.astype(np.int64), float(_modularity(ptr, nbr, weight, arcs, label))


@kernel
def _strengths(ptr: Any, weight: Any) -> Any:
    """Return the weight of the arcs of each node."""
    strength = np.zeros(ptr.size - 1, np.int32)
    for i in range(strength.size):
        for a in range(ptr[i], ptr[i + 1]):
            strength[i] += weight[a]
    return strength


@kernel
def _first_visits(n: int, order: Any) -> Any:
    """Return the nodes, those of each block in the order drawn for all blocks."""
    queue, filled = np.empty(n, np.uint32), 0
    for block in range(0, n, order.size):
        for k in order:
            if block + k < n:
                queue[filled] = block + k
                filled += 1
    return queue


@kernel
def _move(ptr: Any, nbr: Any, weight: Any, arcs: int, order: Any, label: Any) -> bool:
    """Move nodes to other communities until each is where it is best; return whether any moved.

    Of a community with links w to the node and strength K, the gain of a node of strength k is
    w - k K / m, here times m, the weight of all the arcs. What a branch would decide at random is
    added instead: the entry past the end of a list is written and counted only if it is new.
    """
    n = ptr.size - 1
    strength = _strengths(ptr, weight)
    mass, link, touched = np.zeros(n, np.int32), np.zeros(n, np.int32), np.empty(n + 1, np.int32)
    for v in range(n):
        mass[label[v]] += strength[v]
    queue, queued, head, left = _first_visits(n, order), np.ones(n, np.uint8), 0, n
    ever = False
    while left > 0:
        i = np.int64(queue[head])
        queued[i] = 0
        head = head + 1 if head + 1 < n else 0
        left -= 1
        count = 0
        for a in range(ptr[i], ptr[i + 1]):
            j = nbr[a]
            if j != i:
                near = label[j]
                touched[count] = near
                count += link[near] == 0
                link[near] += weight[a]
        own, k = label[i], np.int64(strength[i])
        mass[own] -= k
        best, gain = own, link[own] * arcs - k * mass[own]
        for t in range(count):
            c = touched[t]
            candidate = link[c] * arcs - k * mass[c]
            link[c] = 0
            if candidate > gain:
                best, gain = c, candidate
        mass[best] += k
        if best == own:
            continue
        ever = True
        label[i] = best
        for a in range(ptr[i], ptr[i + 1]):
            j = nbr[a]
            again = (queued[j] == 0) & (label[j] != best)
            at = head + left
            if left < n:
                queue[at if at < n else at - n] = j
            queued[j] |= again
            left += again
    return ever


@kernel
def _number(label: Any) -> int:
    """Give the communities new numbers, in the order in which they are met; return how many."""
    name, count = np.full(label.size, -1, np.int32), 0
    for i in range(label.size):
        if name[label[i]] < 0:
            name[label[i]] = count
            count += 1
        label[i] = name[label[i]]
    return count


@kernel
def _merge(ptr: Any, nbr: Any, weight: Any, label: Any, count: int) -> tuple[Any, Any, Any]:
    """Return the network whose nodes are the communities, with weights summed."""
    n = ptr.size - 1
    first = np.zeros(count + 1, np.int64)
    for i in range(n):
        first[label[i] + 1] += 1
    first = np.cumsum(first)
    members, filled = np.empty(n, np.int32), first.copy()
    for i in range(n):
        members[filled[label[i]]] = i
        filled[label[i]] += 1
    link, used = np.zeros(count, np.int32), 0
    new_ptr = np.zeros(count + 1, np.int64)
    new_nbr, new_weight = np.empty(nbr.size, np.uint32), np.empty(nbr.size, np.int32)
    for c in range(count):
        for i in members[first[c] : first[c + 1]]:
            for a in range(ptr[i], ptr[i + 1]):
                near = label[nbr[a]]
                new_nbr[used] = near
                used += link[near] == 0
                link[near] += weight[a]
        for k in range(new_ptr[c], used):
            new_weight[k] = link[new_nbr[k]]
            link[new_nbr[k]] = 0
        new_ptr[c + 1] = used
    # What lies beyond was never written, and takes no memory.
    return new_ptr, new_nbr[:used], new_weight[:used]


@kernel
def _modularity(ptr: Any, nbr: Any, weight: Any, arcs: int, label: Any) -> float:
    """Return Newman's modularity of a partition."""
    inside, squares, mass = 0, 0, np.zeros(label.size, np.int64)
    for i in range(label.size):
        for a in range(ptr[i], ptr[i + 1]):
            mass[label[i]] += weight[a]
            if label[nbr[a]] == label[i]:
                inside += weight[a]
    for c in range(mass.size):
        squares += mass[c] ** 2
    return inside / arcs - squares / arcs**2
