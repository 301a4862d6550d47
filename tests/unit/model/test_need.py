"""Equation 2, needs: events of life are independent, whatever the numbers they are drawn from."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from resilienza_sim.handles import Columns
from resilienza_sim.model.capital import CapitalParameters, CapitalRates
from resilienza_sim.model.phases import need
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import NEEDS
from resilienza_sim.streams import Streams

DRAWS = 400_000
OFTEN: dict[str, float] = {
    "event_isolation": 0.15,
    "event_income": 0.1,
    "event_care": 0.05,
    "event_housing": 0.08,
    "event_health": 0.12,
}


def struck(
    process: str, *, age: int, poor: bool, alone: bool, tags: int, family: int, **values: float
) -> Any:
    """Return who is struck by what, shape (draws, kinds), among people all alike."""
    p = rates(need.NeedParameters(**values), need.NeedRates)
    c = Columns(need=np.zeros((DRAWS, len(NEEDS)), np.float32), company=np.zeros(DRAWS, np.float32))
    people = Columns(
        household=np.zeros(DRAWS, np.uint32),
        age=np.full(DRAWS, age, np.uint8),
        poor=np.full(DRAWS, poor),
        alone=np.full(DRAWS, alone),
        tags=np.full(DRAWS, tags, np.uint16),
        family=np.full(DRAWS, family, np.uint8),
    )
    homes = Columns(damage=np.zeros(1, np.float32), savings=np.zeros(1, np.float32))
    scratch = Columns(unmet=np.zeros(DRAWS, np.float32))
    need.live(
        Streams(3).key(process),
        c.handle,
        people.handle,
        homes.handle,
        (0.0, 0.0, 0.43),
        scratch.handle,
        p.handle,
        rates(CapitalParameters(), CapitalRates).handle,
    )
    return c.need > 0.0


def chances(
    *, age: int, poor: bool, alone: bool, tags: int, family: int, **values: float
) -> np.ndarray[Any, Any]:
    """Return the chance of each kind for these people: 1 - e^(-rate x factors)."""
    p = need.NeedParameters(**values)
    poverty = p.poor_factor if poor else 1.0
    hazard = [
        p.event_isolation * (p.alone_factor if alone else 1.0),
        p.event_income * poverty,
        p.event_care
        * (p.dependant_factor if tags & 4 else 1.0)
        * (p.family_factor if family else 1.0),
        p.event_housing * poverty,
        p.event_health * (1.0 + max(0.0, (age - 40) / 40)),
    ]
    return -np.expm1(-np.array(hazard))


def near(share: float, chance: float) -> bool:
    """Return whether a share among the draws is within five standard errors of a chance."""
    return bool(abs(share - chance) < 5.0 * np.sqrt(chance * (1.0 - chance) / DRAWS))


PEOPLE: tuple[dict[str, Any], ...] = (
    {"age": 30, "poor": False, "alone": False, "tags": 0, "family": 1},
    {"age": 80, "poor": True, "alone": False, "tags": 1, "family": 0},
    {"age": 20, "poor": False, "alone": True, "tags": 6, "family": 0},
)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("often", [OFTEN, {}], ids=["often", "as usual"])
def test_kinds_come_with_their_chance_and_independently(who, often) -> None:
    hit, chance = struck("a test", **who, **often), chances(**who, **often)
    assert all(near(hit[:, k].mean(), chance[k]) for k in range(len(NEEDS)))
    assert near((~hit).all(axis=1).mean(), np.prod(1.0 - chance))
    for size in (2, 3):
        for kinds in combinations(range(len(NEEDS)), size):
            assert near(hit[:, kinds].all(axis=1).mean(), np.prod(chance[list(kinds)])), kinds


def test_nothing_comes_at_rate_zero() -> None:
    never = dict.fromkeys(OFTEN, 0.0)
    assert not struck("a test", **PEOPLE[1], **never).any()
    one = struck("a test", **PEOPLE[1], **{**never, "event_care": 0.2})
    assert one[:, 2].any()
    assert not np.delete(one, 2, axis=1).any()
