"""Arms of one replicate share what they have in common, and are as if each had run alone."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.simulation import Trajectory, Without, simulate_arms
from tests.small import flood, pandemic, town

FIRST, SECOND, WEEKS, BURN_IN = 4, 16, 30, 26
SCENARIO = town(
    citizens=200,
    weeks=WEEKS,
    decisions=(FIRST, SECOND),
    burn_in_weeks=BURN_IN,
    shocks=[pandemic(6), flood(18)],
)


class Counted(CommunityModel):
    """A model that counts the weeks lived by all."""

    weeks = 0

    def step(self) -> None:
        type(self).weeks += 1
        super().step()


def lived(arms, **asked) -> tuple[list[Trajectory], int]:
    Counted.weeks = 0
    lives = simulate_arms(SCENARIO, arms, replicate=0, seed=5, model=Counted, **asked)
    return list(lives), Counted.weeks


def same(one: Trajectory, other: Trajectory) -> bool:
    assert (one.strategy, one.decision_week) == (other.strategy, other.decision_week)
    return (
        all(np.array_equal(one.values[k], other.values[k], equal_nan=True) for k in one.values)
        and all(np.array_equal(one.final[k], other.final[k]) for k in one.final)
        and one.metrics == other.metrics
        and one.ledger.entries == other.ledger.entries
    )


@pytest.fixture(scope="module")
def together():
    return lived(["transformative", "consolidated", "none"], twin=True)


def test_the_arm_that_goes_on_as_before_serves_as_the_past_of_the_next_decision(together):
    first, second = WEEKS - FIRST, WEEKS - SECOND
    apart = BURN_IN + SECOND + 2 * 3 * (first + second)
    assert together[1] == apart - (SECOND - FIRST)


def test_what_is_shared_changes_nothing(together):
    days = [day.isoformat() for day in SCENARIO.time.decisions]
    for life in together[0]:
        other = next(day for day in days if day != life.decision)
        alone, _ = lived([life.strategy], twin=True, skip=frozenset({(other, life.strategy)}))
        assert same(life, alone[0]), (life.strategy, life.decision)


def test_an_arm_that_does_without_something_is_nobodys_past():
    without = {"consolidated": Without(muted=frozenset({"cash_support"}))}
    lives, weeks = lived(["consolidated", "none"], twin=False, without=without)
    assert weeks == BURN_IN + SECOND + 2 * (WEEKS - FIRST + WEEKS - SECOND)
    (plain, *_), _ = lived(["none"], twin=False, skip=frozenset({(lives[0].decision, "none")}))
    assert same(lives[3], plain)
