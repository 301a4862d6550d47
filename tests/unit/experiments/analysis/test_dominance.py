"""Stochastic dominance against distributions whose order is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilienza_sim.experiments.analysis.dominance import LEVEL, dominance
from resilienza_sim.streams import Streams


def rng(name: str = "bootstrap") -> np.random.Generator:
    return Streams(5).generator(name)


def verdicts(values: pd.DataFrame, direction: int = 1) -> dict[int, str]:
    table = dominance(values, direction, rng())
    return dict(zip(table["order"], table["verdict"], strict=True))


def test_a_shifted_normal_dominates() -> None:
    drawn = rng("draw").normal(size=(80, 2))
    values = pd.DataFrame({"low": drawn[:, 0], "high": drawn[:, 1] + 2.0})
    assert verdicts(values) == {1: "dominates", 2: "dominates"}
    assert verdicts(values, -1) == {1: "dominated", 2: "dominated"}
    assert verdicts(values[["high", "low"]]) == {1: "dominated", 2: "dominated"}


def test_less_spread_dominates_to_the_second_order_only() -> None:
    # symmetric quantiles: equal means, curves that cross once
    at = stats.norm.ppf((np.arange(200) + 0.5) / 200)
    values = pd.DataFrame({"wide": rng("shuffle").permutation(3.0 * at), "tight": at})
    table = dominance(values, 1, rng()).set_index("order")
    assert table.loc[1, "sample"] == "neither"
    assert table.loc[1, "verdict"] == "neither"
    assert table.loc[2, "sample"] == "dominates"
    assert table.loc[2, "verdict"] == "dominates"
    # of a loss, the tight one is still the less risky
    assert dominance(values, -1, rng()).set_index("order").loc[2, "verdict"] == "dominates"


def test_one_distribution_twice_is_undecided() -> None:
    drawn = rng("two").normal(size=(60, 2))
    assert verdicts(pd.DataFrame(drawn, columns=["a", "b"])) == {1: "undecided", 2: "undecided"}


def test_one_sample_twice_is_the_same() -> None:
    drawn = rng("one").normal(size=30)
    values = pd.DataFrame({"a": drawn, "b": drawn[::-1]})
    assert verdicts(values) == {1: "same", 2: "same"}


def test_the_sample_is_told_by_its_own_curves() -> None:
    values = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [1.5, 2, 3, 4, 5, 9]})
    table = dominance(values, 1, rng())
    assert table["sample"].tolist() == ["dominates", "dominates"]
    curves = [stats.ecdf(values[arm]).cdf.evaluate(np.linspace(0, 10, 101)) for arm in "ba"]
    assert (curves[0] <= curves[1]).all()
    crossing = values.assign(b=[0.5, 2, 3, 4, 5, 9])
    assert dominance(crossing, 1, rng())["sample"].tolist() == ["neither", "neither"]


def test_few_pairs_decide_nothing() -> None:
    table = dominance(pd.DataFrame({"a": np.arange(5.0), "b": np.arange(5.0) + 9}), 1, rng())
    assert table["sample"].tolist() == ["dominates", "dominates"]
    assert table["verdict"].tolist() == ["undecided", "undecided"]
    assert table["p_dominates"].isna().all()


def test_the_tests_reject_as_rarely_as_they_say() -> None:
    draw, shared = rng("size"), 0.5
    rejected = []
    for _ in range(120):
        chance, own = draw.normal(size=25), draw.normal(size=(25, 2))
        values = pd.DataFrame(np.sqrt(shared) * chance[:, None] + np.sqrt(1 - shared) * own)
        table = dominance(values.set_axis(["a", "b"], axis=1), 1, draw, resamples=199)
        rejected.append((table[["p_dominates", "p_dominated"]] < LEVEL).to_numpy().ravel())
    rates = np.mean(rejected, axis=0)
    # 120 tests at 5 %: more than 13 rejections would come once in a hundred
    assert (rates <= stats.binom.ppf(0.999, 120, LEVEL) / 120).all()


def test_shares_of_samples_agree_with_the_verdict() -> None:
    drawn = rng("draw").normal(size=80)
    values = pd.DataFrame({"low": drawn, "high": drawn + 1.0})
    table = dominance(values, 1, rng())
    assert (table["share_dominates"] == 1.0).all()
    assert (table["share_dominated"] == 0.0).all()
    assert (table["p_dominates"] > 0.5).all()
    assert (table["p_dominated"] < LEVEL).all()


def test_undefined_pairs_arms_and_sides() -> None:
    drawn = rng("draw").normal(size=(20, 2))
    values = pd.DataFrame(drawn, columns=["a", "b"]).assign(empty=math.nan)
    values.loc[3, "a"] = math.nan
    table = dominance(values, 1, rng())
    assert table[["strategy", "against"]].drop_duplicates().to_numpy().tolist() == [["b", "a"]]
    assert set(table["n"]) == {19}
    assert set(table["dropped"]) == {1}
    assert dominance(values, 0, rng()).empty


def test_the_same_numbers_give_the_same_table() -> None:
    values = pd.DataFrame(rng("draw").normal(size=(40, 3)), columns=list("abc"))
    first, again = (dominance(values, -1, rng()) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert len(first) == 6


def test_many_pairs_are_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    values = pd.DataFrame(rng("draw").normal(size=(400, 2)), columns=["a", "b"])
    whole = dominance(values, 1, rng())
    monkeypatch.setattr("resilienza_sim.experiments.analysis.dominance._AT_ONCE", 400 * 100)
    pd.testing.assert_frame_equal(dominance(values, 1, rng()), whole)
