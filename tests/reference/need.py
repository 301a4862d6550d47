"""Equation 2, needs: life, time, damaged homes, help from outside the town."""

from __future__ import annotations

import math

from resilienza_sim.community.people import Tag
from tests.reference.capital import factor
from tests.reference.chance import mix, u01
from tests.reference.columns import single

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(5)


def quiet(age, poor, alone, dependant, family, p) -> list[float]:
    """Return the chance e^-rate of each kind that a person has no such event in a week."""
    rates = {
        ISOLATION: p.event_isolation * (p.alone_factor if alone else 1.0),
        INCOME: p.event_income * (p.poor_factor if poor else 1.0),
        CARE: p.event_care
        * ((p.dependant_factor if dependant else 1.0) * (p.family_factor if family else 1.0)),
        HOUSING: p.event_housing * (p.poor_factor if poor else 1.0),
        HEALTH: p.event_health * (1.0 + max(0.0, (age - 40) / 40)),
    }
    return [math.exp(-rates[k]) for k in range(5)]


def events(u: float, own: int, chances: list[float]) -> list[int]:
    """Return the kinds that strike: the first from u, those after it from numbers of their own."""
    struck: list[int] = []
    none_so_far = 1.0
    for k, each in enumerate(chances):
        none = none_so_far * each
        if u01(own, k) >= none / none_so_far if struck else u >= none:
            struck.append(k)
        none_so_far = none
    return struck


def live(
    key,
    need,
    household,
    damage,
    age,
    poor,
    alone,
    tags,
    family,
    compensation,
    volunteers,
    out,
    p,
    company,
    c,
) -> None:
    """Time, then events: need_k += (1 - need_k) size; then the home, then help from outside."""
    passing = [p.passing, p.income_passing, p.care_passing, p.housing_passing, p.passing]
    for i in range(len(need)):
        for k in range(5):
            ease = factor(float(company[i]), c.usual_company, c.accompanying)
            rate = passing[k] * (ease if k == ISOLATION else 1.0)
            need[i, k] = float(need[i, k]) * math.exp(-rate)
        dependant = int(tags[i]) & Tag.DEPENDANT
        chances = quiet(int(age[i]), poor[i], alone[i], dependant, family[i], p)
        for k in events(u01(key, i), mix(key, i), chances):
            before = float(need[i, k])
            need[i, k] = before + (1.0 - before) * p.event_size

        # Housing need climbs part of the way to the damage of the home, when it is below it.
        home, have = float(damage[household[i]]), float(need[i, HOUSING])
        gap = single(home - have)
        if gap > 0.0:
            need[i, HOUSING] = have + p.home_felt * gap
        # In damaged homes: compensation meets income, volunteers every kind but housing.
        if home > 0.05:
            need[i, INCOME] = float(need[i, INCOME]) * (1.0 - compensation)
            for k in (ISOLATION, INCOME, CARE, HEALTH):
                need[i, k] = float(need[i, k]) * (1.0 - volunteers)
    unmet(need, out)


def mend(damage, left) -> None:
    """A share of the damage is left; under one in a hundred, none."""
    for h in range(len(damage)):
        damage[h] = float(damage[h]) * left
        if float(damage[h]) < single(0.01):
            damage[h] = 0.0


def unmet(need, out) -> None:
    """U = 1 - prod_k (1 - need_k)."""
    for i, kinds in enumerate(need.tolist()):
        left = 1.0
        for each in kinds:
            left *= 1.0 - each
        out[i] = 1.0 - left
