"""All tables of a metric together: of a comparison, of a sweep, of what lacks something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_model
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.analysis import TABLES, analyse, headline, levelled, varied
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study
from tests.made_sweep import grid, made_sweep


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study") / "s"
    run_plan(fake_model.plan(12), fake_model.runner(), folder)
    return Study.open(folder)


def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None]:
    chance = np.random.default_rng([replicate]).normal()
    own = np.random.default_rng([replicate, len(arm), int(10 * row["x"])]).normal()
    shift = {"alluvial": 20.0 * row["x"] - 10.0}.get(arm, 0.0)
    euros = {"none": 0.0, "consolidated": 1000.0}.get(arm, 2000.0)
    return {"loss_due_to_shocks": 100 + 5 * chance + 0.2 * own + shift, "spent_eur": euros}


ARMS = ("consolidated", "alluvial", "none")


def test_a_comparison_has_every_table_but_those_of_points(study: Study) -> None:
    made = analyse(study)
    assert made.metric == "loss_due_to_shocks"
    assert list(made.tables) == list(TABLES)
    lacking = {name for name, table in made.tables.items() if table.empty}
    assert lacking == {"averages", "cost_effectiveness", "acceptability", "best_buys"}
    known = study.comparison(["loss_due_to_shocks"], baseline="consolidated")
    shown = made.tables["comparison"]
    assert shown["strategy"].tolist() == ["alluvial", "transformative"]
    for column in ("mean_difference", "low", "high", "verdict"):
        assert shown[column].tolist() == known[column].tolist()
    assert made.tables["variance"]["share"].tolist() == list(study.variance().values())


def test_the_threshold_is_the_median_of_the_baseline(study: Study) -> None:
    median = study.table("loss_due_to_shocks")["consolidated"].median()
    made = analyse(study)
    assert made.enough == median
    assert not made.enough_given
    met = made.tables["satisficing"].set_index("strategy")["met"]
    assert met["consolidated"] == 6
    given = analyse(study.folder, enough=-1.0)  # a folder will do
    assert given.enough_given
    assert given.tables["satisficing"]["met"].tolist() == [0, 0, 0]


def test_another_baseline(study: Study) -> None:
    made = analyse(study, baseline="transformative")
    assert set(made.tables["comparison"]["baseline"]) == {"transformative"}
    assert made.others == ["consolidated", "alluvial"]
    with pytest.raises(ResilienzaError, match="not one of the strategies"):
        analyse(study, baseline="nobody")


def test_censored_times_are_counted_and_cut(study: Study) -> None:
    made = analyse(study, "recovery_weeks")
    assert made.outcomes.censored > 0
    # the fake model leaves censored times empty: they end with the observation
    assert made.outcomes.values.max(axis=None) <= fake_model.WEEKS
    assert made.dropped == 0


def test_a_measure_without_a_side_is_compared_and_no_more(study: Study) -> None:
    made = analyse(study, "rarely_defined")
    assert made.dropped == 4
    for name in ("regret", "satisficing", "dominance"):
        assert made.tables[name].empty
    assert set(made.tables["comparison"]["verdict"]) == {"undecided"}
    assert not made.tables["variance"].empty


def test_a_sweep_has_points_and_averages(tmp_path: Path) -> None:
    sweep = made_sweep(
        tmp_path,
        grid(x=[0.0, 0.5, 1.0]),
        told,
        arms=ARMS,
        metrics=("loss_due_to_shocks", "spent_eur"),
    )
    made = analyse(sweep)
    assert len(made.tables["comparison"]) == 3 * 2
    averages = made.tables["averages"]
    whole = averages[(averages["factor"] == "") & (averages["strategy"] == "alluvial")]
    assert whole["mean_difference"].item() == pytest.approx(0.0, abs=0.3)
    regret = made.tables["regret"].set_index(["over", "strategy"])
    # each way alluvial is 10 off at one end; the two others tie but for their own luck
    assert regret.loc[("points", "alluvial"), "max_regret"] == pytest.approx(10.0, abs=0.6)
    assert regret.loc["points", "minimax_chance"].sum() == pytest.approx(1.0)
    assert set(made.tables["satisficing"]["over"]) == {"pairs", "points"}
    dominance = made.tables["dominance"].set_index(["point", "strategy", "order"])["verdict"]
    assert dominance[0, "alluvial", 1] == "dominates"
    assert dominance[2, "alluvial", 1] == "dominated"
    assert made.tables["variance"]["share"].sum() == pytest.approx(1.0)


def test_the_euros_of_a_sweep_are_counted_over_its_points(tmp_path: Path) -> None:
    sweep = made_sweep(
        tmp_path, grid(x=[0.0, 0.2]), told, arms=ARMS, metrics=("loss_due_to_shocks", "spent_eur")
    )
    table = analyse(sweep).tables["cost_effectiveness"].set_index("strategy")
    assert set(table["reference"]) == {"none"}
    assert table["cost_eur"].to_dict() == {"consolidated": 1000.0, "alluvial": 2000.0}
    # 10 and 6 points of loss less, 8 in the mean, for 2,000 euros
    assert table.loc["alluvial", "per_1000_eur"] == pytest.approx(4.0, abs=0.1)
    buys = analyse(sweep).tables["best_buys"]
    assert buys["strategy"].tolist() == ["none", "alluvial"]
    assert buys["to_eur"].iloc[0] < 2000 / 8 < buys["from_eur"].iloc[1] + 20
    assert analyse(made_sweep(tmp_path / "b", grid(x=[0.0]), told)).tables["best_buys"].empty


def test_which_factors_vary_and_come_back(tmp_path: Path) -> None:
    points = grid(scenario=["a", "b"], x=[0.0, 1.0], still=[1.0])
    points["own"] = np.linspace(0, 1, 4)
    sweep = made_sweep(tmp_path, points, told)
    assert varied(sweep) == ["x", "own", "scenario"]
    assert levelled(sweep) == ["x", "scenario"]


def test_a_study_without_a_run_has_no_headline(tmp_path: Path) -> None:
    sweep = made_sweep(tmp_path, grid(x=[0.0]), lambda *_: None)
    with pytest.raises(ResilienzaError, match="no run has ended well"):
        headline(sweep)


def test_the_same_study_gives_the_same_tables(study: Study) -> None:
    first, again = analyse(study).tables, analyse(study).tables
    for name in TABLES:
        pd.testing.assert_frame_equal(first[name], again[name])


def test_parts_from_before_points_are_read_as_one_point(study: Study, tmp_path: Path) -> None:
    run_plan(fake_model.plan(4), fake_model.runner(), tmp_path / "s")
    for part in (tmp_path / "s").rglob("runs/*.parquet"):
        table = pq.read_table(part)
        pq.write_table(table.drop_columns(["point"]), part)
    old = Study.open(tmp_path / "s")
    assert set(old.runs["point"]) == {0}
    assert analyse(old).tables["comparison"]["n"].tolist() == [4, 4]
