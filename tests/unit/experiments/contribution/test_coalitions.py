"""Known answers of Shapley values, in full and from sampled orders."""

from __future__ import annotations

from itertools import permutations as every_order

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.experiments.contribution.coalitions import (
    interactions,
    permutations,
    prefixes,
    sampled,
    shapley,
)


def game(n: int, gain) -> np.ndarray:
    """Return what every coalition gains, from a function of the set of its players."""
    masks = range(1 << n)
    return np.array([[gain({i for i in range(n) if mask >> i & 1}) for mask in masks]], float)


def by_definition(values: np.ndarray) -> np.ndarray:
    """Return the mean of what each player adds, over every order."""
    n = values.shape[1].bit_length() - 1
    total = np.zeros((len(values), n))
    orders = list(every_order(range(n)))
    for order in orders:
        before = 0
        for player in order:
            after = before | 1 << player
            total[:, player] += values[:, after] - values[:, before]
            before = after
    return total / len(orders)


def random_game(n: int, games: int = 1, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(games, 1 << n))


def test_an_additive_game_gives_each_player_its_weight() -> None:
    weights = np.array([3.0, -1.0, 0.5, 7.0])
    found = shapley(game(4, lambda s: sum(weights[list(s)])))
    np.testing.assert_allclose(found[0], weights, atol=1e-12)


@pytest.mark.parametrize("needed", [{0}, {0, 2}, {1, 2, 3}, {0, 1, 2, 3, 4}])
def test_a_unanimity_game_is_shared_by_those_it_needs(needed: set[int]) -> None:
    found = shapley(game(5, lambda s: float(needed <= s)))[0]
    wanted = [1 / len(needed) if i in needed else 0.0 for i in range(5)]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_the_glove_game() -> None:
    # One left glove, two right ones: a pair is worth 1.
    found = shapley(game(3, lambda s: float(0 in s and bool(s & {1, 2}))))[0]
    np.testing.assert_allclose(found, [2 / 3, 1 / 6, 1 / 6], atol=1e-12)


def test_a_dummy_gets_nothing_and_equals_get_the_same() -> None:
    found = shapley(game(4, lambda s: len(s - {3}) ** 2 * 1.7))[0]
    assert found[3] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(found[:3], found[0], atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_it_is_the_mean_over_every_order(n: int) -> None:
    values = random_game(n, 4)
    np.testing.assert_allclose(shapley(values), by_definition(values), atol=1e-12)


@given(st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_values_sum_to_what_all_gain(n: int, seed: int) -> None:
    values = random_game(n, 3, seed)
    np.testing.assert_allclose(
        shapley(values).sum(axis=1), values[:, -1] - values[:, 0], atol=1e-10
    )


def test_values_of_a_sum_of_games_are_the_sum_of_their_values() -> None:
    one, other = random_game(4, seed=1), random_game(4, seed=2)
    np.testing.assert_allclose(
        shapley(2 * one - other), 2 * shapley(one) - shapley(other), atol=1e-12
    )


def test_coalitions_must_be_all_of_them() -> None:
    with pytest.raises(ValueError, match="6 coalitions"):
        shapley(np.zeros((1, 6)))


def test_interactions_are_zero_where_gains_add_up() -> None:
    _, found = interactions(game(4, lambda s: sum(s) + 1.0))
    np.testing.assert_allclose(found, 0.0, atol=1e-12)


def test_interactions_of_known_games() -> None:
    pairs, found = interactions(game(3, lambda s: float({0, 2} <= s)))
    assert dict(zip(pairs, found[0], strict=True)) == pytest.approx(
        {(0, 1): 0.0, (0, 2): 1.0, (1, 2): 0.0}
    )
    # Two who do the same work: the second adds nothing.
    pairs, found = interactions(game(2, lambda s: float(bool(s))))
    assert found[0, 0] == pytest.approx(-1.0)
    # All three are needed: Grabisch & Roubens give 1/(n-1) to every couple of a unanimity of n.
    _, found = interactions(game(3, lambda s: float(len(s) == 3)))
    np.testing.assert_allclose(found, 0.5, atol=1e-12)


def test_orders_come_with_their_reverse() -> None:
    orders = permutations(6, 10, np.random.default_rng(1))
    assert orders.shape == (10, 6)
    np.testing.assert_array_equal(orders[1::2], orders[0::2, ::-1])
    assert all(sorted(row) == list(range(6)) for row in orders.tolist())
    for odd in (0, 1, 7):
        with pytest.raises(ValueError, match="cannot be paired"):
            permutations(4, odd, np.random.default_rng(1))


def test_prefixes_are_the_coalitions_met() -> None:
    assert prefixes(np.array([[2, 0, 1]])).tolist() == [[0, 4, 5, 7]]


def test_every_order_gives_the_exact_value() -> None:
    values = random_game(4)
    half = [order for order in every_order(range(4)) if order < order[::-1]]
    orders = np.array([way for order in half for way in (order, order[::-1])])
    assert len(orders) == 24
    mean, _ = sampled(orders, dict(enumerate(values[0].tolist())))
    np.testing.assert_allclose(mean, shapley(values)[0], atol=1e-12)


@given(st.integers(2, 8), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_sampled_values_sum_to_what_all_gain_too(n: int, half: int, seed: int) -> None:
    values = random_game(n, seed=seed)[0]
    orders = permutations(n, 2 * half, np.random.default_rng(seed))
    mean, variance = sampled(orders, dict(enumerate(values.tolist())))
    assert mean.sum() == pytest.approx(values[-1] - values[0])
    assert np.isnan(variance).all() == (half == 1)


def test_the_exact_value_lies_within_the_interval_of_sampling() -> None:
    # 300 samples of 40 halves: the normal interval holds the value about 95 times of 100.
    values = random_game(6, seed=3)
    known, exact = dict(enumerate(values[0].tolist())), shapley(values)[0]
    held = []
    for draw in range(300):
        mean, variance = sampled(permutations(6, 80, np.random.default_rng([7, draw])), known)
        held.append(np.abs(mean - exact) <= 1.96 * np.sqrt(variance))
    assert 0.92 <= np.mean(held) <= 0.98


def test_reversed_orders_help_where_gains_bend_the_same_way() -> None:
    # With v = |S|^2 an order and its reverse average to the exact value: no variance is left.
    known = {mask: float(mask.bit_count() ** 2) for mask in range(1 << 7)}
    mean, variance = sampled(permutations(7, 6, np.random.default_rng(1)), known)
    np.testing.assert_allclose(mean, 7.0)
    np.testing.assert_allclose(variance, 0.0, atol=1e-20)
