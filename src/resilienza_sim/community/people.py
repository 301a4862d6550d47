"""The people of a town: citizens in households, buildings and quarters, from its age pyramid.

Ages and sexes are the town's own and household sizes the census's; who lives with whom, where and
with which tags is drawn by the shares of ``data/people.toml`` and of the tables beside it, where
each has its source. Everything is an array operation: a million people take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.drawing import RULES, Bools, Floats, Ints, at_age, fill, starts, take
from resilienza_sim.community.households import KINDS, compose, household_kinds, pyramid
from resilienza_sim.community.territory import Town, read_table
from resilienza_sim.streams import Streams

__all__ = ["SEGMENTS", "People", "QuarterLike", "Tag", "build_people"]

ADULT, ELDERLY, VOLUNTEERING_AGE = 18, 65, 14  # BES asks people of 14 and more

_BANDS = {"minor": 0, "young": 18, "adult": 35, "senior": 65, "old": 80}  # from which age
_POSITIONS = ("low", "middle", "high")
SEGMENTS = tuple(f"{band}_{position}" for band in _BANDS for position in _POSITIONS)
"""Names of the segments, in the order of `People.segment`: age band × position of the household."""


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
    age, female = pyramid(town, n_citizens)
    kind = household_kinds(n_citizens)
    home = compose(age, female, kind, streams.generator("people.households"))

    # households in their final order, by quarter and building; then the citizens in theirs
    elders = np.bincount(home[age >= ELDERLY], minlength=kind.size)
    rng = streams.generator("people.quarters")
    quarter_h = _settle(KINDS["size"][kind], elders, quarters, rng)
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
        household_start=starts(home).astype(np.uint32),
        building_start=starts(building).astype(np.uint32),
    )


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
    start = starts(building_h)
    height = (np.arange(building_h.size) - start[building_h]) / np.diff(start)[building_h]
    key = height + streams.generator("people.ground_floor").random(building_h.size)
    dwellings = np.bincount(quarter_h, minlength=len(quarters))
    quota = dwellings * _column(quarters, "ground_floor")
    return fill(key, quarter_h, np.ones(quarter_h.size), quota)


# --- positions -----------------------------------------------------------------------------------


def _skills(age: Ints, home: Ints, rng: np.random.Generator) -> Floats:
    rule = RULES["skill"]
    shared = rng.normal(0.0, rule["household_sd"], home[-1] + 1)[home]
    level = shared + rng.normal(at_age("skill", age, "shift"), rule["own_sd"])
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
    rule = RULES["foreign"]
    old = np.bincount(home, age >= ELDERLY) > 0
    weight = np.where(old, rule["weight_with_elderly"], 1.0)
    weight *= np.maximum(_column(quarters, "low_income")[quarter_h], 1e-9)
    key = rng.exponential(size=weight.size) / weight
    quota = np.array([rule["share"] * age.size])
    return fill(key, np.zeros(weight.size, np.int64), np.bincount(home), quota)


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
    rule = RULES["poverty"]
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
    return fill(key, quarter_h, size, rate * residents)


def _positions(skill_h: Floats, foreign_h: Bools, poor_h: Bools) -> tuple[Bools, Ints]:
    """Return which households are a target group, and the position of each in `_POSITIONS`."""
    rule = RULES["position"]
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
        female, at_age("dependant_women", age, "share"), at_age("dependant_men", age, "share")
    )
    dependant = rng.random(age.size) < chance
    at_home, outside = _caregivers(age, female, home, dependant, rng)
    families = np.bincount(home[at_home], minlength=home[-1] + 1) > 0
    tags[dependant] |= Tag.DEPENDANT
    tags[at_home] |= Tag.CAREGIVER
    tags[outside] |= Tag.CAREGIVER
    tags[families[home]] |= Tag.FAMILY

    rule = RULES["operator"]
    able = everyone[(age >= rule["ages"][0]) & (age <= rule["ages"][1]) & ~dependant]
    weight = np.where(female[able], rule["women"], 1.0)
    tags[take(able, weight, round(rule["share"] * able.size), rng)[0]] |= Tag.OPERATOR

    rule = RULES["stakeholder"]
    able = everyone[(age >= rule["ages"][0]) & (age <= rule["ages"][1]) & ~low & ~dependant]
    tags[take(able, skill[able] ** 2, round(rule["share"] * able.size), rng)[0]] |= Tag.STAKEHOLDER

    rule = RULES["volunteer"]
    weight = at_age("volunteer", age) * np.exp(rule["skill"] * (skill - 0.5))
    weight *= np.where(low, rule["low_position"], 1.0)
    able = everyone[age >= VOLUNTEERING_AGE]
    count = round(town.figures["volunteering"].value * able.size)
    tags[take(able, weight[able], count, rng)[0]] |= Tag.THIRD_SECTOR
    return tags


def _caregivers(
    age: Ints, female: Bools, home: Ints, dependant: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return who cares for a dependant of the household, and who for one of another household."""
    rule = RULES["caregiver"]
    weight = at_age("caregiver", age) * np.where(female, rule["women"], 1.0)
    cared = np.bincount(home[dependant], minlength=home[-1] + 1) > 0
    able = np.flatnonzero((weight > 0) & ~dependant)
    near = able[cared[home[able]]]
    order = near[np.lexsort((rng.exponential(size=near.size) / weight[near], home[near]))]
    at_home = order[np.unique(home[order], return_index=True)[1]]

    helped = np.bincount(home[at_home], minlength=home[-1] + 1) > 0
    count = round(rule["from_outside"] * np.count_nonzero(dependant & ~helped[home]))
    free = able[~cared[home[able]]]
    return at_home, take(free, weight[free], min(count, free.size), rng)[0]
