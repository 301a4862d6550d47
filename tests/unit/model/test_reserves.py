"""Reserves: used up by what lasts, rebuilt slowly; while they are low the same blow does more."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resilienza_sim.model import reserves
from resilienza_sim.model.phases.mood import MoodParameters, MoodRates
from resilienza_sim.model.rates import rates
from tests.small import flood, lived, town


def felt(**values: float) -> Any:
    return rates(MoodParameters(**values), MoodRates)


def column(*values: float) -> Any:
    return np.array(values, np.float32)


def test_a_reserve_settles_where_wear_and_rebuilding_balance() -> None:
    p = felt()
    reserve, rest = column(1.0, 1.0, 0.0), column(0.1, 0.1, 0.1)
    fatigue, suffering = column(0.0, 0.5, 0.0), column(0.1, 0.4, 0.1)
    for _ in range(1500):
        reserves.wear_down(reserve, fatigue, suffering, rest, p)
    wear = 1.0 - (1.0 - 0.25) * (1.0 - 0.3)
    spent = -math.expm1(-p.reserve_drain * wear)
    settled = p.reserve_rebuilding / (p.reserve_rebuilding + spent)
    assert reserve == pytest.approx([1.0, settled, 1.0], abs=1e-3)


def test_a_reserve_is_rebuilt_in_about_a_year() -> None:
    p, reserve, rest = felt(), column(0.3), column(0.1)
    for _ in range(52):
        reserves.wear_down(reserve, column(0.0), rest, rest, p)
    assert reserve[0] == pytest.approx(1.0 - 0.7 * (1.0 - p.reserve_rebuilding) ** 52, abs=1e-5)
    assert 0.7 < reserve[0] < 0.8


def test_savings_go_with_income_and_home_and_come_back_to_what_they_were() -> None:
    p, start = felt(), np.array([0, 1, 3], np.uint32)
    need, anchor = np.zeros((3, 5), np.float32), column(0.5, 0.5)
    need[1, reserves.INCOME] = 1.0  # one of two members without income
    savings = anchor.copy()
    for _ in range(14):
        reserves.save(start, need, column(0.0, 0.0), anchor, savings, p)
    assert savings[0] == 0.5 > savings[1]
    used = savings.copy()
    reserves.save(start, need, column(0.4, 0.0), anchor, savings, p)
    assert savings[0] == pytest.approx(
        0.5 * math.exp(-p.savings_drain * 0.4)
        + p.savings_rebuilding * 0.5 * -math.expm1(-p.savings_drain * 0.4),
        abs=1e-6,
    )
    need[:] = 0.0
    for _ in range(156):
        reserves.save(start, need, column(0.0, 0.0), anchor, used, p)
    assert used[1] < 0.5
    assert 0.5 - used[1] < 0.4 * (0.5 - savings[1])


def test_what_a_reserve_leaves_is_the_usual_at_the_usual_and_more_or_less_around_it() -> None:
    assert reserves.left_of(0.74, 0.88, 0.74) == 1.0
    assert reserves.left_of(0.2, 0.0, 0.74) == 1.0
    assert 0.3 < reserves.left_of(0.0, 0.88, 0.74) < 1.0 < reserves.left_of(1.0, 0.88, 0.74)


def test_the_same_blow_does_more_to_those_who_have_little_left() -> None:
    suffering = {}
    for level in (0.2, 0.9):
        model = lived(town(citizens=400, weeks=30, shocks=[flood(5, peak=1.5)]), 5)
        model.state.citizens.reserve[:] = level
        for _ in range(12):
            model.step()
        suffering[level] = model.state.citizens.suffering.mean()
    assert suffering[0.2] > suffering[0.9]


def test_income_need_lasts_longer_without_savings() -> None:
    lacking = {}
    for level in (0.0, 1.0):
        model = lived(town(citizens=400, weeks=30), 2)
        model.state.households.savings[:] = model.state.households.savings_anchor[:] = level
        for _ in range(12):
            model.step()
        lacking[level] = model.state.citizens.need[:, reserves.INCOME].mean()
    assert lacking[0.0] > lacking[1.0]
