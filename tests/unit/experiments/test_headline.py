"""What a study is judged by, with quiet twins and without."""

from __future__ import annotations

import pandas as pd

from resilienza_sim.experiments.comparison import hashed
from resilienza_sim.experiments.experiment import load_experiment
from resilienza_sim.experiments.headline import headline, headline_of
from resilienza_sim.scenario import load_scenario
from tests.unit.experiments import fake_model

SHOCKS, TOTAL = "loss_due_to_shocks", "loss_total"


def test_the_loss_in_all_is_the_headline_only_where_that_due_to_shocks_has_no_value() -> None:
    assert headline([SHOCKS, TOTAL]) == headline([SHOCKS]) == headline([]) == SHOCKS
    assert headline([TOTAL]) == TOTAL
    assert headline_of(pd.DataFrame({SHOCKS: [None, None], TOTAL: [1.0, None]})) == TOTAL
    assert headline_of(pd.DataFrame({SHOCKS: [None, 2.0], TOTAL: [1.0, None]})) == SHOCKS


def test_a_plan_knows_from_its_scenario_and_twins_are_part_of_its_name() -> None:
    plan = fake_model.plan()
    assert plan.headline == SHOCKS
    scenario = load_scenario("quartiere")
    found = []
    for each in (scenario, scenario.with_set("study.twin=false")):
        found.append(fake_model.plan(scenario=hashed(each)))
    assert [each.headline for each in found] == [SHOCKS, TOTAL]
    assert found[0].hash != found[1].hash
    assert {run.run_id for run in found[0].runs()}.isdisjoint(r.run_id for r in found[1].runs())


def test_a_sweep_without_twins_keeps_the_loss_in_all_in_the_first_place() -> None:
    experiment = load_experiment("which_strategy_pays").without_twins()
    assert experiment.metrics[0] == TOTAL
    assert SHOCKS not in experiment.metrics
    assert experiment.set["study.twin"] is False
