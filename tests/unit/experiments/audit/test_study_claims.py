"""The verdicts of a comparison become claims."""

from __future__ import annotations

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.stages import stages
from resilienza_sim.experiments.audit.study_claims import claims_of
from resilienza_sim.experiments.comparison import hashed
from resilienza_sim.experiments.plan import canonical
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study
from resilienza_sim.scenario import load_scenario
from resilienza_sim.strategies import load_strategy


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory):
    """A comparison with invented runs, kept with a real scenario and real strategies."""
    scenario = load_scenario("faenza").with_citizens(60)
    plan = fake_model.plan(
        pairs=10,
        name=scenario.name,
        scenario=hashed(scenario),
        strategy_texts={
            name: canonical(load_strategy(name).model_dump(mode="json"))
            for name in fake_model.STRATEGIES
        },
    )
    folder = tmp_path_factory.mktemp("study") / "out"
    run_plan(plan, fake_model.runner(), folder, workers=1)
    return Study.open(folder)


def test_decided_verdicts_become_claims_with_their_direction(study) -> None:
    told, _, undecided = claims_of(study)
    by_arms = {(c.case, c.strategy, c.baseline): c for c in told.claims}
    better = by_arms["decision_0", "transformative", "consolidated"]
    assert (better.direction, better.at_least) == ("lower", 0.5)
    assert by_arms["decision_0", "alluvial", "consolidated"].direction == "same"
    assert len(told.claims) + undecided == 6
    assert told.pairs == 10
    assert {case.decision for case in told.cases} == {0, 1}
    assert better.says.it != better.says.en


def test_what_a_study_ran_is_what_is_audited(study) -> None:
    told, ready, _ = claims_of(study)
    made = stages(told, ready=ready)
    assert [stage.experiment.decision for stage in made] == [0, 1]
    scenario = made[0].ready[made[0].experiment.scenarios[0]]
    assert scenario.town.citizens == 60
    assert made[0].experiment.effects_of_interest == scenario.study.effects_of_interest


def test_a_study_without_a_verdict_claims_nothing(study, monkeypatch) -> None:
    asked = []

    def fake_comparison(self, metric=None, **_):
        asked.append(metric)
        return fake_table(self)

    monkeypatch.setattr(type(study), "comparison", fake_comparison)
    with pytest.raises(ResilienzaError) as error:
        claims_of(study)
    assert str(study.folder) in error.value.text("it")
    assert asked == [study.headline] * 2  # at each decision


def fake_table(study):
    import pandas as pd

    return pd.DataFrame(
        [{"strategy": "alluvial", "baseline": "consolidated", "verdict": "undecided"}]
    )
