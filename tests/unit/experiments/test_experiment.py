"""The description of an experiment: what is read, and what is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.experiment import (
    _TAKEN,
    Experiment,
    Factor,
    load_experiment,
    shipped_experiments,
)
from resilienza_sim.experiments.runner import Bench, parted
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.statistics import PairedComparison
from tests.small import flood, plan, town

TEXT = {"it": "Prova", "en": "A test"}
RANGE = {"name": "size", "title": TEXT, "source": "assumption", "paths": ["shocks.0.peak"]}


def factor(**values: Any) -> dict[str, Any]:
    return {**RANGE, "low": 0.5, "high": 1.5, **values}


def experiment(**values: Any) -> Experiment:
    return Experiment.model_validate(
        {
            "name": "own",
            "question": TEXT,
            "description": TEXT,
            "scenarios": ["quartiere"],
            "strategies": ["consolidated", "transformative"],
            "baseline": "consolidated",
            "metrics": ["loss_due_to_shocks"],
            "factors": [factor()],
            **values,
        }
    )


@pytest.mark.parametrize("name", shipped_experiments())
def test_a_shipped_experiment_has_valid_paths_values_and_sources(name: str) -> None:
    told = load_experiment(name)
    found = make_sweep(told)
    assert found.total == len(found.points) * told.pairs * len(told.strategies)
    assert all(each.source for each in told.factors)
    assert len(found.own) == len(found.points), "two points are the same"


def test_an_experiment_that_does_not_exist_is_told_with_the_nearest_name() -> None:
    with pytest.raises(ResilienzaError) as told:
        load_experiment("when_each_win")
    assert told.value.values["nearest"] == "when_each_wins"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"factors": [factor(low=2.0)]}, "low less than high"),
        ({"factors": [factor(levels=[1.0])]}, "low and high, or levels"),
        ({"factors": [factor(low=0.0, scale="log")]}, "above 0"),
        ({"factors": [factor(paths=[])]}, "a factor has paths"),
        ({"factors": [factor(), factor()]}, "two factors are called size"),
        ({"design": {"kind": "table"}}, "at least one row"),
        ({"design": {"kind": "table", "table": [{"siz": 1.0}]}}, "do not match"),
        ({"factors": [{**RANGE, "levels": [1.0, 1.0]}]}, "written twice"),
        ({"metrics": ["loss_due_to_shock"]}, "loss_due_to_shocks"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    from resilienza_sim.reading import validated

    good = experiment().model_dump(mode="json", exclude_defaults=True)
    with pytest.raises(ResilienzaError) as told:
        validated(Experiment, {**good, **changes}, "own.toml")
    sentence = told.value.text("en")
    assert words in sentence
    assert "\n" not in sentence
    assert told.value.text("it") != sentence


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("shocks.0.peek", "shocks.0.peek"),
        ("strategies.alluvial.recovery_weeks", "strategies.alluvial.recovery_weeks"),
        ("actions.argini.unit_cost_eur", "actions.argini.unit_cost_eur"),
        ("strategies.transformative.recovery_week", "recovery_week"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_before_anything_runs(path: str, found: str) -> None:
    with pytest.raises(ResilienzaError) as told:
        make_sweep(experiment(factors=[factor(paths=[path])]))
    assert told.value.values["found"] == found


def test_a_value_out_of_range_at_an_end_is_told_before_anything_runs() -> None:
    with pytest.raises(ResilienzaError, match="peak"):
        make_sweep(experiment(factors=[factor(high=99.0)]))


def test_a_decision_the_scenario_does_not_have_is_told() -> None:
    with pytest.raises(ResilienzaError, match="has decisions from 0 to 0, not 3"):
        make_sweep(experiment(decision=3))


def test_an_action_is_changed_wherever_it_is_bought() -> None:
    arms = (
        plan(("argini", 0.5), ("campaign", 0.2), name="one"),
        plan(("campaign", 0.3), name="two"),
    )
    bench = Bench({"town": town(shocks=[flood(8)])}, arms, 0, ("loss_due_to_shocks",))
    one, two = bench.arms(parted("town", {"actions.argini.unit_cost_eur": 33.0}))
    bought = [line.action for phase in (0, 1, 2) for line in one.lines(phase)]
    costs = [each.unit_cost_eur for each in bought if each.kind() == "argini"]
    assert costs == [33.0] * 3
    assert two == arms[1]
    three, _ = bench.arms(parted("town", {"strategies.one.recovery_weeks": 7}))
    assert three.recovery_weeks == 7


def test_values_go_to_the_scenario_of_the_point() -> None:
    bench = Bench({"town": town(shocks=[flood(8)])}, (plan(("campaign", 0.2)),), 0, ())
    assert bench.scenario(parted("town", {"shocks.0.peak": 1.25})).shocks[0].peak == 1.25
    assert bench.scenario(parted("town", {})) is bench.scenarios["town"]


def test_a_factor_goes_from_end_to_end() -> None:
    log = Factor.model_validate(factor(low=1.0, high=100.0, scale="log"))
    assert [log.at(u) for u in (0.0, 0.5, 1.0)] == pytest.approx([1.0, 10.0, 100.0])
    whole = Factor.model_validate(factor(low=1, high=3, whole=True))
    assert [whole.at(u) for u in (0.0, 0.32, 0.34, 0.99, 1.0)] == [1, 1, 2, 3, 3]
    listed = Factor.model_validate({**RANGE, "levels": ["a", "b"]})
    assert [listed.at(u) for u in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]
    assert not listed.numeric
    assert log.numeric


@pytest.mark.parametrize("name", ["point", "loss_due_to_shocks", "verdict", "n"])
def test_a_factor_may_not_have_the_name_of_a_column_of_results(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is the name of a column"):
        experiment(factors=[factor(name=name)])


def test_every_column_of_a_comparison_is_a_name_no_factor_may_have() -> None:
    fields = set(PairedComparison.__dataclass_fields__)
    assert fields | {"metric", "baseline", "strategy", "point", "scenario"} <= _TAKEN
