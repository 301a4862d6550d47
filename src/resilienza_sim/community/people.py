"""The people of a town: citizens in households, buildings and quarters, from its age pyramid.

Ages and sexes are the town's own and household sizes the census's; who lives with whom, where and
with which tags is drawn by the shares of ``data/people.toml`` and of the tables beside it, where
each has its source. Everything is an array operation: a million people take seconds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.territory import Town, read_table
from resilienza_sim.streams import Streams

__all__ = ["SEGMENTS", "People", "QuarterLike", "Tag", "build_people"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ADULT, ELDERLY, VOLUNTEERING_AGE = 18, 65, 14  # BES asks people of 14 and more

_BANDS = {"minor": 0, "young": 18, "adult": 35, "senior": 65, "old": 80}  # from which age
_POSITIONS = ("low", "middle", "high")
SEGMENTS = tuple(f"{band}_{position}" for band in _BANDS for position in _POSITIONS)
"""Names of the segments, in the order of `People.segment`: age band × position of the household."""

_RULES: dict[str, Any] = tomllib.loads(
    files("resilienza_sim.community").joinpath("data", "people.toml").read_text(encoding="utf-8")
)
_KINDS = {
    column: np.array([int(row[column]) for row in read_table("household_types")])
    for column in ("size", "share", "adults", "partners", "children", "relatives")
}


class Tag(IntFlag):
    """The kinds of recipients a citizen belongs to; every outcome is told by tag."""

    TARGET = 1
    """Lives in a household of a minority, or in a marginal one: poor and of little skill."""
    CAREGIVER = 2
    """Cares for a dependant, at home or elsewhere."""
    DEPENDANT = 4
    """Needs help every day: severe limitations, at any age."""
    OPERATOR = 8
    """Works in the welfare services."""
    THIRD_SECTOR = 16
    """Volunteers in an organisation."""
    STAKEHOLDER = 32
    """Answers for a firm, a school, a parish."""
    FAMILY = 64
    """Lives in a household with a caregiver and a dependant."""


class QuarterLike(Protocol):
    """A part of a town, as a scenario describes it."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def share(self) -> float:
        """Share of the residents; shares are rescaled to sum to 1."""

    @property
    def ground_floor(self) -> float:
        """Share of dwellings on the ground floor."""

    @property
    def elderly(self) -> float:
        """Share of people of 65 and more, relative to the town (1 = the same)."""

    @property
    def low_income(self) -> float:
        """Share of people at risk of poverty, relative to the town (1 = the same)."""


@dataclass(frozen=True, eq=False)
class People:
    """Citizens in columns, sorted by quarter, building and household, there the eldest first.

    Parameters
    ----------
    age : uint8[n]
        Years; 100 stands for 100 and more.
    female : bool[n]
    quarter : uint8[n]
        Index in the sequence of quarters.
    building, household : uint32[n]
        Numbered from 0 in the order of the citizens.
    ground_floor : bool[n]
        The dwelling is on the ground floor.
    poor : bool[n]
        At risk of poverty; the same for a whole household.
    skill : float32[n]
        What a citizen can do for others, in [0, 1].
    tags : uint16[n]
        Bits of `Tag`.
    segment : uint8[n]
        Index in `SEGMENTS`.
    household_start : uint32[h + 1]
        Household k is the citizens ``household_start[k]:household_start[k + 1]``.
    building_start : uint32[b + 1]
        The same for buildings.
    """

    age: NDArray[np.uint8]
    female: Bools
    quarter: NDArray[np.uint8]
    building: NDArray[np.uint32]
    household: NDArray[np.uint32]
    ground_floor: Bools
    poor: Bools
    skill: NDArray[np.float32]
    tags: NDArray[np.uint16]
    segment: NDArray[np.uint8]
    household_start: NDArray[np.uint32]
    building_start: NDArray[np.uint32]


