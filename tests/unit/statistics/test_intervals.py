"""Intervals hold as often as they say, at the pairs there are, whatever their shape."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from resilienza_sim.statistics import (
    TIED_FROM,
    bootstrap_ends,
    decided_at,
    mean_interval,
    mean_intervals,
    skewness,
)
from tests.laws import LAWS, PAIRS, equivalent_at_the_edge, missed

TRIALS = 4_000
NOISE = 3 * math.sqrt(0.05 * 0.95 / TRIALS)
# Six to ten of the most skewed differences do not show how skewed they are.
HARD = {("lognormal, σ = 1", 6): 0.075, ("lognormal, σ = 1", 10): 0.06}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("n", PAIRS)
def test_ninety_five_in_a_hundred_hold_from_six_pairs_on(name: str, n: int) -> None:
    d = LAWS[name](np.random.default_rng(7), (TRIALS, n))
    low, high = mean_intervals(d)
    allowed = HARD.get((name, n), 0.05) + NOISE
    assert missed(low, high) <= allowed
    for effect in (0.5, 1.0, 2.0, 4.0):
        assert equivalent_at_the_edge(low, high, effect * float(d.std())) <= allowed


@pytest.mark.parametrize("n", PAIRS)
def test_the_price_in_width_is_small_where_student_would_do(n: int) -> None:
    d = LAWS["normal"](np.random.default_rng(8), (TRIALS, n))
    low, high = mean_intervals(d)
    half = stats.t.ppf(0.975, n - 1) * d.std(axis=1, ddof=1) / math.sqrt(n)
    ratio = np.median((high - low) / (2 * half))
    assert 1.0 <= ratio <= {6: 2.2, 10: 1.35, 16: 1.12}.get(n, 1.05)


def test_it_is_never_narrower_than_scipy_s_student() -> None:
    rng = np.random.default_rng(3)
    for n in (6, 20, 200):
        d = rng.gamma(2.0, 1.0, n)
        asked = stats.ttest_1samp(d, 0.0).confidence_interval(0.95)
        low, high = mean_interval(d)
        assert low <= asked.low
        assert high >= asked.high
    mirrored = np.r_[1.0, 2.0, 4.0, -1.0, -2.0, -4.0]  # no skewness: Student's it is
    asked = stats.ttest_1samp(mirrored, 0.0).confidence_interval(0.95)
    assert mean_interval(mirrored) == pytest.approx((asked.low, asked.high))


@pytest.mark.parametrize("shape", ["normal", "exponential"])
def test_with_many_pairs_it_is_scipy_s_bca(shape: str) -> None:
    rng = np.random.default_rng(4)
    d = LAWS[shape](rng, (1, 600))[0]
    asked = stats.bootstrap((d,), np.mean, method="BCa", n_resamples=4_999, rng=rng)
    asked = asked.confidence_interval
    width = asked.high - asked.low
    assert mean_interval(d) == pytest.approx((asked.low, asked.high), abs=0.06 * width)


def test_with_few_pairs_bca_is_the_one_that_fails() -> None:
    rng = np.random.default_rng(5)
    d = LAWS["exponential"](rng, (300, 10))
    asked = stats.bootstrap((d,), np.mean, axis=1, n_resamples=999, method="BCa", rng=rng)
    bca = missed(asked.confidence_interval.low, asked.confidence_interval.high)
    assert bca > 0.08 > missed(*mean_intervals(d))


def test_it_turns_and_moves_with_the_differences() -> None:
    d = np.random.default_rng(6).gamma(1.0, 1.0, 12)
    low, high = mean_interval(d)
    assert mean_interval(-d) == pytest.approx((-high, -low))
    assert mean_interval(3.0 * d + 5.0) == pytest.approx((3.0 * low + 5.0, 3.0 * high + 5.0))
    rows = mean_intervals(np.array([d, -d]))
    assert rows[0] == pytest.approx([low, -high])


@pytest.mark.parametrize("few", [0, 1])
def test_what_seldom_differs_has_an_interval_from_fifty_pairs_on(few: int) -> None:
    d = np.zeros(TIED_FROM)
    d[:few] = 1.0
    assert np.isfinite(mean_interval(d)).all()
    assert np.isnan(mean_interval(d[: TIED_FROM - 1])).all()
    assert decided_at(d[: TIED_FROM - 1], -1.0, 1) == 1.0
    d[:2] = 1.0
    assert np.isfinite(mean_interval(d[:6])).all()


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_is_said_of_fewer_than_two(n: int) -> None:
    assert np.isnan(mean_interval(np.ones(n))).all()
    assert decided_at(np.ones(n), 0.0, 1) == 1.0
    assert math.isnan(skewness(np.ones(n)))


@pytest.mark.parametrize("side", [1, -1])
def test_what_is_decided_at_an_error_is_so_by_the_interval_of_that_error(side: int) -> None:
    d = side * np.random.default_rng(9).gamma(1.0, 1.0, 14)
    for value in (0.1, 0.4, 0.6):
        error = decided_at(d, side * value, side)
        assert 0.0 < error < 1.0
        low, high = mean_interval(d, 1.0 - error)
        assert (low if side > 0 else high) == pytest.approx(side * value)
    assert decided_at(d, side * 100.0, side) == 1.0


def test_expanded_percentiles_are_as_wide_as_student() -> None:
    rng = np.random.default_rng(10)
    d = rng.normal(size=10)
    means = rng.multinomial(10, np.full(10, 0.1), 200_000) @ d / 10
    low, high = bootstrap_ends(means, 10)
    half = stats.t.ppf(0.975, 9) * d.std(ddof=1) / math.sqrt(10)
    assert high - low == pytest.approx(2 * half, rel=0.08)
    usual = np.percentile(means, [2.5, 97.5])
    assert np.ptp(usual) < 0.88 * (high - low)
