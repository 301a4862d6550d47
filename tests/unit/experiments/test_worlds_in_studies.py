"""A study of plausible worlds: the same whatever its size and arms, and one alone by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.cli import main
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.companions import companions_of
from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.comparison import make_plan
from resilienza_sim.experiments.exchange.units import units
from resilienza_sim.experiments.exchange.verify import verify
from resilienza_sim.experiments.smallest import of_people, smallest_change
from resilienza_sim.experiments.study import Study
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.simulation import simulate, simulate_arms

ARMS = ["alluvial", "transformative"]
ALONE = {"null": False, "chance": False, "workers": 1}


@pytest.fixture(scope="module")
def town() -> Scenario:
    made = load_scenario("quartiere").with_citizens(120)
    return made.with_values({"time.weeks": 30, "time.burn_in_weeks": 26})


@pytest.fixture(scope="module")
def whole(town, tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("whole") / "study"
    return compare(town, ARMS, 3, baseline="alluvial", out=folder, null=False, workers=1)


def frames(study: Study, *worlds: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = study.runs[study.runs["replicate"].isin(worlds)].sort_values("run_id")
    series = study.series[study.series["run_id"].isin(runs["run_id"])]
    return runs.reset_index(drop=True), series.sort_values(["run_id", "week"], ignore_index=True)


def alike(one: Study, other: Study, *worlds: int) -> None:
    for a, b in zip(frames(one, *worlds), frames(other, *worlds), strict=True):
        pd.testing.assert_frame_equal(a, b[a.columns], check_exact=True)


def test_more_pairs_and_other_arms_leave_the_worlds_as_they_were(town, whole, tmp_path) -> None:
    few = compare(town, ARMS[::-1], 2, baseline="alluvial", out=tmp_path / "s", **ALONE)
    alike(few, whole, 0, 1)
    more = compare(town, ARMS[::-1], 3, baseline="alluvial", out=tmp_path / "s", **ALONE)
    alike(more, whole, 0, 1, 2)
    pd.testing.assert_frame_equal(more.worlds, whole.worlds)
    assert len(list((tmp_path / "s" / "worlds").iterdir())) == 1


def test_the_worlds_are_kept_with_their_values(whole) -> None:
    assert sorted(whole.worlds["world"].unique()) == [0, 1, 2]
    drawn = whole.worlds[whole.worlds["world"] == 2].set_index("path")["value"]
    assert whole.world(2).values == drawn.to_dict()
    (first, *_) = whole.world(2).arms[0].normal
    assert first.action.unit_cost_eur == drawn[f"actions.{first.action.kind()}.unit_cost_eur"]


def test_a_world_alone_is_that_of_the_study_to_the_bit(town, whole, tmp_path) -> None:
    alone = compare(town, ARMS, baseline="alluvial", world=2, out=tmp_path / "w", **ALONE)
    assert alone.runs["replicate"].unique().tolist() == [2]
    alike(alone, whole, 2)
    run = simulate(town, strategy="alluvial", world=2)
    kept = whole.table("loss_due_to_shocks").loc[2, "alluvial"]
    assert run.metrics["loss_due_to_shocks"] == kept
    with pytest.raises(ResilienzaError, match="first"):  # another study
        compare(town, ARMS, baseline="alluvial", world=2, out=whole.folder, **ALONE)


def test_a_point_is_the_scenario_as_it_is(town, whole, tmp_path) -> None:
    point = compare(town, ARMS, 2, baseline="alluvial", worlds=False, out=tmp_path / "p", **ALONE)
    for each in simulate_arms(town, ARMS, replicate=1, seed=1):
        for metric, value in each.metrics.items():
            kept = point.table(metric).loc[1, each.strategy]
            assert kept == value or (value is None and pd.isna(kept))
    assert point.is_point
    assert point.worlds.empty
    assert point.axes().empty
    with pytest.raises(ResilienzaError, match="single point"):
        point.world(0)
    with pytest.raises(ResilienzaError, match="worlds"):
        compare(town, ARMS, 2, baseline="alluvial", worlds=False, out=whole.folder, **ALONE)


def test_what_somebody_sets_is_the_same_in_every_world(town, tmp_path) -> None:
    path = "parameters.shock.event_gap_weeks"
    plan = make_plan(town.with_values({path: 9}), ARMS, parameters=(f"{path}=9",))
    assert path not in {each.path for each in plan.bench.ranges.drawn}
    null, again = companions_of(plan)[0]
    assert plan.bench.ranges.drawn == again.plan.bench.ranges.drawn
    switched = set(null.plan.facts["parameters"]) & {each.path for each in plan.bench.ranges.drawn}
    assert switched
    assert not switched & {each.path for each in null.plan.bench.ranges.drawn}


def test_the_smallest_loss_that_matters_grows_with_the_weeks(town, whole, tmp_path) -> None:
    (weeks,) = {town.time.weeks - week for week in town.decision_weeks[:1]}
    table = whole.comparison().set_index("metric")["effect_of_interest"]
    lost = float(whole.table("loss_due_to_shocks")["alluvial"].mean())
    smallest = smallest_change(lost, weeks)
    assert of_people(0.01, weeks) <= smallest <= 0.5 * weeks
    assert (table[["loss_due_to_shocks", "loss_everyday", "loss_total"]] == smallest).all()
    assert (table["robustness"] == 0.5).all()
    own = town.with_set("study.effects_of_interest.loss_total=3")
    asked = compare(own, ARMS, 1, baseline="alluvial", out=tmp_path / "own", **ALONE)
    assert asked.describe("loss_total").effect_of_interest == 3.0


def test_the_same_worlds_with_another_luck(whole) -> None:
    assert whole.chance is not None
    assert whole.chance.world(1).values == whole.world(1).values
    assert not whole.chance.runs["loss_total"].equals(whole.runs["loss_total"])
    found = whole.spread("loss_total")
    assert found["twice"].tolist() == [3]
    assert 0.0 <= found["share"][0] <= 1.0


def test_a_study_of_worlds_can_be_verified(whole) -> None:
    assert verify(whole.folder, rerun=2).holds
    (top, *_) = units(whole.folder)
    assert set(top.planned) == set(whole.runs["run_id"])


@pytest.mark.parametrize("found", ["-1", "abc", "1.5", "999999999"])
def test_a_world_that_does_not_exist_is_one_sentence(found, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--lang", "en", "compare", "quartiere", "--world", found]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "--world" in said[0]
    assert not list(Path(tmp_path).iterdir())


@pytest.mark.parametrize("other", [["--point"], ["--pairs", "3"], ["--until-sure"]])
def test_a_world_alone_goes_with_no_number_of_pairs(other, capsys) -> None:
    assert main(["--lang", "en", "compare", "quartiere", "--world", "1", *other]) == 2
    assert "cannot be given together" in capsys.readouterr().err