def build_people(
    town: Town, quarters: Sequence[QuarterLike], n_citizens: int, streams: Streams
) -> People:
    """Draw the people of a town.

    Parameters
    ----------
    town : Town
        Its age pyramid is kept, to the person when `n_citizens` is all of its residents.
    quarters : sequence
        At most 255; the smallest may stay empty in a small sample.
    n_citizens : int
        How many; 50 or more for the shares to mean anything.
    streams : Streams
        The same seed gives the same people, to the bit.

    Returns
    -------
    People
        Nobody below 18 lives without an adult.
    """
    age, female = _pyramid(town, n_citizens)
    kind = _household_kinds(n_citizens)
    home = _compose(age, female, kind, streams.generator("people.households"))

    # households in their final order, by quarter and building; then the citizens in theirs
    elders = np.bincount(home[age >= ELDERLY], minlength=kind.size)
    rng = streams.generator("people.quarters")
    quarter_h = _settle(_KINDS["size"][kind], elders, quarters, rng)
    place = np.empty(kind.size, np.int64)
    place[np.lexsort((rng.random(kind.size), quarter_h))] = np.arange(kind.size)
    quarter_h, home = np.sort(quarter_h), place[home]
    order = np.lexsort((-age, home))
    age, female, home = age[order], female[order], home[order]
    building_h = _buildings(quarter_h, streams.generator("people.buildings"))
    ground_h = _ground_floors(quarter_h, building_h, quarters, streams)

    skill = _skills(age, home, streams.generator("people.skill"))
    skill_h = np.bincount(home, skill * (age >= ADULT)) / np.bincount(home, age >= ADULT)
    foreign_h = _foreign(age, home, quarter_h, quarters, streams.generator("people.foreign"))
    poor_h = _poverty(town, age, home, quarter_h, quarters, skill_h, foreign_h, streams)
    target_h, position_h = _positions(skill_h, foreign_h, poor_h)
    tags = _tags(town, age, female, home, skill, target_h, poor_h, streams)

    band = np.searchsorted(list(_BANDS.values()), age, side="right") - 1
    building = building_h[home]
    return People(
        age=age.astype(np.uint8),
        female=female,
        quarter=quarter_h[home].astype(np.uint8),
        building=building.astype(np.uint32),
        household=home.astype(np.uint32),
        ground_floor=ground_h[home],
        poor=poor_h[home],
        skill=skill.astype(np.float32),
        tags=tags.astype(np.uint16),
        segment=(band * len(_POSITIONS) + position_h[home]).astype(np.uint8),
        household_start=_starts(home).astype(np.uint32),
        building_start=_starts(building).astype(np.uint32),
    )


# --- tools ---------------------------------------------------------------------------------------


def _apportion(weight: NDArray[Any], total: int) -> Ints:
    """Split a total by weights into whole parts, any run of neighbours off by less than one.

    The cumulated shares are rounded, not the single ones: largest remainders would fill a small
    sample with the commonest ages alone.
    """
    return _round_sums(np.asarray(weight, np.float64) * (total / np.sum(weight)))


def _round_sums(part: Floats) -> Ints:
    return np.diff(np.floor(np.cumsum(part) + 0.5), prepend=0.0).astype(np.int64)


def _at_age(rule: str, age: Ints, column: str = "weight") -> Floats:
    """Return the value that a rule of ``data/people.toml`` has at each age."""
    step = np.searchsorted(_RULES[rule]["from"], age, side="right") - 1
    return np.array(_RULES[rule][column], dtype=np.float64)[step]


