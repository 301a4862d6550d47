"""Known distributions and shifts: what is promised of the looks, and every edge of a decision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from resilienza_sim import statistics
from resilienza_sim.statistics import (
    SKEWED_BEYOND,
    SURE_FROM,
    Enough,
    Sureness,
    anytime_half_width,
    compare_pairs,
    pairs_needed,
)
from resilienza_sim.statistics.intervals import skewnesses, widest

STUDIES, MOST = 4_000, 200
LOOKS = np.arange(SURE_FROM, MOST + 1, 10)


def _samples(name: str, rng: np.random.Generator) -> np.ndarray:
    """Return studies of mean 0 and deviation 1, shape (STUDIES, MOST)."""
    shape = (STUDIES, MOST)
    if name == "normal":
        return rng.normal(size=shape)
    if name == "student":
        return rng.standard_t(3, size=shape) / np.sqrt(3)
    if name == "exponential":
        return rng.exponential(size=shape) - 1
    law = stats.lognorm({"lognormal": 0.5, "very skewed": 1.0}[name])
    return (law.rvs(size=shape, random_state=rng) - law.mean()) / law.std()


def _at_looks(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the means and the deviations at each look, shape (STUDIES, looks)."""
    n = np.arange(1, MOST + 1)
    mean = np.cumsum(values, axis=1) / n
    square = np.cumsum(values**2, axis=1) - n * mean**2
    spread = np.sqrt(square[:, 1:] / (n[1:] - 1))
    return mean[:, LOOKS - 1], spread[:, LOOKS - 2]


