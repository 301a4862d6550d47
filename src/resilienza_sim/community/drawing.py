"""Drawing by shares: the tables of ``data/people.toml``, and the ways to hand out by them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RULES", "apportion", "at_age", "fill", "round_sums", "starts", "take"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RULES: dict[str, Any] = tomllib.loads(
    files("resilienza_sim.community").joinpath("data", "people.toml").read_text(encoding="utf-8")
)
"""Shares by name of the rule; each has its source in the file."""


def apportion(weight: NDArray[Any], total: int) -> Ints:
    """Split a total by weights into whole parts, any run of neighbours off by less than one.

    The cumulated shares are rounded, not the single ones: largest remainders would fill a small
    sample with the commonest ages alone.
    """
    return round_sums(np.asarray(weight, np.float64) * (total / np.sum(weight)))


def round_sums(part: Floats) -> Ints:
    """Round parts so that their cumulated sums are off by half at most."""
    return np.diff(np.floor(np.cumsum(part) + 0.5), prepend=0.0).astype(np.int64)


def at_age(rule: str, age: Ints, column: str = "weight") -> Floats:
    """Return the value that a rule of ``data/people.toml`` has at each age."""
    step = np.searchsorted(RULES[rule]["from"], age, side="right") - 1
    return np.array(RULES[rule][column], dtype=np.float64)[step]


def take(pool: Ints, weight: Floats, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw from a pool without replacement; return the drawn and the rest, in random order.

    Exponential keys over weights: Efraimidis & Spirakis 2006, Inf. Process. Lett. 97:181.
    """
    order = np.argsort(rng.exponential(size=pool.size) / np.maximum(weight, 1e-12), kind="stable")
    return pool[order[:count]], pool[order[count:]]


def fill(key: Floats, group: Ints, size: NDArray[Any], quota: Floats) -> Bools:
    """Choose by rising key inside each group until the sizes chosen add up to its quota."""
    order = np.lexsort((key, group))
    before = np.concatenate(([0.0], np.cumsum(np.bincount(group, size, quota.size))))
    so_far = np.cumsum(size[order]) - size[order] / 2.0 - before[group[order]]
    chosen = np.empty(group.size, bool)
    chosen[order] = so_far < quota[group[order]]
    return chosen


def starts(index: Ints) -> Ints:
    """Return where each value of a sorted index begins, and the end."""
    return np.searchsorted(index, np.arange(index[-1] + 2))