def _take(pool: Ints, weight: Floats, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw from a pool without replacement; return the drawn and the rest, in random order.

    Exponential keys over weights: Efraimidis & Spirakis 2006, Inf. Process. Lett. 97:181.
    """
    order = np.argsort(rng.exponential(size=pool.size) / np.maximum(weight, 1e-12), kind="stable")
    return pool[order[:count]], pool[order[count:]]


def _fill(key: Floats, group: Ints, size: NDArray[Any], quota: Floats) -> Bools:
    """Choose by rising key inside each group until the sizes chosen add up to its quota."""
    order = np.lexsort((key, group))
    before = np.concatenate(([0.0], np.cumsum(np.bincount(group, size, quota.size))))
    so_far = np.cumsum(size[order]) - size[order] / 2.0 - before[group[order]]
    chosen = np.empty(group.size, bool)
    chosen[order] = so_far < quota[group[order]]
    return chosen


def _starts(index: Ints) -> Ints:
    """Return where each value of a sorted index begins, and the end."""
    return np.searchsorted(index, np.arange(index[-1] + 2))


# --- households ----------------------------------------------------------------------------------


def _pyramid(town: Town, n: int) -> tuple[Ints, Bools]:
    """Return age and sex of `n` people who mirror the pyramid of the town."""
    by_age = _apportion(town.age_counts, n)
    by_age_f = _round_sums(by_age * town.age_counts_f / np.maximum(town.age_counts, 1))
    age = np.repeat(np.arange(by_age.size), by_age)
    first = np.cumsum(by_age) - by_age
    return age, np.arange(n) - first[age] < by_age_f[age]


def _household_kinds(n: int) -> Ints:
    """Return the row of ``data/household_types.csv`` of each household of `n` people."""
    share = np.array([float(row["share"]) for row in read_table("household_sizes")])
    sizes = np.arange(1, share.size + 1)
    count = round(n * share.sum() / (share @ sizes)) + 1
    while (left := n - int((by_size := _apportion(share, count)) @ sizes)) < 0:
        count -= 1
    for size in range(min(left, 4), 0, -1):  # the few whom rounding left out
        by_size[size - 1] += left // size
        left %= size
    kinds = [np.flatnonzero(_KINDS["size"] == size) for size in sizes]
    split = [_apportion(_KINDS["share"][k], c) for k, c in zip(kinds, by_size, strict=True)]
    return np.repeat(np.concatenate(kinds), np.concatenate(split))


def _compose(age: Ints, female: Bools, kind: Ints, rng: np.random.Generator) -> Ints:
    """Return the household of each person.

    Children first, then relatives, heads without a partner, men who live alone and couples near in
    age; women whom no couple takes live alone. Last, children go to parents of a fitting age.
    """
    adults, partners, children, relatives = (
        _KINDS[role][kind] for role in ("adults", "partners", "children", "relatives")
    )
    alone_h = np.flatnonzero(_KINDS["size"][kind] == 1)
    head_h = np.flatnonzero((adults == 1) & (_KINDS["size"][kind] > 1))
    couple_h = np.flatnonzero(partners == 2)
    family_h = couple_h[children[couple_h] > 0]

    pool = np.arange(age.size)
    weight = _at_age("lives_with_parents", age)
    weight *= np.where(female, 1.0, _RULES["lives_with_parents"]["men"])
    kids, pool = _take(pool, weight, int(children.sum()), rng)
    kin, pool = _take(pool, _at_age("lives_as_relative", age[pool]), int(relatives.sum()), rng)
    weight = _at_age("heads_without_partner", age[pool])
    weight *= np.where(female[pool], _RULES["heads_without_partner"]["women"], 1.0)
    heads, pool = _take(pool, weight, head_h.size, rng)
    singles, husbands, wives = _pair(pool, age, female, alone_h.size, rng)

    # couples with children are those whose age fits the children there are
    gap = rng.normal(_RULES["parents"]["age_at_birth"], _RULES["parents"]["sd"], kids.size)
    gap = np.clip(gap, *_RULES["parents"]["range"])
    families = head_h.size + family_h.size
    wanted = _histogram(age[kids] + gap) * (families / max(kids.size, 1))
    there = np.maximum(_histogram(age[wives]), 1e-9)
    chance = np.clip((wanted - _histogram(age[heads])) / there, 0.01, 0.99)[age[wives]]
    parents, others = _take(np.arange(wives.size), chance / (1 - chance), family_h.size, rng)

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
    alone, men = _take(men, _at_age("man_lives_alone", age[men]), men_alone, rng)
    women_first = int(_RULES["woman_lives_alone"]["first"] * (n_alone - men_alone))
    first, women = _take(women, _at_age("woman_lives_alone", age[women]), women_first, rng)

    # each man, by the age he looks for, takes the nearest woman who is still free
    rule = _RULES["couples"]
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
    last, left = _take(left, np.ones(left.size), n_alone - men_alone - women_first, rng)
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


# --- places --------------------------------------------------------------------------------------


def _column(quarters: Sequence[QuarterLike], field: str) -> Floats:
    return np.array([getattr(quarter, field) for quarter in quarters], dtype=np.float64)


def _settle(
    size: Ints, elders: Ints, quarters: Sequence[QuarterLike], rng: np.random.Generator
) -> Ints:
    """Return the quarter of each household: its residents and its elderly as the scenario says.

    Households with and without elderly people are handed out apart, in random order.
    """
    residents = _column(quarters, "share")
    residents *= size.sum() / residents.sum()
    elderly = residents * _column(quarters, "elderly")
    has = elders > 0
    of_old = size[has].sum() * elderly / max(elderly.sum(), 1e-12)
    people = np.maximum(np.stack((residents - of_old, of_old)), 0.0)
    rows = np.array([size[~has].sum(), size[has].sum()], dtype=np.float64)
    for _ in range(50):  # margins restored where a quarter would have more elderly than people
        people *= (rows / np.maximum(people.sum(axis=1), 1e-12))[:, None]
        people *= residents / np.maximum(people.sum(axis=0), 1e-12)
    quarter = np.empty(size.size, np.int64)
    for row, members in enumerate((np.flatnonzero(~has), np.flatnonzero(has))):
        members = rng.permutation(members)
        middle = np.cumsum(size[members]) - size[members] / 2.0
        found = np.searchsorted(np.cumsum(people[row]), middle)
        quarter[members] = np.minimum(found, len(quarters) - 1)
    return quarter


def _buildings(quarter_h: Ints, rng: np.random.Generator) -> Ints:
    """Return the building of each household; none spans two quarters."""
    table = read_table("buildings")
    share = np.array([float(row["share"]) for row in table])
    sizes = np.array([int(row["households"]) for row in table])
    drawn = rng.choice(sizes, size=quarter_h.size, p=share / share.sum())
    first = np.zeros(quarter_h.size, bool)
    first[0] = True
    first[1:] = quarter_h[1:] != quarter_h[:-1]
    edges = np.cumsum(drawn)
    first[edges[edges < quarter_h.size]] = True
    return np.cumsum(first) - 1


def _ground_floors(
    quarter_h: Ints, building_h: Ints, quarters: Sequence[QuarterLike], streams: Streams
) -> Bools:
    """Return which households live on the ground floor: the first of each building, then others."""
    start = _starts(building_h)
    height = (np.arange(building_h.size) - start[building_h]) / np.diff(start)[building_h]
    key = height + streams.generator("people.ground_floor").random(building_h.size)
    dwellings = np.bincount(quarter_h, minlength=len(quarters))
    quota = dwellings * _column(quarters, "ground_floor")
    return _fill(key, quarter_h, np.ones(quarter_h.size), quota)


# --- positions -----------------------------------------------------------------------------------


def _skills(age: Ints, home: Ints, rng: np.random.Generator) -> Floats:
    rule = _RULES["skill"]
    shared = rng.normal(0.0, rule["household_sd"], home[-1] + 1)[home]
    level = shared + rng.normal(_at_age("skill", age, "shift"), rule["own_sd"])
    skill: Floats = np.minimum(age / ADULT, 1.0) / (1.0 + np.exp(-level))
    return skill


def _foreign(
    age: Ints,
    home: Ints,
    quarter_h: Ints,
    quarters: Sequence[QuarterLike],
    rng: np.random.Generator,
) -> Bools:
    """Return which households are of a minority: fewer where there are elderly people."""
    rule = _RULES["foreign"]
    old = np.bincount(home, age >= ELDERLY) > 0
    weight = np.where(old, rule["weight_with_elderly"], 1.0)
    weight *= np.maximum(_column(quarters, "low_income")[quarter_h], 1e-9)
    key = rng.exponential(size=weight.size) / weight
    quota = np.array([rule["share"] * age.size])
    return _fill(key, np.zeros(weight.size, np.int64), np.bincount(home), quota)


def _poverty(
    town: Town,
    age: Ints,
    home: Ints,
    quarter_h: Ints,
    quarters: Sequence[QuarterLike],
    skill_h: Floats,
    foreign_h: Bools,
    streams: Streams,
) -> Bools:
    """Return which households are at risk of poverty, in persons at the level of the town."""
    rule = _RULES["poverty"]
    size = np.bincount(home)
    minors = np.bincount(home, age < ADULT)
    risk = np.exp(rule["skill"] * (skill_h - 0.5))
    risk *= np.where(foreign_h, rule["foreign"], 1.0)
    risk *= np.where(minors >= 3, rule["three_minors"], 1.0)
    risk *= np.where((minors > 0) & (size - minors == 1), rule["lone_parent"], 1.0)

    residents = np.bincount(quarter_h, size, len(quarters))
    level = town.figures["risk_of_poverty"].value
    rate = _column(quarters, "low_income")
    for _ in range(50):  # what the highest rate cuts off goes to the other quarters
        rate = rate * level * age.size / max(float(rate @ residents), 1e-12)
        rate = np.minimum(rate, rule["highest"])
    key = streams.generator("people.poverty").exponential(size=size.size) / risk
    return _fill(key, quarter_h, size, rate * residents)


def _positions(skill_h: Floats, foreign_h: Bools, poor_h: Bools) -> tuple[Bools, Ints]:
    """Return which households are a target group, and the position of each in `_POSITIONS`."""
    rule = _RULES["position"]
    target = foreign_h | (poor_h & (skill_h < np.quantile(skill_h, rule["marginal_skill"])))
    low = poor_h | target
    skilled = np.where(low, 0.0, skill_h)
    cut = np.quantile(skill_h[~low], rule["high_skill"]) if not low.all() else 1.0
    return target, np.where(low, 0, np.where(skilled > cut, 2, 1))


# --- tags ----------------------------------------------------------------------------------------


def _tags(
    town: Town,
    age: Ints,
    female: Bools,
    home: Ints,
    skill: Floats,
    target_h: Bools,
    poor_h: Bools,
    streams: Streams,
) -> Ints:
    rng = streams.generator("people.tags")
    everyone = np.arange(age.size)
    low = (poor_h | target_h)[home]
    tags = np.where(target_h[home], int(Tag.TARGET), 0)

    chance = np.where(
        female, _at_age("dependant_women", age, "share"), _at_age("dependant_men", age, "share")
    )
    dependant = rng.random(age.size) < chance
    at_home, outside = _caregivers(age, female, home, dependant, rng)
    families = np.bincount(home[at_home], minlength=home[-1] + 1) > 0
    tags[dependant] |= Tag.DEPENDANT
    tags[at_home] |= Tag.CAREGIVER
    tags[outside] |= Tag.CAREGIVER
    tags[families[home]] |= Tag.FAMILY

    rule = _RULES["operator"]
    able = everyone[(age >= rule["ages"][0]) & (age <= rule["ages"][1]) & ~dependant]
    weight = np.where(female[able], rule["women"], 1.0)
    tags[_take(able, weight, round(rule["share"] * able.size), rng)[0]] |= Tag.OPERATOR

    rule = _RULES["stakeholder"]
    able = everyone[(age >= rule["ages"][0]) & (age <= rule["ages"][1]) & ~low & ~dependant]
    tags[_take(able, skill[able] ** 2, round(rule["share"] * able.size), rng)[0]] |= Tag.STAKEHOLDER

    rule = _RULES["volunteer"]
    weight = _at_age("volunteer", age) * np.exp(rule["skill"] * (skill - 0.5))
    weight *= np.where(low, rule["low_position"], 1.0)
    able = everyone[age >= VOLUNTEERING_AGE]
    count = round(town.figures["volunteering"].value * able.size)
    tags[_take(able, weight[able], count, rng)[0]] |= Tag.THIRD_SECTOR
    return tags


def _caregivers(
    age: Ints, female: Bools, home: Ints, dependant: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return who cares for a dependant of the household, and who for one of another household."""
    rule = _RULES["caregiver"]
    weight = _at_age("caregiver", age) * np.where(female, rule["women"], 1.0)
    cared = np.bincount(home[dependant], minlength=home[-1] + 1) > 0
    able = np.flatnonzero((weight > 0) & ~dependant)
    near = able[cared[home[able]]]
    order = near[np.lexsort((rng.exponential(size=near.size) / weight[near], home[near]))]
    at_home = order[np.unique(home[order], return_index=True)[1]]

    helped = np.bincount(home[at_home], minlength=home[-1] + 1) > 0
    count = round(rule["from_outside"] * np.count_nonzero(dependant & ~helped[home]))
    free = able[~cared[home[able]]]
    return at_home, _take(free, weight[free], min(count, free.size), rng)[0]
