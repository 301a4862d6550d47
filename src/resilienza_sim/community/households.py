"""Households: how many of each kind, and who lives with whom, from the age pyramid of the town."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.drawing import (
    RULES,
    Bools,
    Floats,
    Ints,
    apportion,
    at_age,
    round_sums,
    take,
)
from resilienza_sim.community.territory import Town, read_table

__all__ = ["KINDS", "compose", "household_kinds", "pyramid"]

KINDS = {
    column: np.array([int(row[column]) for row in read_table("household_types")])
    for column in ("size", "share", "adults", "partners", "children", "relatives")
}
"""Columns of ``data/household_types.csv``: one row a kind of household."""


def pyramid(town: Town, n: int) -> tuple[Ints, Bools]:
    """Return age and sex of `n` people who mirror the pyramid of the town."""
    by_age = apportion(town.age_counts, n)
    by_age_f = round_sums(by_age * town.age_counts_f / np.maximum(town.age_counts, 1))
    age = np.repeat(np.arange(by_age.size), by_age)
    first = np.cumsum(by_age) - by_age
    return age, np.arange(n) - first[age] < by_age_f[age]


def household_kinds(n: int) -> Ints:
    """Return the row of ``data/household_types.csv`` of each household of `n` people."""
    share = np.array([float(row["share"]) for row in read_table("household_sizes")])
    sizes = np.arange(1, share.size + 1)
    count = round(n * share.sum() / (share @ sizes)) + 1
    while (left := n - int((by_size := apportion(share, count)) @ sizes)) < 0:
        count -= 1
    for size in range(min(left, 4), 0, -1):  # the few whom rounding left out
        by_size[size - 1] += left // size
        left %= size
    kinds = [np.flatnonzero(KINDS["size"] == size) for size in sizes]
    split = [apportion(KINDS["share"][k], c) for k, c in zip(kinds, by_size, strict=True)]
    return np.repeat(np.concatenate(kinds), np.concatenate(split))


def compose(age: Ints, female: Bools, kind: Ints, rng: np.random.Generator) -> Ints:
    """Return the household of each person.

    Children first, then relatives, heads without a partner, men who live alone and couples near in
    age; women whom no couple takes live alone. Last, children go to parents of a fitting age.
    """
    adults, partners, children, relatives = (
        KINDS[role][kind] for role in ("adults", "partners", "children", "relatives")
    )
    alone_h = np.flatnonzero(KINDS["size"][kind] == 1)
    head_h = np.flatnonzero((adults == 1) & (KINDS["size"][kind] > 1))
    couple_h = np.flatnonzero(partners == 2)
    family_h = couple_h[children[couple_h] > 0]

    pool = np.arange(age.size)
    weight = at_age("lives_with_parents", age)
    weight *= np.where(female, 1.0, RULES["lives_with_parents"]["men"])
    kids, pool = take(pool, weight, int(children.sum()), rng)
    kin, pool = take(pool, at_age("lives_as_relative", age[pool]), int(relatives.sum()), rng)
    weight = at_age("heads_without_partner", age[pool])
    weight *= np.where(female[pool], RULES["heads_without_partner"]["women"], 1.0)
    heads, pool = take(pool, weight, head_h.size, rng)
    singles, husbands, wives = _pair(pool, age, female, alone_h.size, rng)

    # couples with children are those whose age fits the children there are
    gap = rng.normal(RULES["parents"]["age_at_birth"], RULES["parents"]["sd"], kids.size)
    gap = np.clip(gap, *RULES["parents"]["range"])
    families = head_h.size + family_h.size
    wanted = _histogram(age[kids] + gap) * (families / max(kids.size, 1))
    there = np.maximum(_histogram(age[wives]), 1e-9)
    chance = np.clip((wanted - _histogram(age[heads])) / there, 0.01, 0.99)[age[wives]]
    parents, others = take(np.arange(wives.size), chance / (1 - chance), family_h.size, rng)

    home = np.empty(age.size, np.int64)
    home[singles] = alone_h
    home[heads] = head_h
    home[kin] = np.repeat(np.arange(kind.size), relatives)
    for couples, where in ((parents, family_h), (others, couple_h[children[couple_h] == 0])):
        home[husbands[couples]] = home[wives[couples]] = where
    parent_age = np.zeros(kind.size, np.int64)
    parent_age[head_h], parent_age[family_h] = age[heads], age[wives[parents]]
    slot = np.repeat(np.arange(kind.size), children)
    slot = slot[np.argsort(parent_age[slot] - gap, kind="stable")]  # by the child it would have
    home[kids[np.argsort(age[kids], kind="stable")]] = slot
    return home


def _pair(
    pool: Ints, age: Ints, female: Bools, n_alone: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Split a pool into people who live alone and couples (`husbands[k]`, `wives[k]`)."""
    men, women = pool[~female[pool]], pool[female[pool]]
    n_couples = (pool.size - n_alone) // 2
    men_alone = int(np.clip(men.size - n_couples, 0, n_alone))
    alone, men = take(men, at_age("man_lives_alone", age[men]), men_alone, rng)
    women_first = int(RULES["woman_lives_alone"]["first"] * (n_alone - men_alone))
    first, women = take(women, at_age("woman_lives_alone", age[women]), women_first, rng)

    # each man, by the age he looks for, takes the nearest woman who is still free
    rule = RULES["couples"]
    n_mixed = min(men.size, women.size)
    men, men_left = men[:n_mixed], men[n_mixed:]
    sought = age[men] - rng.normal(rule["husband_older_years"], rule["sd"], n_mixed)
    men, sought = men[np.argsort(sought, kind="stable")], np.sort(sought)
    women = women[np.argsort(age[women], kind="stable")]
    rank = np.arange(n_mixed)
    taken = np.maximum.accumulate(np.searchsorted(age[women], sought) - rank) + rank
    taken = np.minimum(taken, women.size - n_mixed + rank)
    wives, women_left = women[taken], np.delete(women, taken)

    # who is left of one sex lives alone, or two by two when there are too many
    left = np.concatenate((men_left, women_left))
    last, left = take(left, np.ones(left.size), n_alone - men_alone - women_first, rng)
    left = left[np.argsort(age[left], kind="stable")]
    return (
        np.concatenate((alone, first, last)),
        np.concatenate((men, left[::2])),
        np.concatenate((wives, left[1::2])),
    )


def _histogram(age: NDArray[Any]) -> Floats:
    """Count ages, smoothed over five years."""
    counts = np.bincount(np.clip(age, 0, 100).astype(np.int64), minlength=101)
    return np.convolve(counts, np.full(5, 0.2), mode="same")
