from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from resilienza_sim.statistics import (
    TIED_FROM,
    PairedComparison,
    compare_pairs,
    errors_of,
    holm,
    judged_together,
    mean_interval,
    restricted,
    side,
    tail,
    variance_shares,
    verdict,
)


def compared(old: object, new: object, **options: object) -> PairedComparison:
    options = {"direction": -1, **options}
    return compare_pairs(np.asarray(old, float), np.asarray(new, float), **options)


def test_known_answers() -> None:
    old = [10.0, 12, 14, 16, 18, 20]
    new = [9.0, 10, 14, 13, 14, 21]
    found = compared(old, new, effect_of_interest=0.5, p_values=True)
    d = np.subtract(new, old)
    assert found.mean_difference == pytest.approx(-1.5)
    assert found.median_difference == -1.5
    assert found.relative == pytest.approx(-0.1)
    assert found.dz == pytest.approx(d.mean() / d.std(ddof=1))
    assert found.p_better == pytest.approx((4 + 0.5) / 6)
    above = [(b > a) + 0.5 * (b == a) for a, b in itertools.product(old, new)]
    assert found.a12 == pytest.approx(np.mean(above))
    assert found.correlation == pytest.approx(stats.pearsonr(old, new).statistic)
    assert found.p_value == pytest.approx(stats.wilcoxon(d).pvalue)
    assert (found.n, found.dropped) == (6, 0)
    assert found.skewness == pytest.approx(stats.skew(d, bias=False))
    assert found.decided_at == 1.0
    assert (found.median_low, found.median_high) == (-4.0, 1.0)


def test_the_interval_is_that_of_the_differences() -> None:
    rng = np.random.default_rng(3)
    old, shift = rng.normal(20, 3, 60), rng.gamma(2, 1, 60)
    found = compared(old, old + shift, effect_of_interest=1.0)
    assert (found.low, found.high) == mean_interval((old + shift) - old)
    assert found.verdict == "worse"
    assert 0.0 < found.decided_at < 0.05
    looked = compared(old, old + shift, family=1)
    four = compared(old, old + shift, family=4)
    assert four.low < looked.low < found.low < found.high < looked.high < four.high


def test_a12_agrees_with_mannwhitneyu() -> None:
    rng = np.random.default_rng(4)
    old, new = rng.integers(0, 9, 40).astype(float), rng.integers(1, 10, 40).astype(float)
    asked = stats.mannwhitneyu(new, old).statistic / 1600
    assert compared(old, new).a12 == pytest.approx(asked)


@pytest.mark.parametrize("value", [0.0, -2.0, 0.1])
def test_equal_differences_are_an_exact_value_from_fifty_pairs_on(value: float) -> None:
    old = np.linspace(1, 2, TIED_FROM)
    found = compared(old, old + value, effect_of_interest=1.0)
    assert found.low == pytest.approx(value)
    assert found.high == pytest.approx(value)
    assert math.isnan(found.dz)
    assert found.verdict == ("better" if value == -2 else "equivalent")
    assert found.decided_at == 0.0
    fewer = compared(old[1:], old[1:] + value, effect_of_interest=1.0)
    assert math.isnan(fewer.low)
    assert (fewer.verdict, fewer.decided_at) == ("undecided", 1.0)
    assert fewer.mean_difference == pytest.approx(value)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_too_few_pairs_give_no_verdict(n: int) -> None:
    old = np.arange(n, dtype=float)
    found = compared(old, old - 10 - old**2, effect_of_interest=0.1)
    assert found.verdict == "undecided"
    assert found.n == n
    assert math.isnan(found.low) == (n < 2)
    assert math.isnan(found.mean_difference) == (n == 0)


def test_undefined_values_drop_their_pair() -> None:
    found = compared([1, np.nan, 3, 4], [2, 2, np.nan, 6])
    assert (found.n, found.dropped, found.mean_difference) == (2, 2, 1.5)
    nothing = compared([np.nan], [np.nan])
    assert (nothing.n, nothing.dropped, nothing.verdict) == (0, 1, "undecided")


def test_direction_turns_the_share_of_better_pairs_and_the_verdict() -> None:
    old = np.arange(10.0)
    new = old + 2 + old / 10
    assert compared(old, new, direction=1, effect_of_interest=1).verdict == "better"
    assert compared(old, new, direction=1).p_better == 1.0
    assert compared(old, new, direction=-1, effect_of_interest=1).verdict == "worse"
    assert compared(old, new, direction=-1).p_better == 0.0
    neither = compared(old, new, direction=0)
    assert neither.verdict == "undecided"
    assert math.isnan(neither.p_better)


