"""Games of players who gain together: Shapley values, exact or from permutations.

A coalition is the number whose bit i tells whether player i is in it, from 0 (nobody) to
2^n - 1 (all). The Shapley value of a player is the mean of what it adds to those before it over
all the orders in which players can come (Shapley 1953, doi:10.1515/9781400881970-018); values sum
to what all gain together (efficiency), equal players get the same, who adds nothing gets nothing.

With more players than a few, orders are sampled (Castro, Gomez & Tejada 2009,
doi:10.1016/j.cor.2008.04.004), each with its reverse: who comes late in one comes early in the
other (antithetic permutations; Mitchell, Cooper, Frank & Holmes 2022, J. Mach. Learn. Res. 23).
The numbers of the papers are from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["interactions", "permutations", "prefixes", "sampled", "shapley"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _sizes(n: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the size of every coalition and who is in it, shape (2**n, n)."""
    masks = np.arange(1 << n, dtype=np.int64)
    inside = ((masks[:, None] >> np.arange(n)) & 1).astype(bool)
    return inside.sum(axis=1), inside


def shapley(values: Floats) -> Floats:
    """Return the Shapley values of games given in full.

    Parameters
    ----------
    values : array of float, shape (games, 2**n)
        What every coalition gains, in the order of their numbers.

    Returns
    -------
    array of float, shape (games, n)
        They sum to what all gain less what nobody gains.
    """
    n = int(values.shape[1]).bit_length() - 1
    if values.shape[1] != 1 << n:
        raise ValueError(f"{values.shape[1]} coalitions are not a power of two")
    size, inside = _sizes(n)
    # (s-1)!(n-s)!/n! = 1/(s C(n, s)) for who is in a coalition of s, the same below for who is not
    into = np.array([1.0 / (s * comb(n, s)) if s else 0.0 for s in range(n + 1)])
    out = np.array([1.0 / ((n - s) * comb(n, s)) if s < n else 0.0 for s in range(n + 1)])
    weights = np.where(inside, into[size][:, None], -out[size][:, None])
    return np.asarray(values @ weights, np.float64)


def interactions(values: Floats) -> tuple[list[tuple[int, int]], Floats]:
    """Return what every two players gain together beyond what they gain apart.

    Shapley's interaction index (Grabisch & Roubens 1999, doi:10.1007/s001820050125): the mean of
    v(S,i,j) - v(S,i) - v(S,j) + v(S); positive where they help each other, negative where one does
    the work of the other.

    Parameters
    ----------
    values : array of float, shape (games, 2**n)
        As for `shapley`.

    Returns
    -------
    pairs : list of (int, int)
        The players.
    index : array of float, shape (games, pairs)
    """
    n = int(values.shape[1]).bit_length() - 1
    size, inside = _sizes(n)
    pairs = list(combinations(range(n), 2))
    found = np.zeros((len(values), len(pairs)))
    for k, (i, j) in enumerate(pairs):
        sign = np.where(inside[:, i] == inside[:, j], 1.0, -1.0)
        others = size - inside[:, i] - inside[:, j]
        weight = np.array([1.0 / ((n - 1) * comb(n - 2, s)) for s in range(n - 1)])
        found[:, k] = values @ (sign * weight[others])
    return pairs, found


def permutations(n: int, count: int, rng: np.random.Generator) -> Ints:
    """Return an even number of orders of n players, each followed by its reverse, (count, n)."""
    if count < 2 or count % 2:
        raise ValueError(f"{count} permutations cannot be paired")
    drawn = np.stack([rng.permutation(n) for _ in range(count // 2)])
    both = np.empty((count, n), np.int64)
    both[0::2], both[1::2] = drawn, drawn[:, ::-1]
    return both


def prefixes(orders: Ints) -> Ints:
    """Return the coalitions met as players come in each order, nobody first, (count, n + 1)."""
    met = np.zeros((orders.shape[0], orders.shape[1] + 1), np.int64)
    met[:, 1:] = np.cumsum(np.int64(1) << orders, axis=1)
    return met


def sampled(orders: Ints, value: Mapping[int, float]) -> tuple[Floats, Floats]:
    """Return the Shapley values of one game estimated from some orders, and their variance.

    Parameters
    ----------
    orders : array of int, shape (count, n)
        From `permutations`: each followed by its reverse.
    value : dict
        What the coalitions of `prefixes` gain, by number.

    Returns
    -------
    mean, variance : arrays of float, shape (n,)
        Estimates, which sum to what all gain less what nobody gains, and the variance that the
        choice of the orders gives them; nan with a single order and its reverse.
    """
    count, n = orders.shape
    gains = np.array([[value[int(mask)] for mask in row] for row in prefixes(orders)])
    added = np.empty((count, n))
    np.put_along_axis(added, orders, np.diff(gains, axis=1), axis=1)
    halves = 0.5 * (added[0::2] + added[1::2])
    spread = halves.var(axis=0, ddof=1) / len(halves) if len(halves) > 1 else np.full(n, np.nan)
    return halves.mean(axis=0), np.asarray(spread, np.float64)
