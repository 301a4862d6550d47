"""Points of a design: how many, how balanced, the same every time; values and their places."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.design import (
    MORRIS_LEVELS,
    SCENARIO,
    count,
    fewest,
    place,
    problem,
    unit_points,
    values_of,
)
from resilienza_sim.experiments.experiment import Factor
from tests.invented_sweep import chosen, experiment, listed, ranged

SAMPLED = ("latin_hypercube", "sobol", "saltelli", "morris")
RANGES = [ranged("a"), ranged("b", 10, 20), ranged("c", 0.01, 100, scale="log")]


def factor(**fields) -> Factor:
    return Factor.model_validate(ranged("a", **fields))


# -- how many ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asked", "second", "expected"),
    [
        ("latin_hypercube", 37, False, 37),
        ("sobol", 37, False, 37),
        ("saltelli", 16, False, 16 * (3 + 2)),
        ("saltelli", 16, True, 16 * (2 * 3 + 2)),
        ("saltelli", 17, False, 32 * (3 + 2)),  # Sobol's sequence is balanced at powers of two
        ("morris", 7, False, 7 * (3 + 1)),
    ],
)
def test_points_are_as_many_as_the_design_says(
    kind: str, asked: int, second: bool, expected: int
) -> None:
    told = experiment(*RANGES, kind=kind, points=asked, design={"second_order": second})
    assert len(values_of(told)) == expected
    both = values_of(told.model_copy(update={"scenarios": ("town", "other")}))
    assert both[SCENARIO].tolist() == ["town"] * expected + ["other"] * expected
    first, last = both.iloc[:expected], both.iloc[expected:].reset_index(drop=True)
    assert np.array_equal(first.drop(columns=SCENARIO), last.drop(columns=SCENARIO))
    assert both.index.tolist() == list(range(2 * expected))
    assert both.index.name == "point"


def test_factorial_has_every_combination_once() -> None:
    told = experiment(
        ranged("a", steps=4), listed("b", 1, 2, 3), chosen("c", "no", "yes"), kind="factorial"
    )
    table = values_of(told)
    assert unit_points(told) is None
    assert len(table) == 4 * 3 * 2 == len(table.drop_duplicates())
    assert sorted(set(table["a"])) == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_of_a_list_some_points_are_drawn_in_its_order() -> None:
    factors = (ranged("a", steps=4), listed("b", 1, 2, 3))
    every = values_of(experiment(*factors, kind="factorial"))
    some = values_of(experiment(*factors, kind="factorial", points=5))
    assert len(some) == 5
    places = [every.index[(every == row).all(axis=1)][0] for _, row in some.iterrows()]
    assert places == sorted(set(places))
    assert places != list(range(5)), "not simply the first"
    assert some.equals(values_of(experiment(*factors, kind="factorial", points=5)))


def test_table_is_taken_as_it_is() -> None:
    rows = [{"a": 0.25, "b": "no"}, {"a": 0.75, "b": "yes"}, {"a": 0.25, "b": "yes"}]
    told = experiment(ranged("a"), chosen("b", "no", "yes"), kind="table", design={"table": rows})
    assert unit_points(told) is None
    assert values_of(told)[["a", "b"]].to_dict("records") == rows


@pytest.mark.parametrize("kind", ["factorial", *SAMPLED])
def test_without_factors_there_is_one_point(kind: str) -> None:
    assert values_of(experiment(kind=kind)).to_dict("records") == [{SCENARIO: "town"}]


# -- how balanced ------------------------------------------------------------------------------


def test_latin_hypercube_has_one_point_in_every_row_of_every_factor() -> None:
    sample = unit_points(experiment(*RANGES, kind="latin_hypercube", points=50))
    assert sample is not None
    cells = np.sort((sample * 50).astype(int), axis=0)
    assert (cells == np.arange(50)[:, None]).all()


def test_sobol_fills_the_cube_better_than_chance() -> None:
    sample = unit_points(experiment(*RANGES, kind="sobol", points=128))
    assert sample is not None
    random = np.random.default_rng(1).random(sample.shape)
    assert qmc.discrepancy(sample) < qmc.discrepancy(random) / 3


def test_saltelli_changes_one_factor_at_a_time_between_two_samples() -> None:
    sample = unit_points(experiment(*RANGES, kind="saltelli", points=8))
    assert sample is not None
    for block in sample.reshape(8, 5, 3):
        first, *crossed, second = block
        for j, row in enumerate(crossed):
            expected = first.copy()
            expected[j] = second[j]
            assert np.array_equal(row, expected)


def test_morris_walks_one_factor_at_a_time_by_two_thirds() -> None:
    sample = unit_points(experiment(*RANGES, kind="morris", points=12))
    assert sample is not None
    assert set(np.unique(sample)) == {0.0, 1 / 3, 2 / 3, 1.0}, "to the last digit"
    for walk in sample.reshape(12, 4, 3):
        steps = np.abs(np.diff(walk, axis=0))
        assert sorted(steps.argmax(axis=1)) == [0, 1, 2]
        assert np.count_nonzero(steps) == 3
        assert steps.max(axis=1) == pytest.approx([MORRIS_LEVELS / (2 * (MORRIS_LEVELS - 1))] * 3)


@pytest.mark.parametrize("n", range(2, 13))
def test_every_step_of_morris_changes_a_listed_value_by_as_much(n: int) -> None:
    told = experiment(listed("a", *range(n)), ranged("b", 1, n, whole=True), points=60)
    table = values_of(told)
    for name in ("a", "b"):
        walks = table[name].to_numpy(float).reshape(60, 3)
        moved = np.abs(np.diff(walks, axis=1)).max(axis=1)
        assert set(moved) == {float(round(2 * (n - 1) / 3))}
        seen = Counter(table[name])
        assert {min(seen), max(seen)} == {table[name].min(), table[name].max()}
        assert table[name].max() - table[name].min() == n - 1, "both ends are reached"


def test_levels_are_drawn_as_often_as_one_another() -> None:
    told = experiment(
        listed("a", 1, 2, 3), chosen("b", "p", "q", "r", "s"), kind="latin_hypercube", points=120
    )
    table = values_of(told)
    assert set(Counter(table["a"]).values()) == {40}
    assert set(Counter(table["b"]).values()) == {30}


# -- the same every time -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", SAMPLED)
def test_same_experiment_same_points(kind: str) -> None:
    told = experiment(*RANGES, kind=kind, points=16)
    np.random.seed(5)  # noqa: NPY002  # global chance plays no part
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = values_of(told)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    pd.testing.assert_frame_equal(first, values_of(told))
    other = values_of(told.model_copy(update={"seed": 2}))
    assert not first.equals(other)


def test_problem_is_the_unit_cube() -> None:
    assert problem(experiment(*RANGES)) == {
        "num_vars": 3,
        "names": ["a", "b", "c"],
        "bounds": [[0.0, 1.0]] * 3,
    }


# -- from a place in the span to a value, and back ---------------------------------------------

UNIT = st.floats(0, 1)


@given(u=UNIT, low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6))
def test_range_is_linear(u: float, low: float, width: float) -> None:
    made = factor(low=low, high=low + width)
    value = made.at(u)
    assert low <= value <= low + width + 1e-9 * (abs(low) + width)  # type: ignore[operator]
    assert made.at(0) == low
    assert place(made, value) == pytest.approx(u, abs=1e-6)
    assert count(made) is None


@given(u=UNIT, low=st.floats(1e-3, 1e3), ratio=st.floats(1.1, 1e4))
def test_logarithmic_range_has_equal_ratios(u: float, low: float, ratio: float) -> None:
    made = factor(low=low, high=low * ratio, scale="log")
    assert made.at(0.5) == pytest.approx(low * math.sqrt(ratio))
    assert place(made, made.at(u)) == pytest.approx(u, abs=1e-6)


@given(u=UNIT, low=st.floats(-50, 50), width=st.floats(2.01, 200))
def test_whole_numbers_stay_within_the_range(u: float, low: float, width: float) -> None:
    made = factor(low=low, high=low + width, whole=True)
    value = made.at(u)
    assert isinstance(value, int)
    assert low <= value <= low + width
    n = count(made)
    assert n is not None
    everyone = {made.at((k + 0.5) / n) for k in range(n)}
    assert len(everyone) == n
    assert place(made, min(everyone)) == 0  # type: ignore[type-var]
    assert place(made, max(everyone)) == 1  # type: ignore[type-var]


@given(u=UNIT, low=st.integers(1, 20), width=st.integers(1, 2_000))
def test_whole_numbers_on_a_logarithmic_scale(u: float, low: int, width: int) -> None:
    made = factor(low=low, high=low + width, whole=True, scale="log")
    assert isinstance(made.at(u), int)
    assert low <= made.at(u) <= low + width  # type: ignore[operator]
    assert made.at(0) == low
    assert made.at(1) == low + width


def test_small_whole_numbers_are_drawn_more_often_on_a_logarithmic_scale() -> None:
    made = factor(low=1, high=99, whole=True, scale="log")
    drawn = Counter(made.at(u) < 10 for u in np.linspace(0, 1, 1000, endpoint=False))
    assert drawn[True] == 500  # log(10 / 1) is half of log(100 / 1)


def test_whole_range_without_two_whole_numbers_is_refused() -> None:
    with pytest.raises((ResilienzaError, ValueError)):
        factor(low=1.2, high=1.8, whole=True)


@given(u=UNIT, n=st.integers(2, 30))
def test_listed_values_have_equal_cells(u: float, n: int) -> None:
    made = Factor.model_validate(listed("a", *range(100, 100 + n)))
    assert made.at(u) == 100 + min(math.floor(u * n), n - 1)
    assert place(made, made.at(u)) == pytest.approx((made.at(u) - 100) / (n - 1))  # type: ignore[operator]
    assert count(made) == n


def test_choices_are_told_by_their_label() -> None:
    made = Factor.model_validate(chosen("a", "no", "perhaps", "yes"))
    assert [made.at(u) for u in (0, 0.34, 0.99, 1)] == ["no", "perhaps", "yes", "yes"]
    assert [place(made, label) for label in ("no", "perhaps", "yes")] == [0, 0.5, 1]
    assert made.sets("yes") == {"x.a": 2}
    assert made.span() == ("no", "perhaps", "yes")
    with pytest.raises(ValueError, match="not in"):
        place(made, "never")


# -- size --------------------------------------------------------------------------------------


def too_large(*factors: dict, **design) -> str:
    told = experiment(*factors, **design)
    with pytest.raises(ResilienzaError) as caught:
        values_of(told)
    assert caught.value.key == "design_too_large"
    return caught.value.text("en")


def many(number: int, **fields) -> list[dict]:
    return [ranged(f"f{k}", **fields) for k in range(number)]


def test_size_is_looked_at_before_a_point_is_made() -> None:
    assert "3,486,784,401 points" in too_large(*many(20), kind="factorial")
    assert "10^1500 points" in too_large(*many(500, steps=1_000), kind="factorial")
    assert "at most 20,000" in too_large(*many(500), kind="latin_hypercube", points=1_000_000)
    too_large(*many(500), kind="sobol", points=100_000)
    too_large(*many(30), kind="saltelli", points=20_000, design={"second_order": True})
    too_large(*many(30), kind="saltelli", points=100_000)
    too_large(*many(100), kind="morris", points=1_000)
    too_large(ranged("a", steps=1_000), ranged("b", steps=1_000), ranged("c"), kind="factorial")


def test_size_counts_every_scenario() -> None:
    told = experiment(ranged("a"), kind="latin_hypercube", points=600_000)
    assert fewest(told) == 600_000
    with pytest.raises(ResilienzaError):
        values_of(told.model_copy(update={"scenarios": ("town", "other")}))


def test_some_points_of_a_factorial_too_large_to_list() -> None:
    points = values_of(experiment(*many(20), kind="factorial", points=50))
    assert len(points.drop_duplicates()) == 50
    assert points.nunique()[1:].eq(3).all()
    assert "at most" in too_large(*many(50), kind="factorial", points=50)


def test_points_drawn_are_points_of_the_whole_list_in_its_order() -> None:
    factors = [ranged("a"), listed("b", 1, 2), chosen("c", "x", "y"), ranged("d", steps=4)]
    whole = values_of(experiment(*factors, kind="factorial")).reset_index()
    assert len(whole) == 3 * 2 * 2 * 4
    assert whole["d"].tolist()[:5] == [*ranged_values(4), 0.0]  # the last factor turns first
    some = values_of(experiment(*factors, kind="factorial", points=9))
    assert some.merge(whole)["point"].is_monotonic_increasing
    assert len(some.merge(whole)) == 9


def ranged_values(steps: int) -> list[float]:
    return [k / (steps - 1) for k in range(steps)]
