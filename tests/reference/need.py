"""Equation 2, needs: life, time, damaged homes, help from outside the town."""

from __future__ import annotations

import math

from resilienza_sim.community.people import Tag
from tests.reference.chance import mix, u01
from tests.reference.columns import single

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(5)


def live(key, need, age, poor, alone, tags, p) -> None:
    """need_k <- need_k e^-passing, then need_k += (1 - need_k) size with chance 1 - e^-rate_k."""
    for i in range(len(need)):
        dependant = int(tags[i]) & Tag.DEPENDANT
        old = max(0.0, (int(age[i]) - 40) / 40)
        rate = {
            ISOLATION: p.event_isolation * (p.alone_factor if alone[i] else 1.0),
            INCOME: p.event_income * (p.poor_factor if poor[i] else 1.0),
            CARE: p.event_care * (p.dependant_factor if dependant else 1.0),
            HOUSING: p.event_housing * (p.poor_factor if poor[i] else 1.0),
            HEALTH: p.event_health * (1.0 + old),
        }
        own = mix(key, i)
        for k in range(5):
            passing = p.housing_passing if k == HOUSING else p.passing
            need[i, k] = float(need[i, k]) * math.exp(-passing)
            if u01(own, k) < 1.0 - math.exp(-rate[k]):
                before = float(need[i, k])
                need[i, k] = before + (1.0 - before) * p.event_size


def homes(need, household, damage, p) -> None:
    """Housing need climbs part of the way to the damage of the home, when it is below it."""
    for i in range(len(need)):
        have = float(need[i, HOUSING])
        gap = single(float(damage[household[i]]) - have)
        if gap > 0.0:
            need[i, HOUSING] = have + p.home_felt * gap


def unmet(need, out) -> None:
    """U = 1 - prod_k (1 - need_k)."""
    for i, kinds in enumerate(need.tolist()):
        left = 1.0
        for each in kinds:
            left *= 1.0 - each
        out[i] = 1.0 - left


def relieve(need, household, damage, income, all_kinds) -> None:
    """In damaged homes: compensation meets income, volunteers every kind but housing."""
    for i in range(len(need)):
        if float(damage[household[i]]) <= 0.05:
            continue
        need[i, INCOME] = float(need[i, INCOME]) * (1.0 - income)
        for k in (ISOLATION, INCOME, CARE, HEALTH):
            need[i, k] = float(need[i, k]) * (1.0 - all_kinds)
