"""Tails, regret and thresholds against tables worked out by hand and against scipy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilienza_sim.experiments.analysis.decisions import (
    complete,
    minimax_chance,
    regret,
    regrets,
    satisficing,
    shortfall,
    tails,
)
from resilienza_sim.streams import Streams

NAN = math.nan
# A classic: acts by states of the world, as payoffs.
PAYOFFS = pd.DataFrame({"bold": [10.0, -4.0, 2.0], "plain": [4.0, 1.0, 3.0], "idle": [0.0, 2.0, 0]})


def test_regret_is_the_distance_from_the_best_of_each_case() -> None:
    table = regrets(PAYOFFS, 1)
    assert table.to_numpy().tolist() == [[0.0, 6.0, 10.0], [6.0, 1.0, 0.0], [1.0, 0.0, 3.0]]
    losses = regrets(-PAYOFFS, -1)
    assert losses.to_numpy().tolist() == table.to_numpy().tolist()


def test_the_minimax_regret_arm_has_the_smallest_greatest_regret() -> None:
    table = regret(PAYOFFS, 1).set_index("strategy")
    assert table["max_regret"].to_dict() == {"bold": 6.0, "plain": 6.0, "idle": 10.0}
    assert table["minimax"].to_dict() == {"bold": True, "plain": True, "idle": False}
    assert table["mean_regret"].tolist() == pytest.approx([7 / 3, 7 / 3, 13 / 3])
    assert table["best_share"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert set(table["n"]) == {3}


def test_arms_that_tie_share_the_case() -> None:
    table = regret(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 3.0]}), -1).set_index("strategy")
    assert table["best_share"].to_dict() == {"a": 0.75, "b": 0.25}


def test_undefined_cases_are_left_out_and_counted() -> None:
    values = PAYOFFS.assign(empty=NAN)
    values.loc[1, "idle"] = NAN
    kept, dropped = complete(values)
    assert list(kept) == ["bold", "plain", "idle"]
    assert dropped == 1
    table = regret(values, 1).set_index("strategy")
    assert set(table["n"]) == {2}
    assert set(table["dropped"]) == {1}
    assert math.isnan(table.loc["empty", "max_regret"])
    assert not table.loc["empty", "minimax"]


def test_without_a_side_there_is_no_regret() -> None:
    table = regret(PAYOFFS, 0)
    assert table["n"].tolist() == [0, 0, 0]
    assert table["max_regret"].isna().all()
    assert not table["minimax"].any()


def points(**arms: list[list[float]]) -> pd.DataFrame:
    """Return values by point and replicate from lists of lists."""
    some = next(iter(arms.values()))
    index = pd.MultiIndex.from_product(
        [range(len(some)), range(len(some[0]))], names=["point", "replicate"]
    )
    return pd.DataFrame({name: np.ravel(each) for name, each in arms.items()}, index=index)


def test_how_sure_the_minimax_arm_is() -> None:
    rng = Streams(1).generator("t")
    sure = points(a=[[1, 1, 1], [5, 5, 5]], b=[[2, 2, 2], [3, 3, 3]])
    assert minimax_chance(sure, -1, rng).to_dict() == {"a": 0.0, "b": 1.0}
    same = points(a=[[1, 2], [3, 4]], b=[[1, 2], [3, 4]])
    assert minimax_chance(same, -1, rng).to_dict() == {"a": 0.5, "b": 0.5}
    # one point, two replicates of opposite sign: a wins when both draws are the first
    toss = points(a=[[1.0, 0.0]], b=[[0.0, 1.0]])
    chance = minimax_chance(toss, 1, rng, resamples=20_000)
    assert chance["a"] == pytest.approx(0.5, abs=0.02)
    assert minimax_chance(toss, 0, rng).isna().all()


def test_the_points_share_the_draw_of_the_replicates() -> None:
    # whatever replicate is drawn, a is at 3 in one of the points: drawn apart, it would be at 0
    # in both once in sixteen, and b would win
    linked = points(a=[[3.0, 0.0], [0.0, 3.0]], b=[[1.0, 1.0], [1.0, 1.0]])
    assert minimax_chance(linked, 1, Streams(1).generator("t")).to_dict() == {"a": 1.0, "b": 0.0}


def test_the_shortfall_is_the_mean_of_the_worst_tenth() -> None:
    losses = np.arange(1.0, 101.0)
    assert shortfall(losses, -1) == pytest.approx(np.mean(np.arange(91, 101)))
    assert shortfall(losses, 1) == pytest.approx(np.mean(np.arange(1, 11)))
    # 15 values: the worst and half of the next
    assert shortfall(np.arange(15.0), -1) == pytest.approx((14 + 0.5 * 13) / 1.5)
    assert shortfall(np.array([3.0, NAN]), -1) == pytest.approx(3.0)
    assert math.isnan(shortfall(np.array([]), -1))
    assert math.isnan(shortfall(losses, 0))


def test_the_shortfall_of_a_normal() -> None:
    drawn = Streams(2).generator("n").normal(size=200_000)
    known = stats.norm.pdf(stats.norm.ppf(0.1)) / 0.1
    assert shortfall(drawn, -1) == pytest.approx(known, abs=0.02)
    assert shortfall(drawn, 1) == pytest.approx(-known, abs=0.02)


def test_tails_are_on_the_bad_side() -> None:
    values = pd.DataFrame({"a": np.arange(101.0), "b": np.arange(101.0) + 5.0})
    loss = tails(values, -1).set_index("strategy")
    assert loss["tail"].tolist() == [90.0, 95.0]
    assert loss["worst"].tolist() == [100.0, 105.0]
    gain = tails(values, 1).set_index("strategy")
    assert gain["tail"].tolist() == [10.0, 15.0]
    assert gain["worst"].tolist() == [0.0, 5.0]
    neither = tails(values, 0)
    assert neither[["tail", "worst", "shortfall"]].isna().all(axis=None)
    assert neither["mean"].tolist() == [50.0, 55.0]


def test_the_difference_of_tails_is_paired() -> None:
    chance = Streams(3).generator("chance").normal(size=60)
    values = pd.DataFrame({"base": chance, "shift": chance + 2.0, "wild": 2.0 * chance})
    table = tails(values, -1, baseline="base", rng=Streams(3).generator("b")).set_index("strategy")
    row = table.loc["shift"]
    assert row[["shortfall_difference", "low", "high"]].tolist() == pytest.approx([2.0, 2.0, 2.0])
    wild = table.loc["wild"]
    assert wild["low"] < wild["shortfall_difference"] < wild["high"]
    direct = stats.bootstrap(
        (values["base"].to_numpy(), values["wild"].to_numpy()),
        lambda a, b: shortfall(b, -1) - shortfall(a, -1),
        paired=True,
        vectorized=False,
        n_resamples=4_000,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    assert wild["low"] == pytest.approx(direct.low, abs=0.25)
    assert math.isnan(table.loc["base", "shortfall_difference"])


def test_few_pairs_have_no_interval_of_the_tail() -> None:
    values = pd.DataFrame({"base": np.arange(49.0), "other": np.arange(49.0) ** 2})
    table = tails(values, -1, baseline="base", rng=Streams(3).generator("b"))
    assert table["low"].isna().all()
    assert table["shortfall_difference"].notna().sum() == 1


def test_satisficing_counts_the_cases_that_are_enough() -> None:
    table = satisficing(PAYOFFS, 1, 2.0).set_index("strategy")
    assert table["met"].to_dict() == {"bold": 2, "plain": 2, "idle": 1}
    assert table["share"].tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    known = stats.binomtest(2, 3).proportion_ci(method="wilson")
    assert table.loc["bold", ["low", "high"]].tolist() == pytest.approx([known.low, known.high])
    # the threshold itself is enough, on either side
    assert satisficing(-PAYOFFS, -1, -2.0)["met"].tolist() == [2, 2, 1]


def test_the_points_of_a_design_have_no_interval() -> None:
    table = satisficing(PAYOFFS, 1, 2.0, independent=False)
    assert table[["low", "high"]].isna().all(axis=None)
    assert table["share"].notna().all()


def test_without_a_side_nothing_is_enough() -> None:
    table = satisficing(PAYOFFS, 0, 2.0)
    assert table["n"].tolist() == [0, 0, 0]
    assert table["share"].isna().all()
