"""From circles to rows of arcs: pairs as keys, sorted, merged and laid out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel

__all__ = ["LAYER_BITS", "MAX_CITIZENS", "assemble", "merge", "pairs"]

LAYER_BITS = np.uint64(5)
"""Low bits of a key, which hold its layer; the others hold the pair, lower citizen x n + higher."""
_LAYER_MASK = np.uint64(31)
MAX_CITIZENS = 2**29
"""Two citizens and five layers must fit in 64 bits."""


@kernel
def pairs(
    start: NDArray[np.int64], member: NDArray[np.int64], home: NDArray[np.uint32], layer: int
) -> NDArray[np.uint64]:
    """Return a key for each pair inside each circle: lower citizen, higher citizen, layer.

    Pairs of one home are left out, and with them a person who holds two places of a circle.
    """
    n = home.size
    total = 0
    for c in range(start.size - 1):
        size = start[c + 1] - start[c]
        total += size * (size - 1) // 2
    key = np.empty(total, dtype=np.uint64)
    count = 0
    for c in range(start.size - 1):
        for a in range(start[c], start[c + 1]):
            for b in range(a + 1, start[c + 1]):
                low, high = member[a], member[b]
                if home[low] == home[high]:
                    continue
                if low > high:
                    low, high = high, low
                key[count] = (np.uint64(low * n + high) << LAYER_BITS) | np.uint64(layer)
                count += 1
    return key[:count].copy()


@kernel
def merge(
    key: NDArray[np.uint64], n: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the distinct pairs of sorted keys, lower and higher citizen, with all their layers."""
    count = 0
    for k in range(key.size):
        count += k == 0 or key[k] >> LAYER_BITS != key[k - 1] >> LAYER_BITS
    low = np.empty(count, dtype=np.uint32)
    high = np.empty(count, dtype=np.uint32)
    layer = np.zeros(count, dtype=np.uint8)
    last = -1
    for k in range(key.size):
        pair = np.int64(key[k] >> LAYER_BITS)
        if k == 0 or key[k] >> LAYER_BITS != key[k - 1] >> LAYER_BITS:
            last += 1
            low[last] = pair // n
            high[last] = pair % n
        layer[last] |= np.uint8(key[k] & _LAYER_MASK)
    return low, high, layer


@kernel
def assemble(
    n: int, low: NDArray[np.uint32], high: NDArray[np.uint32], pair_layer: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
    """Turn distinct pairs ``low < high``, ascending, into rows of arcs.

    Returns
    -------
    ptr : int64[n + 1]
    nbr : uint32[m]
        Ascending inside each row.
    layer : uint8[m]
    rev : uint32[m]
    """
    ptr = np.zeros(n + 1, dtype=np.int64)
    for k in range(low.size):
        ptr[low[k] + 1] += 1
        ptr[high[k] + 1] += 1
    for i in range(n):
        ptr[i + 1] += ptr[i]
    at = ptr[:-1].copy()
    nbr = np.empty(ptr[n], dtype=np.uint32)
    layer = np.empty(ptr[n], dtype=np.uint8)
    rev = np.empty(ptr[n], dtype=np.uint32)
    # pairs ascend, so a row receives all its lower neighbours before the higher, each in order
    for k in range(low.size):
        i, j = low[k], high[k]
        a, b = at[i], at[j]
        at[i] += 1
        at[j] += 1
        nbr[a], nbr[b] = j, i
        rev[a], rev[b] = b, a
        layer[a] = pair_layer[k]
        layer[b] = pair_layer[k]
    return ptr, nbr, layer, rev
