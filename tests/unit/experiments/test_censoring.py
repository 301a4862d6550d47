"""Times not reached before the end: cut alike in differences, comparisons and analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.experiments.censoring import cut, marks
from resilienza_sim.experiments.study import Study
from tests.made_sweep import grid, made_sweep

ARMS = ("consolidated", "alluvial")


def weeks(point: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
    if point["peak"] == 0.9 and arm == "consolidated" and replicate < 3:
        return {"recovery_weeks": 100.0 + 10.0 * replicate}  # not yet, when observation ended
    return {"recovery_weeks": 20.0 + replicate + 100.0 * (replicate == 7)}


def late(point: dict[str, Any], arm: str, replicate: int) -> dict[str, bool]:
    late = point["peak"] == 0.9 and arm == "consolidated" and replicate < 3
    return {"recovery_weeks": late}


@pytest.fixture
def sweep(tmp_path: Path) -> Study:
    points = grid(peak=[0.5, 0.9])
    return made_sweep(tmp_path, points, weeks, metrics=["recovery_weeks"], arms=ARMS, censored=late)


def test_times_are_cut_where_some_are_censored_and_only_there(sweep: Study) -> None:
    values = sweep.values("recovery_weeks")
    found, beyond = cut(sweep.runs, "recovery_weeks", values)
    assert found.loc[0].equals(values.loc[0])
    assert found.loc[1].max().max() == 100.0  # the earliest end among the censored
    assert beyond == 3 + 2  # the censored, and those seen later than that end


def test_differences_and_comparison_tell_the_same_times(sweep: Study) -> None:
    differences = sweep.differences("recovery_weeks").groupby("point")["difference"].mean()
    table = sweep.comparison("recovery_weeks").set_index("point")
    assert np.allclose(differences, table["mean_difference"])
    assert list(table["censored"]) == [0, 5]
    assert table.loc[1, "mean_difference"] < -20


def test_a_metric_that_is_never_censored_has_no_marks(tmp_path: Path) -> None:
    plain = made_sweep(
        tmp_path, grid(peak=[0.5]), lambda p, a, r: {"robustness": 0.1 * r}, metrics=["robustness"]
    )
    values = plain.values("robustness")
    assert marks(plain.runs, "robustness", values) is None
    assert cut(plain.runs, "robustness", values)[0] is values


def test_a_point_without_runs_has_no_pairs(sweep: Study) -> None:
    assert sweep.compare("recovery_weeks", "alluvial", "consolidated", point=7).n == 0


def test_a_point_of_which_no_run_went_well_has_no_pairs(tmp_path: Path) -> None:
    def lost(point: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None] | None:
        return None if point["peak"] == 0.5 else weeks(point, arm, replicate)

    points = grid(peak=[0.5, 0.9])
    sweep = made_sweep(tmp_path, points, lost, metrics=["recovery_weeks"], arms=ARMS)
    assert sweep.compare("recovery_weeks", "alluvial", "consolidated").n == 0
    assert sweep.compare("recovery_weeks", "alluvial", "consolidated", point=1).n == 8
    assert list(sweep.comparison("recovery_weeks")["point"]) == [1]
