"""Luck told from ignorance, and break-even values, on invented data with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.statistics import break_even, chance_of, compare_pairs


def test_luck_and_ignorance_are_told_apart() -> None:
    rng = np.random.default_rng(1)
    worlds = rng.normal(-50.0, 30.0, 4_000)  # what is not known
    first, second = (worlds + rng.normal(0.0, 10.0, worlds.size) for _ in range(2))
    found = chance_of(first, first, second)
    assert found.share == pytest.approx(100 / 1_000, rel=0.1)  # 10² of 10² + 30²
    assert found.sd == pytest.approx(np.sqrt(1_000), rel=0.05)
    assert found.sd_chance == pytest.approx(10.0, rel=0.05)
    assert found.low < 0.1 < found.high
    few = chance_of(first[:30], first[:6], second[:6])
    assert (few.worlds, few.twice) == (30, 6)
    assert few.low < few.share < few.high


def test_the_interval_of_the_share_holds_the_truth_in_95_cases_of_100() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(1_000):
        worlds = rng.normal(0.0, 3.0, 30)
        first, second = (worlds + rng.normal(0.0, 3.0, 30) for _ in range(2))
        found = chance_of(first, first[:6], second[:6])
        held += found.low <= 0.5 <= found.high
    assert 920 <= held <= 990


def test_without_worlds_lived_twice_nothing_is_said_of_luck() -> None:
    found = chance_of(np.arange(5.0), np.empty(0), np.empty(0))
    assert found.twice == 0
    assert np.isnan(found.share)
    assert np.isnan(chance_of(np.ones(5), np.ones(5), np.ones(5)).share)


def crossing(at, slope, noise, n=60, *, log=False, seed=1):
    rng = np.random.default_rng(seed)
    t = (np.arange(n) + 0.5) / n
    x = 60.0 * 4.0**t if log else 60.0 + 180.0 * t
    distance = np.log(x / at) / np.log(4.0) if log else (x - at) / 180.0
    return break_even(
        x, slope * distance + rng.normal(0.0, noise, n), (60.0, 240.0), logarithmic=log, rng=rng
    )


@pytest.mark.parametrize("log", [False, True])
def test_the_break_even_value_is_found(log) -> None:
    found = crossing(130.0, 100.0, 5.0, log=log)
    assert found.says == "crosses"
    assert found.value == pytest.approx(130.0, rel=0.03)
    assert found.low < 130.0 < found.high
    assert found.at_low < 0.0 < found.at_high
    exact = crossing(130.0, 100.0, 0.0, log=log)
    assert exact.value == pytest.approx(130.0)


def test_a_difference_of_one_sign_has_no_break_even_value() -> None:
    found = crossing(1_000.0, 100.0, 5.0)
    assert found.says == "always"
    assert np.isnan([found.value, found.low, found.high]).all()


def test_a_flat_line_tells_nothing() -> None:
    found = crossing(130.0, 0.0, 5.0)
    assert found.says in ("faint", "none")
    assert (found.low, found.high) == pytest.approx((60.0, 240.0), rel=0.3)


def test_too_few_worlds_say_nothing() -> None:
    rng = np.random.default_rng(1)
    assert break_even(np.arange(4.0), np.arange(4.0), (0.0, 3.0), rng=rng).says == "few"
    assert break_even(np.ones(9), np.arange(9.0), (0.0, 3.0), rng=rng).says == "few"


@pytest.mark.parametrize("direction", [1, -1])
def test_worlds_are_counted_by_the_smallest_difference_that_matters(direction) -> None:
    gain = np.array([30.0, 26.0, 25.9, 0.0, -1.0, -26.0, -40.0, -50.0])
    found = compare_pairs(
        np.zeros(8), direction * gain, direction=direction, effect_of_interest=26.0
    )
    assert (found.n_better, found.n_alike, found.n_worse) == (2, 3, 3)
    every = compare_pairs(np.zeros(8), direction * gain, direction=direction)
    assert (every.n_better, every.n_alike, every.n_worse) == (3, 1, 4)
