"""A planted box is found by search; what is found is the best of its kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from resilienza_sim.experiments.analysis.boxes import Box, Search, accuracy, described, within
from resilienza_sim.experiments.analysis.space import Axis, Space

SPACE = Space(
    (
        Axis(name="a", low=10.0, high=100.0),
        Axis(name="b", low=1.0, high=100.0, log=True),
        Axis(name="c", options=("x", "y", "z")),
    )
)


def scattered(seed: int, n: int = 150) -> pd.DataFrame:
    return SPACE.points(qmc.LatinHypercube(3, rng=np.random.default_rng(seed)).random(n))


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed: int) -> None:
    points = scattered(seed)
    planted = Box({"a": (None, 60.0), "b": (8.0, None), "c": ("x", "z")})
    cases = within(SPACE, points, planted)
    inside, _, found = Search(SPACE, points, least=5).best(cases, np.ones(len(points)))
    assert (inside & cases).sum() / (inside | cases).sum() > 0.9
    assert found > 0.95 * accuracy(cases, cases, np.ones(len(points)))
    limits = described(SPACE, points, inside).limits
    assert limits["c"] == ("x", "z")
    assert limits["a"][1] == pytest.approx(60.0, abs=8.0)
    assert limits["b"][0] == pytest.approx(8.0, rel=0.35)


@pytest.mark.parametrize("seed", range(5))
def test_mistakes_here_and_there_hardly_move_it(seed: int) -> None:
    points, rng = scattered(seed), np.random.default_rng(seed)
    truth = within(SPACE, points, Box({"a": (30.0, 80.0), "b": (None, 20.0)}))
    cases = truth ^ (rng.random(len(points)) < 0.06)
    inside, _, found = Search(SPACE, points, least=8, density=0.6).best(cases, np.ones(len(points)))
    shared = (inside & truth).sum() / (inside | truth).sum()
    assert shared > 0.75
    assert found >= accuracy(truth, cases, np.ones(len(points))) - 0.015


def test_on_a_small_grid_no_box_of_all_is_better() -> None:
    """Every interval of two factors is tried: the search finds as good a one, or all but."""
    space = Space(SPACE.axes[:2])
    levels = np.linspace(0, 1, 6)
    points = space.points(np.array([(u, v) for u in levels for v in levels]))
    edges = [(i, j) for i in range(6) for j in range(i, 6)]
    column, row = np.arange(36) // 6, np.arange(36) % 6
    ratios = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        cases = rng.random(36) < np.where((column >= 2) & (row <= 3), 0.85, 0.15)
        weights = rng.uniform(0.5, 1.0, 36)
        every = [
            (column >= i) & (column <= j) & (row >= k) & (row <= m)
            for i, j in edges
            for k, m in edges
        ]
        best = max(accuracy(box, cases, weights) for box in every if box.sum() >= 3)
        ratios.append(Search(space, points, least=3).best(cases, weights)[2] / best)
    assert max(ratios) <= 1.0 + 1e-9
    assert np.mean(ratios) > 0.97
    assert min(ratios) > 0.85


def test_a_box_holds_the_points_and_the_density_asked_for() -> None:
    points, rng = scattered(1), np.random.default_rng(1)
    cases = rng.random(len(points)) < np.where(points["a"] < 40, 0.75, 0.3)
    weights = np.ones(len(points))
    inside, method, _ = Search(SPACE, points, least=12, density=0.7).best(cases, weights)
    assert method in ("prim", "cart")
    assert inside.sum() >= 12
    assert cases[inside].mean() >= 0.7


def test_what_holds_nowhere_more_has_no_box() -> None:
    points = scattered(2)
    everywhere = np.ones(len(points), np.bool_)
    assert Search(SPACE, points, least=5).best(everywhere, np.ones(len(points)))[1:] == ("", 0.0)


def test_heavy_points_count_more() -> None:
    points = scattered(3, 60)
    low, high = (points["a"] < 40).to_numpy(), (points["a"] > 70).to_numpy()
    weights = np.where(high, 1.0, 0.2)
    inside, _, _ = Search(SPACE, points, least=5).best(low | high, weights)
    assert inside[high].mean() > 0.9
    weights = np.where(low, 1.0, 0.2)
    inside, _, _ = Search(SPACE, points, least=5).best(low | high, weights)
    assert inside[low].mean() > 0.9


def test_accuracy_is_coverage_and_density_in_one() -> None:
    cases = np.array([True, True, True, False, False, False, False, False])
    inside = np.array([True, True, False, True, False, False, False, False])
    assert accuracy(inside, cases, np.ones(8)) == pytest.approx(3 / 8 * (2 / 3 - 3 / 8))
    assert accuracy(~inside & inside, cases, np.ones(8)) == 0.0


def test_the_box_around_points_names_no_end_that_shuts_nothing_out() -> None:
    corners = np.array([(u, v, w) for u in (0, 0.4, 1) for v in (0, 1) for w in (0, 0.5, 0.9)])
    points = SPACE.points(corners)
    inside = (points["a"] <= 50).to_numpy()
    box = described(SPACE, points, inside)
    assert set(box.limits) == {"a"}
    assert box.limits["a"][0] is None
    assert (within(SPACE, points, box) == inside).all()