@pytest.mark.parametrize(
    ("interval", "effect", "said"),
    [
        ((1.0, 2.0), 1.0, "better"),
        ((0.9, 2.0), 1.0, "undecided"),
        ((-2.0, -1.0), 1.0, "worse"),
        ((-0.9, 0.5), 1.0, "equivalent"),
        ((-1.0, 0.5), 1.0, "undecided"),
        ((0.1, 0.5), 1.0, "equivalent"),
        ((0.1, 0.5), None, "better"),
        ((0.0, 0.0), None, "equivalent"),
        ((-0.1, 0.1), 0.0, "undecided"),
        ((math.nan, math.nan), 1.0, "undecided"),
    ],
)
def test_the_verdict_is_read_from_the_interval(
    interval: tuple[float, float], effect: float | None, said: str
) -> None:
    assert verdict(30, interval, 1, effect) == said
    mirrored = {"better": "worse", "worse": "better"}.get(said, said)
    assert verdict(30, interval, -1, effect) == mirrored
    assert verdict(5, interval, 1, effect) == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.1, 2.0, 1), (-2.0, -0.1, -1), (-1.0, 1.0, 0), (0.0, 1.0, 0), (math.nan, math.nan, 0)],
)
def test_an_interval_lies_on_one_side_of_zero_or_on_none(
    low: float, high: float, found: int
) -> None:
    assert side(low, high) == found


def test_censored_times_are_cut_at_the_end_of_observation() -> None:
    values = np.array([3.0, np.nan, 7.0, np.nan, 20.0])
    flags = np.array([False, True, False, False, False])
    times, beyond = restricted(values, flags, 12.0)
    assert times[:3].tolist() == [3, 12, 7]
    assert math.isnan(times[3])  # undefined is not the same as late
    assert times[4] == 12
    assert beyond.tolist() == [False, True, False, False, True]
    unknown, _ = restricted(values, flags, None)
    assert math.isnan(unknown[1])
    carried, _ = restricted(np.array([5.0, 9.0]), np.array([True, True]), None)
    assert carried.tolist() == [5, 5]
    untouched, _ = restricted(values, np.zeros(5, dtype=bool), 12.0)
    assert untouched[4] == 20


def test_a_censored_comparison_is_that_of_restricted_means() -> None:
    old = np.array([10.0, np.nan, np.nan, 8, 9, 30])
    new = np.array([5.0, 20, np.nan, 8, 7, 29])
    late = (np.isnan(old), np.isnan(new))
    found = compared(old, new, censored=late, horizon=40, effect_of_interest=1)
    assert found.n == 6
    assert found.censored == 3
    assert found.mean_difference == pytest.approx(np.mean([-5, -20, 0, 0, -2, -1]))
    assert found.p_better == pytest.approx((4 + 1) / 6)


def test_arms_mostly_censored_are_never_equivalent() -> None:
    late = np.arange(TIED_FROM) < 30
    times = np.where(late, np.nan, 3.0)
    options = {"horizon": 40, "effect_of_interest": 1}
    assert compared(times, times, censored=(late, late), **options).verdict == "undecided"
    late[1:30], times[1:30] = False, 3.0
    assert compared(times, times, censored=(late, late), **options).verdict == "equivalent"


def test_holm() -> None:
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.5])
    corrected = holm(p)
    assert corrected[[0, 2, 3, 4]] == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert math.isnan(corrected[1])


def test_the_tail_is_on_the_bad_side() -> None:
    values = np.r_[np.arange(101.0), np.nan]
    assert tail(values, -1) == 90
    assert tail(values, 1) == 10
    assert math.isnan(tail(np.array([np.nan]), 1))


def test_variance_is_shared_out() -> None:
    chance, arms = np.array([[0.0], [2.0], [4.0]]), np.array([[0.0, 1.0]])
    assert variance_shares(chance + 0 * arms) == pytest.approx((1, 0, 0))
    assert variance_shares(0 * chance + arms) == pytest.approx((0, 1, 0))
    replicate, arm, rest = variance_shares(chance + arms)
    assert replicate + arm == pytest.approx(1)
    assert rest == pytest.approx(0, abs=1e-12)
    assert all(math.isnan(share) for share in variance_shares(0 * chance + 0 * arms))
    assert all(math.isnan(share) for share in variance_shares(chance))


def test_what_is_found_by_looking_is_told_only_if_it_stands_with_all_the_rest() -> None:
    """No arm differs from another in any of thirty metrics: how often does a study say so?"""
    rng = np.random.default_rng(12)
    alone, together = 0, 0
    for _ in range(150):
        values = rng.normal(size=(4, 30, 16))  # arms, metrics, pairs; the first is the baseline
        d = (values[1:] - values[0]).reshape(-1, 16)
        error = np.minimum(errors_of(d, 0.0, 1), errors_of(d, 0.0, -1))
        told = ["better" if each <= 0.05 else "undecided" for each in error]
        alone += "better" in told
        together += "better" in judged_together(told, error)
    assert alone > 120  # of 150
    assert together <= 13  # 5 %, and two standard errors of it


def test_a_clear_verdict_survives_any_company() -> None:
    told = judged_together(["better", "worse", "undecided"], np.array([1e-6, 0.04, 1.0]))
    assert told == ["better", "undecided", "undecided"]
    assert judged_together([], np.array([])) == []
