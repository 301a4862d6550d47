"""Equation 2, needs: life, time, help from outside the town."""

from __future__ import annotations

import math

from resilienza_sim.community.people import Tag
from tests.reference.capital import factor
from tests.reference.chance import chance, mix, u01

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


def left_by_savings(savings: float, p) -> float:
    """Return what savings leave of an income need in a week: they pay part of its passing."""
    return 1.0 - chance(p.income_passing * p.savings_share / p.usual_savings * savings)


def live(key, c, people, homes, aid, s, p, capital) -> None:
    """Time, then events: need_k += (1 - need_k) size; then help from outside."""
    need, company = c.need, c.company
    household, age, poor, alone = people.household, people.age, people.poor, people.alone
    tags, family = people.tags, people.family
    damage, savings = homes.damage, homes.savings
    out = s.unmet
    compensation, volunteers, usual_company = aid
    without_savings = p.income_passing * (1.0 - p.savings_share)
    passing = [p.passing, without_savings, p.care_passing, p.housing_passing, p.passing]
    for i in range(len(need)):
        for k in range(5):
            ease = factor(float(company[i]), usual_company, capital.accompanying)
            left = math.exp(-(passing[k] * (ease if k == ISOLATION else 1.0)))
            need[i, k] = float(need[i, k]) * left
        paid = left_by_savings(float(savings[household[i]]), p)
        need[i, INCOME] = float(need[i, INCOME]) * paid
        dependant = int(tags[i]) & Tag.DEPENDANT
        chances = quiet(int(age[i]), poor[i], alone[i], dependant, family[i], p)
        for k in events(u01(key, i), mix(key, i), chances):
            before = float(need[i, k])
            need[i, k] = before + (1.0 - before) * p.event_size

        # In damaged homes: compensation meets income, volunteers every kind but housing.
        if float(damage[household[i]]) > 0.05:
            need[i, INCOME] = float(need[i, INCOME]) * (1.0 - compensation)
            for k in (ISOLATION, INCOME, CARE, HEALTH):
                need[i, k] = float(need[i, k]) * (1.0 - volunteers)
    unmet(need, out)


def unmet(need, out) -> None:
    """U = 1 - prod_k (1 - need_k)."""
    for i, kinds in enumerate(need.tolist()):
        left = 1.0
        for each in kinds:
            left *= 1.0 - each
        out[i] = 1.0 - left
