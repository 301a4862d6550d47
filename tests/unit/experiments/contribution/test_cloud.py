"""Percentiles among random allocations of the same purse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.contribution.cloud import Cloud, make_cloud, percentiles
from resilienza_sim.experiments.many_arms import read_values
from resilienza_sim.experiments.run import run_plan
from tests.fake_arms import CAMPAIGN, PURSE, TRAINING, Town, live_in
from tests.small import plan, town

SCENARIO = town()
BEST, WORST, HALF = (
    plan((TRAINING, 1.0), name="best"),
    plan((CAMPAIGN, 1.0), name="worst"),
    plan((TRAINING, 0.5), (CAMPAIGN, 0.5), name="half"),
)
METRIC = "loss_due_to_shocks"


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def ran(tmp_path: Path, strategies=(BEST, WORST, HALF), pairs: int = 8, **choices) -> Cloud:
    made = make_cloud(SCENARIO, list(strategies), pairs=pairs, **choices)
    run_plan(made, made.bench.run, tmp_path / "s")
    return Cloud(made, read_values(tmp_path / "s", made))


def test_the_share_beaten_counts_ties_half() -> None:
    cloud = np.tile([1.0, 2.0, 2.0, 4.0], (3, 1))
    arms = np.tile([0.0, 2.0, 3.0, 9.0], (3, 1))
    assert percentiles(arms, cloud, rng())[:, 0].tolist() == [0.0, 0.5, 0.75, 1.0]


def test_it_is_the_mean_over_pairs_that_counts() -> None:
    chance = np.random.default_rng(2).normal(0.0, 100.0, (9, 1))
    cloud = chance + np.linspace(0.0, 1.0, 11)
    assert percentiles(chance + 0.55, cloud, rng())[0, 0] == pytest.approx(6 / 11)


def test_without_noise_only_the_size_of_the_cloud_widens_the_interval() -> None:
    # The share of a bootstrapped cloud below the arm is a binomial proportion.
    pairs, size, share = 10, 100, 0.3
    cloud = np.tile(np.arange(size, dtype=float), (pairs, 1))
    arms = np.full((pairs, 1), size * share - 0.5)
    _, low, high = percentiles(arms, cloud, rng())[0]
    half = 1.96 * np.sqrt(share * (1 - share) / size)
    assert (low, high) == pytest.approx((share - half, share + half), abs=0.02)


def test_noise_between_pairs_widens_it_too() -> None:
    random = np.random.default_rng(4)
    effects = np.linspace(-1.0, 1.0, 50)
    cloud = effects + random.normal(0.0, 2.0, (12, 50))
    arms = np.full((12, 1), 0.1) + random.normal(0.0, 2.0, (12, 1))
    noisy = percentiles(arms, cloud, rng())[0]
    calm = percentiles(np.full((12, 1), 0.1), np.tile(effects, (12, 1)), rng())[0]
    assert noisy[2] - noisy[1] > 1.5 * (calm[2] - calm[1])


def test_the_interval_is_an_expanded_bootstrap_over_pairs_and_cloud() -> None:
    random = np.random.default_rng(5)
    arms, cloud = random.normal(0.3, 1, (7, 1)), random.normal(0, 1, (7, 30))
    found, shares = percentiles(arms, cloud, rng())[0], []
    for _ in range(20_000):
        pairs, some = random.integers(0, 7, 7), random.integers(0, 30, 30)
        shares.append((arms[pairs].mean() > cloud[pairs][:, some].mean(axis=0)).mean())
    # As far out as Student's interval of seven values, which the plain percentiles fall short of.
    reach = np.sqrt(7 / 6) * stats.t.ppf(0.975, 6)
    asked = np.percentile(shares, 100 * stats.norm.cdf([-reach, reach]))
    assert found[1:] == pytest.approx(asked, abs=0.05)
    assert found[1] < np.percentile(shares, 2.5) - 0.05


def test_nothing_is_said_without_pairs_or_allocations() -> None:
    assert np.isnan(percentiles(np.zeros((0, 2)), np.zeros((0, 5)), rng())).all()
    assert np.isnan(percentiles(np.zeros((4, 2)), np.zeros((4, 0)), rng())).all()
    assert np.isnan(percentiles(np.ones((1, 1)), np.zeros((1, 5)), rng())[0, 1:]).all()


def test_the_best_and_the_worst_are_at_the_ends(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({TRAINING: 10.0}))
    cloud = ran(tmp_path, allocations=60)
    table = cloud.table(METRIC).set_index("strategy")
    assert table["percentile"]["best"] == 100.0
    assert table["percentile"]["worst"] == 0.0
    assert table["verdict"].to_dict() == {"best": "better", "worst": "worse", "half": "undecided"}
    # The mean share of training over three phases is about .5, as in half.
    assert 30.0 < table["percentile"]["half"] < 70.0
    assert (table["n"] == 8).all()
    assert (table["cloud"] == 60).all()
    assert table["value"]["worst"] - table["value"]["best"] == pytest.approx(10.0)


def test_a_metric_better_higher_gives_the_same_places(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({TRAINING: 10.0}))
    cloud = ran(tmp_path, allocations=20)
    same = ["percentile", "verdict"]
    assert cloud.table(METRIC)[same].equals(cloud.table("robustness")[same])


def test_few_pairs_decide_nothing(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({TRAINING: 10.0}))
    assert set(ran(tmp_path, pairs=5, allocations=20).table(METRIC)["verdict"]) == {"undecided"}


def test_euros_are_told_and_an_unequal_purse_is_found(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({TRAINING: 10.0}))
    lazy = plan((TRAINING, 0.25), name="lazy")
    cloud = ran(tmp_path, [BEST, lazy], allocations=10)
    table = cloud.table(METRIC).set_index("strategy")
    assert table["spent_share"].to_dict() == pytest.approx({"best": 1.0, "lazy": 0.25})
    assert (table["received_eur"] == PURSE).all()
    assert cloud.unequal() == 0.0
    richer = cloud.runs.copy()
    richer.loc[(3, "best"), "received_eur"] += 5.0
    assert Cloud(cloud.plan, richer).unequal() == pytest.approx(5.0)


def test_a_larger_cloud_keeps_the_allocations_it_has(tmp_path: Path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({TRAINING: 10.0}))
    small = ran(tmp_path, allocations=10)
    assert len(seen.runs) == 8 * 13
    large = ran(tmp_path, allocations=15)
    assert len(seen.runs) == 8 * 18
    assert small.shares(METRIC).equals(large.shares(METRIC).head(len(small.shares(METRIC))))
    first = large.shares(METRIC).groupby(["strategy", "phase"])["share"].sum()
    assert first.to_numpy() == pytest.approx(1.0)


def test_undefined_values_cost_an_allocation_or_a_pair(tmp_path: Path, monkeypatch) -> None:
    gone = {("best", 0), ("random:3", 5)}
    live_in(monkeypatch, Town({TRAINING: 10.0}, undefined=gone))
    table = ran(tmp_path, allocations=10).table(METRIC)
    assert (table["n"] == 7).all()
    assert (table["cloud"] == 9).all()
    assert (table["dropped"] == 2).all()


def test_arms_that_all_buy_nothing_have_no_cloud() -> None:
    with pytest.raises(ResilienzaError) as told:
        make_cloud(SCENARIO, ["none"])
    assert told.value.key == "nothing_to_attribute"
