"""A sweep of a small town: pairs over arms and points, resumed, refused when changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import default_folder
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import make_sweep, sweep
from resilienza_sim.report.readable import Readable
from resilienza_sim.simulation import replicate_seed, simulate
from tests.made_sweep import factor, grid, made_sweep

TEXT = {"it": "Prova", "en": "A test"}
SIZES = (0.5, 1.2)


def experiment(**values: Any) -> Experiment:
    return Experiment.model_validate(
        {
            "name": "small",
            "question": TEXT,
            "description": TEXT,
            "scenarios": ["quartiere"],
            "strategies": ["consolidated", "transformative"],
            "baseline": "consolidated",
            "citizens": 60,
            "pairs": 2,
            "metrics": ["loss_due_to_shocks", "recovery_weeks"],
            "series": ["quality"],
            "set": {"time.weeks": 90, "time.burn_in_weeks": 26},
            "factors": [
                {
                    "name": "size",
                    "title": TEXT,
                    "source": "assumption",
                    "paths": ["shocks.1.peak"],
                    "levels": list(SIZES),
                }
            ],
            **values,
        }
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return sweep(experiment(), workers=1, out=tmp_path_factory.mktemp("sweep") / "study")


def parts(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
        if path.parent.name != "timings"
    }


def test_there_is_a_run_for_each_point_pair_and_arm(done: Study) -> None:
    assert list(done.points["size"]) == list(SIZES)
    assert len(done.runs) == 2 * 2 * 2
    assert done.failures.empty
    assert done.runs.groupby("replicate")["seed"].nunique().tolist() == [1, 1]
    assert list(done.series.columns) == ["run_id", "week", "quality"]
    assert len(done.series) == 8 * 90
    assert len(done.tidy()) == 8
    assert set(done.tidy()["size"]) == set(SIZES)


def test_a_run_is_what_simulate_gives(done: Study) -> None:
    from resilienza_sim.scenario import load_scenario

    town = load_scenario("quartiere").with_values(
        {"town.citizens": 60, "time.weeks": 90, "time.burn_in_weeks": 26, "shocks.1.peak": 1.2}
    )
    alone = simulate(town, strategy="transformative", seed=1)
    row = done.runs.query("point == 1 and replicate == 0 and strategy == 'transformative'").iloc[0]
    assert row["loss_due_to_shocks"] == alone.metrics["loss_due_to_shocks"]
    assert int(row["seed"]) == replicate_seed(1, 0)
    kept = done.series[done.series["run_id"] == row["run_id"]]["quality"].to_numpy()
    assert kept.tobytes() == alone.values["quality"].tobytes()


def test_differences_are_paired_and_carry_the_factors(done: Study) -> None:
    found = done.differences("loss_due_to_shocks", "transformative")
    assert len(found) == 4
    assert np.array_equal(found["difference"], found["strategy"] - found["baseline"])
    table = done.comparison("loss_due_to_shocks")
    means = found.groupby("point")["difference"].mean()
    assert np.allclose(table["mean_difference"], means)
    assert list(table["size"]) == list(SIZES)
    assert set(table["verdict"]) == {"undecided"}, "two pairs decide nothing"


def test_a_sweep_goes_on_with_more_pairs_and_ends_with_the_same_bytes(
    done: Study, tmp_path: Path
) -> None:
    first = sweep(experiment(pairs=1), workers=1, out=tmp_path / "study")
    assert len(first.runs) == 4
    second = sweep(experiment(), workers=1, out=tmp_path / "study")
    assert parts(second.folder) == parts(done.folder)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": 2}, "seed: 1 → 2"),
        ({"citizens": 61}, "citizens: 60 → 61"),
        ({"set": {"time.weeks": 91, "time.burn_in_weeks": 26}}, "time.weeks: 90 → 91"),
    ],
)
def test_another_experiment_may_not_use_its_folder(
    done: Study, changes: dict[str, Any], words: str
) -> None:
    before = parts(done.folder)
    with pytest.raises(ResilienzaError) as told:
        sweep(experiment(**changes), workers=1, out=done.folder)
    assert words in told.value.text("en")
    assert parts(done.folder) == before


def test_a_point_that_cannot_be_is_recorded_and_the_others_go_on(tmp_path: Path) -> None:
    # Each end is fine by itself; together the horizon ends before the decision.
    weeks = {"name": "weeks", "title": TEXT, "source": "assumption", "paths": ["time.weeks"]}
    first = {"name": "first", "title": TEXT, "source": "assumption", "paths": ["time.decisions.0"]}
    told = experiment(
        pairs=1,
        series=[],
        set={"time.burn_in_weeks": 26},
        factors=[{**weeks, "levels": [60, 90]}, {**first, "levels": ["2024-05-20", "2025-06-02"]}],
    )
    with pytest.raises(ResilienzaError):
        make_sweep(experiment(factors=[{**first, "levels": ["2030-01-07"]}]))
    found = sweep(told, workers=1, out=tmp_path / "study")
    assert list(found.failures["point"].unique()) == [1]
    assert (found.failures["status"] == "error").all()
    assert found.failures["error"].str.contains("2 June 2025").all()
    assert len(found.tidy()) == 3 * 2
    assert found.series.empty
    stretch = found.stretch("loss_due_to_shocks")  # 40, no, 70 and 16 weeks from the decision on
    assert stretch.tolist() == pytest.approx([40 / 42, 1.0, 70 / 42, 16 / 42])
    assert found.describe("loss_due_to_shocks").effect_of_interest == pytest.approx(42 * 0.5)


def test_a_point_that_cannot_be_does_not_hide_the_horizon_of_its_like() -> None:
    plan = make_sweep(experiment())
    first, second = plan.points
    worse = {**first.setting.values, "shocks.1.peak": 99.0}
    bad = replace(first, setting=replace(first.setting, values=worse))
    assert plan.metrics["loss_due_to_shocks"].effect_of_interest
    for points in ([bad, second], [first, bad]):
        other = replace(plan, points=points)
        assert other.metrics == plan.metrics
        assert other.stretch == {}


def test_unknown_names_are_told(done: Study) -> None:
    with pytest.raises(ResilienzaError, match="loss_due_to_shocks"):
        done.values("loss_due_to_shock")
    with pytest.raises(ResilienzaError, match="transformative"):
        done.differences("loss_due_to_shocks", "transformativ")


def test_the_folder_is_named_after_what_is_asked() -> None:
    one, other = (make_sweep(experiment(seed=seed)) for seed in (1, 2))
    assert default_folder(one) == default_folder(make_sweep(experiment(pairs=7)))
    assert default_folder(one) != default_folder(other)


def test_points_that_are_alike_are_run_once_and_both_have_the_rows(tmp_path: Path) -> None:
    rows = [{"size": 0.5}, {"size": 1.2}, {"size": 0.5}]
    told = experiment(pairs=1, series=[], design={"kind": "table", "table": rows})
    assert make_sweep(told).total == 2 * 2
    found = sweep(told, workers=1, out=tmp_path / "study")
    assert found.runs.groupby("point").size().to_dict() == {0: 2, 1: 2, 2: 2}
    values = found.values("loss_due_to_shocks").droplevel("replicate")
    assert values.loc[0].equals(values.loc[2])
    assert not values.loc[0].equals(values.loc[1])
    again = sweep(told, workers=1, out=tmp_path / "study")
    assert again.runs.equals(found.runs)


def test_choices_are_told_in_the_readers_language(tmp_path: Path) -> None:
    choices = [
        {"label": "flood", "title": {"it": "un'alluvione", "en": "a flood"}},
        {"label": "quake"},
    ]
    found = made_sweep(
        tmp_path,
        grid(what=["flood", "quake"]),
        lambda point, arm, replicate: {"loss_due_to_shocks": float(replicate)},
        factors=[factor("what", levels=(), choices=choices, paths=())],
    )
    assert found.level_title("flood") == "un'alluvione"
    assert found.level_title("flood", "en") == "a flood"
    assert found.level_title("quake") == found.level_title("quake", "en") == "quake"
    assert Readable(found, "it").level("flood") == "un'alluvione"
