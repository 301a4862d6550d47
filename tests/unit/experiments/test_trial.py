"""Trials inside the model: half of the eligible, by a named number; the difference by hand."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.trial import _difference, trial
from resilienza_sim.model.state import NEEDS
from tests.small import town

INCOME = NEEDS.index("income")
SCENARIO = town(citizens=600, weeks=30)


def suffering(model):
    return model.state.citizens.suffering


def everybody(model):
    return np.ones(len(model.state.citizens), np.bool_)


def nothing(model, who):
    pass


def relieve(model, who):
    model.state.citizens.need[who] = 0.0


def test_the_difference_is_in_pooled_deviations() -> None:
    draw = np.random.default_rng(1)
    before = draw.normal(size=20_000)
    treated = draw.random(20_000) < 0.5
    after = before + 0.5 * treated + 0.1 * draw.normal(size=20_000)
    assert _difference(treated, before, after) == pytest.approx(0.5, abs=0.02)
    assert _difference(treated, before, np.zeros(20_000)) == 0.0


def test_half_of_the_eligible_are_treated_the_same_ones_each_week() -> None:
    seen = []

    def treat(model, who):
        seen.append(who.copy())

    found = trial(SCENARIO, treat, lambda m: m.community.people.age >= 40, suffering, 3, [1])
    assert len(seen) == 3
    assert all((each == seen[0]).all() for each in seen)
    assert found.treated == seen[0].sum()
    assert abs(found.treated - found.controls) < 0.25 * (found.treated + found.controls)


def test_a_treatment_that_does_nothing_has_no_effect() -> None:
    found = trial(SCENARIO, nothing, everybody, suffering, 6, range(1, 5))
    assert found.low < 0.0 < found.high


def test_who_is_relieved_of_all_needs_suffers_less() -> None:
    found = trial(SCENARIO, relieve, everybody, suffering, 12, [1, 2])
    assert found.high < 0.0


def test_more_towns_say_it_more_surely() -> None:
    one, two = (trial(SCENARIO, relieve, everybody, suffering, 4, range(n)) for n in (1, 3))
    assert two.high - two.low < one.high - one.low


def test_a_trial_needs_people() -> None:
    with pytest.raises(ResilienzaError):
        trial(SCENARIO, nothing, lambda m: ~everybody(m), suffering, 4, [1])
