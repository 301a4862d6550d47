"""The wiring from a scenario to a study, on a stand-in for the scenario and the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import compare as compare_module
from resilienza_sim.experiments import comparison
from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.interim import Interim
from resilienza_sim.experiments.plan import MetricInfo, default_folder
from resilienza_sim.scenario import Scenario

# The stand-ins have no numbers to draw: a single point.
compare = partial(compare_module.compare, worlds=False)
make_plan = partial(comparison.make_plan, worlds=False)


@dataclass(frozen=True)
class FakeStrategy:
    name: str
    hash: str = "a"

    @property
    def title(self) -> SimpleNamespace:
        return SimpleNamespace(model_dump=lambda: {"it": self.name, "en": self.name})

    def model_dump(self, mode: str) -> dict[str, str]:
        return {"name": self.name, "hash": self.hash}


@dataclass(frozen=True)
class FakeScenario:
    name: str = "toy"
    citizens: int = 100
    hash: str = "0" * 16
    decision_weeks: tuple[int, ...] = (2, 9)
    strategies: tuple[str, ...] = fake_model.STRATEGIES
    effects: dict[str, float] = field(default_factory=lambda: {"robustness": 0.5})

    @property
    def study(self) -> SimpleNamespace:
        return SimpleNamespace(
            pairs=3,
            strategies=self.strategies,
            baseline="consolidated",
            effects_of_interest=self.effects,
            twin=False,
        )

    @property
    def town(self) -> SimpleNamespace:
        return SimpleNamespace(citizens=self.citizens)

    @property
    def territory(self) -> SimpleNamespace:
        return SimpleNamespace(residents=10 * self.citizens)

    @property
    def time(self) -> SimpleNamespace:
        return SimpleNamespace(weeks=12, decisions=(date(2023, 5, 1), date(2020, 2, 24)))

    arms, compared = Scenario.arms, Scenario.compared
    decision_days = Scenario.decision_days

    def named(self, name: str) -> str:
        return name

    def strategy(self, name: str | FakeStrategy) -> FakeStrategy:
        return name if isinstance(name, FakeStrategy) else FakeStrategy(str(name))

    def model_dump(self, mode: str) -> dict[str, object]:
        return {"name": self.name, "town": {"citizens": self.citizens}}

    def with_citizens(self, citizens: int) -> FakeScenario:
        return replace(self, citizens=citizens, hash=f"{citizens:016d}")

    def with_set(self, *assignments: str) -> FakeScenario:
        return replace(self, hash=f"{len(assignments)}" * 16)

    def with_values(self, values: Mapping[str, object]) -> FakeScenario:
        return replace(self, hash=f"{len(values)}" * 16)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def simulate_arms(
        scenario: FakeScenario,
        strategies: list[FakeStrategy],
        *,
        replicate: int,
        seed: int,
        skip: frozenset[tuple[str, str]],
        **more: object,
    ) -> Iterator[fake_model.FakeTrajectory]:
        for decision in fake_model.DECISIONS:
            for arm in strategies:
                if (decision, arm.name) not in skip:
                    yield fake_model.trajectory(arm.name, replicate, seed, decision)

    def divergences(
        scenario: FakeScenario,
        strategies: list[FakeStrategy],
        baseline: str,
        seed: int,
        model: type,
    ) -> Iterator[tuple[str, list[dict[str, object]]]]:
        for decision in fake_model.DECISIONS:
            others = [arm.name for arm in strategies if arm.name != baseline]
            yield decision, [{"strategy": name, "on": decision} for name in others]

    monkeypatch.setattr("resilienza_sim.simulation.simulate_arms", simulate_arms)
    monkeypatch.setattr(compare_module, "divergences", divergences)
    monkeypatch.setattr(
        "resilienza_sim.experiments.comparison.infos_of",
        lambda effects: {
            name: MetricInfo(info.better, info.unit, effects.get(name, info.effect_of_interest))
            for name, info in fake_model.METRICS.items()
        },
    )
    monkeypatch.chdir(tmp_path)


def test_a_comparison_ends_in_a_study_that_the_same_words_find_again() -> None:
    study = compare(FakeScenario(), workers=1)
    assert study.folder.parent == Path("results").absolute()
    assert study.folder.name.startswith("toy-")
    assert len(study.runs) == 3 * 3
    assert study.strategies == list(fake_model.STRATEGIES)
    assert study.describe("robustness").effect_of_interest == 0.5
    assert (study.manifest["citizens"], study.manifest["residents"]) == (100, 1000)
    assert study.manifest["horizons"] == {"2020-02-24": 10, "2023-05-01": 3}
    for day, each in study.decisions.items():
        told = [(line["strategy"], line["on"]) for line in each.manifest["divergence"]]
        assert told == [("alluvial", day.isoformat()), ("transformative", day.isoformat())]
    more = compare(FakeScenario(), pairs=5, workers=1)
    assert more.folder == study.folder
    assert len(more.runs) == 5 * 3
    other = compare(FakeScenario(), citizens=50, parameters=("purse.returns=linear",), workers=1)
    assert other.folder != study.folder
    assert other.manifest["parameters"] == {"purse.returns": "linear"}


@pytest.mark.parametrize(
    ("given", "baseline", "arms", "base"),
    [
        (None, None, [*fake_model.STRATEGIES], "consolidated"),
        (None, "none", ["none", *fake_model.STRATEGIES], "none"),
        (["alluvial", "none"], None, ["alluvial", "none"], "alluvial"),
        (["none", "consolidated"], None, ["none", "consolidated"], "consolidated"),
        (["alluvial", "alluvial"], None, ["alluvial"], "alluvial"),
        (["alluvial", "none"], "none", ["alluvial", "none"], "none"),
        (["alluvial"], "none", ["none", "alluvial"], "none"),
        ([FakeStrategy("mine"), "none"], "mine", ["mine", "none"], "mine"),
        (["none"], FakeStrategy("mine"), ["mine", "none"], "mine"),
    ],
)
def test_what_is_asked_for_is_compared_and_nothing_else(given, baseline, arms, base) -> None:
    plan = make_plan(FakeScenario(), given, baseline=baseline)
    assert [arm.name for arm in plan.bench.strategies] == list(plan.arms) == arms
    assert plan.baseline == base
    assert plan.decisions == fake_model.DECISIONS


def test_two_different_strategies_of_one_name_are_refused() -> None:
    twins = [FakeStrategy("alluvial"), FakeStrategy("alluvial", "b")]
    with pytest.raises(ResilienzaError, match="two different strategies"):
        make_plan(FakeScenario(), twins)


def test_the_default_folder_changes_with_the_arms_but_not_with_the_pairs() -> None:
    plan = make_plan(FakeScenario())
    assert default_folder(plan) == default_folder(make_plan(FakeScenario(), pairs=99))
    assert default_folder(plan) != default_folder(make_plan(FakeScenario(), ["alluvial"]))
    assert default_folder(plan) != default_folder(make_plan(FakeScenario(), seed=2))


def test_pairs_are_added_until_sure_and_what_is_beside_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analyses: list[Interim] = []
    seen: list[tuple[int, int]] = []
    # 0.2 ± 0.14 between two arms: known to 0.05 after some 80 pairs.
    rule = Stopping(half_width={"loss_due_to_shocks": 0.05}, decided=False)
    given = {
        "workers": 1,
        "until_sure": rule,
        "on_interim": analyses.append,
        "progress": lambda done, total, left: seen.append((done, total)),
    }
    monkeypatch.setattr(
        "resilienza_sim.experiments.companions.social_switches", lambda: {"a.b": False}
    )
    study = compare(FakeScenario(), ["consolidated", "alluvial"], **given)
    assert [look.pairs for look in analyses][:2] == [50, 60]
    assert analyses[-1].added == 0
    assert analyses[-1].sure == analyses[-1].comparisons == 2
    assert len(study.table("loss_due_to_shocks")) == analyses[-1].pairs > 60
    assert len(study.null.table("loss_due_to_shocks")) == 10
    told = study.manifest["until_sure"]
    assert told["rule"]["metrics"] == ["loss_due_to_shocks"]
    assert len(told["analyses"]) == len(analyses)
    assert seen[-1][0] == seen[-1][1] == (analyses[-1].pairs + 10) * 4
    again = compare(FakeScenario(), ["consolidated", "alluvial"], **given)
    assert again.manifest["until_sure"] == told
    assert len(again.manifest["sessions"]) == len(study.manifest["sessions"])


def test_a_rule_that_cannot_be_met_writes_nothing() -> None:
    rule = Stopping(metrics=("gini_suffering",))
    with pytest.raises(ResilienzaError, match="gini_suffering"):
        compare(FakeScenario(), workers=1, until_sure=rule)
    assert not Path("results").exists()
