"""Another network with the same degrees: ties change partners, inside their layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.streams import Streams

__all__ = ["rewire"]

_PASSES = 8
"""Times that a chosen tie is offered a swap: the few refused (a tie that exists already, a person
with themselves) are offered another partner in the next pass."""
_PERSON_BITS = np.uint64(32)

Low = NDArray[np.uint32]
Layers = NDArray[np.uint8]


def _names(low: NDArray[np.integer], high: NDArray[np.integer]) -> NDArray[np.uint64]:
    one, other = low.astype(np.uint64), high.astype(np.uint64)
    names: NDArray[np.uint64] = (np.minimum(one, other) << _PERSON_BITS) | np.maximum(one, other)
    return names


def rewire(
    low: Low,
    high: Low,
    layer: Layers,
    home: NDArray[np.uint32],
    share: float,
    fixed: int,
    streams: Streams,
) -> tuple[Low, Low, Layers]:
    """Return the ties with a share of them swapped two by two: a-b and c-d become a-d and c-b.

    Everybody keeps the number of ties in each layer; circles, nearness and likeness of friends go.
    With a share of 1 it is the configuration model of the same degrees, the usual null model of a
    network (Maslov & Sneppen 2002, doi:10.1126/science.1065103).

    Parameters
    ----------
    low, high : uint32[m]
        Ends of the ties, ascending pairs with ``low < high``.
    layer : uint8[m]
        Their layers; only ties of the same layers are swapped.
    home : uint32[n]
        Household of each citizen: nobody gets a second tie to whom they live with.
    share : float
        Share of the ties that change partners, 0 to 1.
    fixed : int
        Layer whose ties stay (the household).
    streams : Streams
        Named random numbers of the replicate.

    Returns
    -------
    low, high, layer
        As given, in the order that `assemble` wants.
    """
    if share <= 0.0:
        return low, high, layer
    a, b = low.astype(np.int64), high.astype(np.int64)
    names = _names(a, b)
    drawn = streams.uniform("ties/rewired", 0, names)
    chosen = np.flatnonzero((drawn < share) & (layer & np.uint8(fixed) == 0))
    rng = streams.generator("ties/rewired")
    left = chosen
    for _ in range(_PASSES):
        left = _swap(a, b, layer, home, left, rng)
        if left.size < 2:
            break
    names = _names(a, b)
    order = np.argsort(names, kind="stable")
    names = names[order]
    ends = (names >> _PERSON_BITS).astype(np.uint32), names.astype(np.uint32)
    return ends[0], ends[1], layer[order]


def _swap(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    layer: Layers,
    home: NDArray[np.uint32],
    chosen: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Swap the chosen ties two by two where they can be; return those that could not."""
    order = chosen[np.argsort(rng.random(chosen.size), kind="stable")]
    order = order[np.argsort(layer[order], kind="stable")]
    one, other = order[0 : order.size - 1 : 2], order[1::2]
    turned = rng.random(one.size) < 0.5  # which end is which: a pair has no first person
    there, back = np.where(turned, a[other], b[other]), np.where(turned, b[other], a[other])
    first, second = _names(a[one], there), _names(back, b[one])
    able = layer[one] == layer[other]
    able &= (home[a[one]] != home[there]) & (home[back] != home[b[one]])
    known = _names(a, b)
    able &= ~np.isin(first, known) & ~np.isin(second, known)
    # Two swaps of one pass must not make the same tie.
    made, times = np.unique(np.concatenate([first[able], second[able]]), return_counts=True)
    twice = made[times > 1]
    able &= ~np.isin(first, twice) & ~np.isin(second, twice)
    old_b = b[one].copy()
    b[one[able]] = there[able]
    a[other[able]], b[other[able]] = back[able], old_b[able]
    done = np.concatenate([one[able], other[able]])
    return np.setdiff1d(chosen, done, assume_unique=True)
