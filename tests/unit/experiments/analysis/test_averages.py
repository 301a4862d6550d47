"""Averages over the factors of a sweep: pairs stay pairs, and one point is the point itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.averages import averaged
from resilienza_sim.experiments.outcomes import Outcomes, over_points
from resilienza_sim.experiments.study import Study
from resilienza_sim.statistics import compare_pairs
from tests.made_sweep import grid, made_sweep


def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None] | None:
    """Luck that all runs of a replicate share; alluvial better at x = 0 and worse at x = 1."""
    if arm == "transformative" and replicate == 7 and row["y"] == 3:
        return None
    chance = np.random.default_rng([replicate]).normal()
    own = 0.1 * np.random.default_rng([replicate, len(arm), row["y"]]).normal()
    shift = {"alluvial": 10.0 * row["x"] - 5.0, "transformative": -1.0}.get(arm, 0.0)
    late = arm == "alluvial" and row["x"] == 0.0
    return {
        "loss_due_to_shocks": 50 + 20 * chance + shift + own,
        "recovery_weeks": None if late else 9.0,
    }


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Study:
    points = grid(x=[0.0, 0.5, 1.0], y=[1, 2, 3])
    names = ("loss_due_to_shocks", "recovery_weeks")
    return made_sweep(tmp_path_factory.mktemp("sweep"), points, told, metrics=names)


def test_along_one_factor_the_others_are_averaged_over(sweep: Study) -> None:
    table = averaged(sweep, ["x"], strategy="alluvial").set_index("x")
    assert table["mean_difference"].tolist() == pytest.approx([-5.0, 0.0, 5.0], abs=0.2)
    assert table["verdict"].tolist() == ["better", "equivalent", "worse"]
    assert table["points"].tolist() == [3, 3, 3]
    assert table["n"].tolist() == [8, 8, 8]


def test_the_mean_is_that_of_the_differences(sweep: Study) -> None:
    whole = averaged(sweep, strategy="alluvial")
    pairs = sweep.differences("loss_due_to_shocks", "alluvial")
    assert whole["mean_difference"].item() == pytest.approx(pairs["difference"].mean())
    means = pairs.groupby("replicate")[["baseline", "strategy"]].mean()
    known = compare_pairs(
        means["baseline"].to_numpy(),
        means["strategy"].to_numpy(),
        direction=-1,
        effect_of_interest=2.0,
    )
    assert (whole["low"].item(), whole["high"].item()) == (known.low, known.high)


def test_one_point_has_the_interval_of_the_comparison(sweep: Study) -> None:
    cells = averaged(sweep, ["x", "y"], strategy="alluvial")
    points = sweep.comparison("loss_due_to_shocks", "alluvial")
    for column in ("x", "y", "mean_difference", "low", "high", "verdict"):
        assert cells[column].tolist() == points[column].tolist()


def test_a_replicate_without_a_point_is_left_out_and_counted(sweep: Study) -> None:
    whole = averaged(sweep, strategy="transformative")
    assert (whole["n"].item(), whole["dropped"].item()) == (7, 1)
    by_y = averaged(sweep, ["y"], strategy="transformative").set_index("y")
    assert by_y["dropped"].to_dict() == {1: 0, 2: 0, 3: 1}


def test_means_over_other_points_are_no_means(sweep: Study) -> None:
    means = over_points(sweep.values("loss_due_to_shocks"))
    assert np.isnan(means.loc[7, "transformative"])
    assert means.drop(index=7).notna().all(axis=None)


def test_names_that_are_not_there_are_refused(sweep: Study) -> None:
    with pytest.raises(ResilienzaError, match="“z” is not one of the factors"):
        averaged(sweep, ["z"])
    with pytest.raises(ResilienzaError, match="not one of the strategies"):
        averaged(sweep, strategy="nobody")


def test_an_arm_without_values_is_missing(sweep: Study) -> None:
    outcomes = Outcomes.of(sweep, "recovery_weeks")
    assert outcomes.missing == []
    assert outcomes.of_points().index.tolist() == [3, 4, 5, 6, 7, 8]
    only = averaged(sweep, ["x"], metric="recovery_weeks", strategy="alluvial")
    assert only["n"].tolist() == [0, 8, 8]


def test_censored_times_are_cut_where_observation_ends(tmp_path: Path) -> None:
    def times(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
        return {"recovery_weeks": 10.0 + 5.0 * replicate + row["x"]}

    def late(row: dict[str, Any], arm: str, replicate: int) -> dict[str, bool]:
        return {"recovery_weeks": arm == "alluvial" and replicate == 2 and row["x"] == 1.0}

    sweep = made_sweep(
        tmp_path, grid(x=[0.0, 1.0]), times, pairs=4, metrics=("recovery_weeks",), censored=late
    )
    outcomes = Outcomes.of(sweep, "recovery_weeks")
    # at the second point every time beyond 21 is cut there: the one censored and three later ones
    assert outcomes.values.loc[0].to_numpy().max() == 25.0
    assert outcomes.values.loc[1].to_numpy().max() == 21.0
    assert outcomes.censored == 1 + 3