def _ends(values: np.ndarray, family: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval at each look, shape (STUDIES, looks)."""
    found = []
    for n in LOOKS:
        d = values[:, :n]
        reach = float(anytime_half_width(int(n), 1.0, 1 - 0.05 / family))
        found.append(widest(d.mean(axis=1), d.std(axis=1, ddof=1), skewnesses(d), reach, int(n)))
    return tuple(np.stack(each, axis=1) for each in zip(*found, strict=True))


@pytest.mark.parametrize("name", ["normal", "student", "exponential", "lognormal", "very skewed"])
def test_all_looks_together_cover_as_the_module_says(name: str) -> None:
    values = _samples(name, np.random.default_rng(1))
    low, high = _ends(values)
    assert 1 - ((low > 0) | (high < 0)).any(axis=1).mean() >= 0.965
    mean, spread = _at_looks(values)
    usual = np.abs(mean) > stats.t.ppf(0.975, LOOKS - 1) * spread / np.sqrt(LOOKS)
    assert 1 - usual.any(axis=1).mean() < 0.86  # what the usual interval would be worth


def test_a_family_of_comparisons_holds_together_at_every_look() -> None:
    """Three arms and two metrics: how often is any of six intervals ever wrong?"""
    rng = np.random.default_rng(8)
    wrong, alone = np.zeros(STUDIES // 4, bool), np.zeros(STUDIES // 4, bool)
    for _ in range(6):
        values = rng.normal(size=(STUDIES // 4, MOST))
        low, high = _ends(values, 6)
        wrong |= ((low > 0) | (high < 0)).any(axis=1)
        mean, spread = _at_looks(values)
        usual = np.abs(mean) > stats.t.ppf(0.975, LOOKS - 1) * spread / np.sqrt(LOOKS)
        alone |= usual.any(axis=1)
    assert wrong.mean() <= 0.05
    assert alone.mean() > 0.5


def test_the_guarantee_holds_from_the_second_value_at_every_single_value() -> None:
    """Not only at the looks: for normal values the bound is on all of them together."""
    values = np.random.default_rng(2).normal(size=(STUDIES, 400))
    n = np.arange(1, 401)
    mean = np.cumsum(values, axis=1) / n
    spread = np.sqrt((np.cumsum(values**2, axis=1) - n * mean**2)[:, 1:] / (n[1:] - 1))
    half = anytime_half_width(n[1:].astype(float), spread)
    missed = (np.abs(mean[:, 1:]) > half).any(axis=1).mean()
    assert 0.005 < missed < 0.05  # a bound, and not an empty one


@pytest.mark.parametrize("name", ["normal", "student", "lognormal", "very skewed"])
def test_a_difference_that_is_just_the_smallest_effect_is_seldom_called_less(name: str) -> None:
    """The worst case for "equivalent", and for "better" than a difference that just falls short."""
    effect = 0.5
    low, high = _ends(_samples(name, np.random.default_rng(3)) + effect)
    assert ((low > -effect) & (high < effect)).any(axis=1).mean() <= 0.03
    assert (low >= effect).any(axis=1).mean() <= 0.025


def test_half_width_inverts_the_mixture_t_test() -> None:
    """Against the evidence itself: the average of noncentral t densities over N(0, g) effects."""
    n, alpha = 20, 0.05
    g = anytime_g()
    half = float(anytime_half_width(n, 1.0))
    t = half * np.sqrt(n)
    effects = np.linspace(-8 * np.sqrt(g), 8 * np.sqrt(g), 4001)
    density = stats.nct.pdf(t, n - 1, effects * np.sqrt(n))
    average = np.trapezoid(density * stats.norm.pdf(effects, scale=np.sqrt(g)), effects)
    assert average / stats.t.pdf(t, n - 1) == pytest.approx(1 / alpha, rel=1e-4)


def anytime_g() -> float:
    """Return g such that the interval is narrowest, against Student's, near 100 values."""
    return float(-2 * np.log(0.05) + np.log(1 - 2 * np.log(0.05))) / 100


def test_half_width_falls_with_n_and_is_infinite_for_a_handful() -> None:
    n = np.arange(2, 2_000, dtype=float)
    half = anytime_half_width(n, 1.0)
    assert np.isinf(half[:5]).all()
    assert np.isfinite(half[20:]).all()
    finite = half[np.isfinite(half)]
    assert (np.diff(finite) < 0).all()
    ratio = anytime_half_width(100, 1.0) / (stats.t.ppf(0.975, 99) / 10)
    assert 1.5 < ratio < 1.65


def test_pairs_needed_is_where_the_half_width_crosses() -> None:
    wanted = 0.13
    root = optimize.brentq(lambda n: anytime_half_width(n, 2.0) - wanted, 100, 1e5)
    assert _needed(wanted, 2.0) == np.ceil(root)
    assert _needed(1e-9, 2.0) == np.inf
    assert _needed(0.0, 2.0) == np.inf


def judge(old: np.ndarray, new: np.ndarray, **options: Any) -> Sureness:
    """Ask what is meant by enough in so many words."""
    enough = {name: options.pop(name) for name in Enough._fields if name in options}
    return statistics.judge(old, new, enough=Enough(**enough), **options)


def _needed(half: float, spread: float) -> float:
    return pairs_needed(lambda n: bool(anytime_half_width(n, spread) <= half))


def _pairs(n: int, shift: float, spread: float = 1.0, seed: int = 4) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n // 2)
    noise = np.r_[noise, -noise, np.zeros(n % 2)]  # not skewed
    noise = spread * (noise - noise.mean()) / noise.std(ddof=1)
    old = rng.normal(20, 5, size=n)
    return old, old + shift + noise


def test_verdicts_and_their_reasons() -> None:
    def said(shift: float, **more: object) -> tuple[str, str]:
        old, new = _pairs(60, shift)
        found = judge(old, new, direction=-1, effect_of_interest=1.0, **more)
        return found.verdict, found.why

    assert said(-3.0) == ("better", "verdict")
    assert said(3.0) == ("worse", "verdict")
    assert said(0.0) == ("equivalent", "verdict")
    assert said(-1.1) == ("undecided", "")
    assert said(-1.1, half_width=0.5) == ("undecided", "narrow")
    assert said(-3.0, half_width=0.1, decided=False) == ("better", "")


def test_the_interval_is_wider_than_the_usual_one_and_around_the_same_mean() -> None:
    old, new = _pairs(80, -1.0)
    sure = judge(old, new, direction=-1, effect_of_interest=0.5)
    usual = compare_pairs(old, new, direction=-1, effect_of_interest=0.5)
    assert sure.mean_difference == usual.mean_difference
    assert sure.low < usual.low < usual.high < sure.high
    family = judge(old, new, direction=-1, effect_of_interest=0.5, family=6)
    assert family.low < sure.low < sure.high < family.high
    assert family.family == 6


def test_more_pairs_is_what_it_would_take_if_nothing_changed() -> None:
    old, new = _pairs(60, -1.4)
    found = judge(old, new, direction=-1, effect_of_interest=1.0)
    total = 60 + int(found.more_pairs)
    assert found.more_pairs > 0
    same = judge(*_pairs(total, -1.4), direction=-1, effect_of_interest=1.0)
    fewer = judge(*_pairs(total - 1, -1.4), direction=-1, effect_of_interest=1.0)
    assert same.verdict == "better"
    assert same.more_pairs == 0
    assert fewer.verdict == "undecided"


def test_more_pairs_counts_the_share_of_pairs_that_are_defined() -> None:
    old, new = _pairs(60, -1.4)
    holed = np.concatenate([new, np.full(60, np.nan)])
    whole = judge(old, new, direction=-1, effect_of_interest=1.0)
    half = judge(np.tile(old, 2), holed, direction=-1, effect_of_interest=1.0)
    assert (half.n, half.dropped) == (60, 60)
    assert half.more_pairs == 2 * whole.more_pairs


def test_nothing_is_sure_below_fifty_pairs() -> None:
    old, new = _pairs(SURE_FROM - 1, -30.0)
    found = judge(old, new, direction=-1, effect_of_interest=1.0, half_width=100.0)
    assert (found.verdict, found.sure, found.more_pairs) == ("undecided", False, 1.0)
    old, new = _pairs(SURE_FROM, -30.0)
    assert judge(old, new, direction=-1, effect_of_interest=1.0).sure


def test_constant_differences() -> None:
    old = np.arange(50.0)

    def said(shift: float) -> str:
        return judge(old, old + shift, direction=1, effect_of_interest=0.5).verdict

    assert [said(1.0), said(-1.0), said(0.0), said(0.2)] == [
        "better",
        "worse",
        "equivalent",
        "equivalent",
    ]
    few = judge(old[:20], old[:20] + 1.0, direction=1, effect_of_interest=0.5)
    assert few.more_pairs == 30
    equal = judge(old, old, direction=1)
    assert equal.verdict == "equivalent"


def test_undefined_everywhere_keeps_nobody_waiting() -> None:
    nothing = np.full(50, np.nan)
    found = judge(np.arange(50.0), nothing, direction=1, effect_of_interest=1.0)
    assert (found.n, found.sure, found.waits) == (0, False, False)
    assert np.isnan(found.more_pairs)
    early = judge(np.arange(5.0), nothing[:5], direction=1)
    assert early.waits


def test_too_few_values_give_no_estimate() -> None:
    old, new = _pairs(5, -3.0)
    found = judge(old, new, direction=-1, effect_of_interest=1.0)
    assert np.isnan(found.more_pairs)
    assert found.waits
    for n in (0, 1, 2):
        assert not judge(old[:n], new[:n], direction=-1).sure


def test_a_metric_without_a_better_side_is_sure_only_when_narrow() -> None:
    old, new = _pairs(60, -3.0)
    found = judge(old, new, direction=0)
    assert (found.why, found.more_pairs) == ("", np.inf)
    assert judge(old, new, direction=0, half_width=0.5).why == "narrow"
    more = judge(old, new, direction=0, half_width=0.2).more_pairs
    assert 60 + more == _needed(0.2, 1.0)


def test_a_difference_at_the_very_edge_is_never_decided() -> None:
    old, new = _pairs(60, -1.0)
    found = judge(old, new, direction=-1, effect_of_interest=abs((new - old).mean()))
    assert found.more_pairs == np.inf


def test_censored_times_are_cut_and_never_equivalent_when_half_are_unknown() -> None:
    rng = np.random.default_rng(5)
    old, new = np.full(60, 40.0), np.full(60, 40.0)
    old[:10], new[:10] = rng.uniform(10, 12, 10), rng.uniform(10, 12, 10)
    beyond = np.arange(60) >= 10
    given = {"direction": -1, "effect_of_interest": 4.0}
    found = judge(old, new, censored=(beyond, beyond), **given)
    assert (found.verdict, found.censored) == ("undecided", 100)
    assert found.more_pairs == np.inf
    assert judge(old, new, **given).verdict == "equivalent"
    blank = judge(
        old, np.where(beyond, np.nan, new), censored=(beyond, beyond), horizon=40, **given
    )
    assert blank.n == 60


def test_very_uneven_differences_are_told_to_be_so() -> None:
    rng = np.random.default_rng(6)
    old = rng.normal(size=100)
    uneven = judge(old, old + rng.lognormal(0, 1.5, size=100), direction=1, effect_of_interest=1.0)
    assert uneven.skewness > SKEWED_BEYOND
    assert abs(judge(*_pairs(100, 1.0), direction=1).skewness) < 1.0
    assert np.isnan(judge(old, old, direction=1).skewness)
