"""What runs beside a study: the null model, and the cells of the second-shock interaction."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import fake_model
import numpy as np
import pytest

from resilienza_sim.concepts import social_switches
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments import session
from resilienza_sim.experiments.companions import Companion, companions_of, null_model, null_pairs
from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.comparison import make_plan
from resilienza_sim.experiments.null_verdicts import needs
from resilienza_sim.experiments.progress import Stages
from resilienza_sim.experiments.run import StudyInterrupted, run_plan
from resilienza_sim.experiments.second_shock import groups_of
from resilienza_sim.experiments.study import Study
from resilienza_sim.simulation import simulate
from resilienza_sim.statistics import mean_interval
from tests.small import flood, pandemic, town

ARMS = ("consolidated", "transformative")


def small(**values: Any) -> Any:
    shocks = [pandemic(6), flood(8), flood(12)]
    return town(citizens=120, weeks=18, shocks=shocks, burn_in_weeks=26, **values)


# -- null model -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "null", "answer"),
    [
        ("better", "better", "no"),
        ("equivalent", "equivalent", "no"),
        ("better", "equivalent", "yes"),
        ("better", "worse", "yes"),
        ("better", "undecided", "unknown"),
        ("undecided", "undecided", "unknown"),
    ],
)
def test_a_verdict_needs_what_changes_it(full, null, answer) -> None:
    assert needs(full, null) == answer


def test_the_null_model_takes_half_the_pairs_if_a_verdict_allows() -> None:
    wanted = {1: 1, 4: 4, 6: 6, 10: 6, 16: 8, 30: 10, 1000: 10}
    assert {pairs: null_pairs(pairs) for pairs in wanted} == wanted


def test_the_null_model_is_the_scenario_with_every_switch_off() -> None:
    scenario = small()
    plan = make_plan(scenario, ARMS, pairs=9, parameters=("shocks.0.peak=0.5",))
    off = null_model(plan)
    assert off is not None
    for path, value in social_switches().items():
        place: Any = off.plan.bench.only
        for step in path.split("."):
            place = getattr(place, step)
        assert place == value
    assert off.plan.facts["configuration"] != plan.facts["configuration"]
    assert (off.plan.seed, off.plan.arms) == (plan.seed, plan.arms)
    assert off.plan.pairs == 6
    assert off.plan.facts["parameters"] == {"shocks.0.peak": "0.5", **social_switches()}


def test_a_model_without_switches_has_no_null_model(monkeypatch) -> None:
    monkeypatch.setattr("resilienza_sim.experiments.companions.social_switches", dict)
    scenario = small()
    plan = make_plan(scenario, ARMS)
    assert null_model(plan) is None
    assert companions_of(plan, chance=False) == ([], None)


def test_progress_is_told_over_all_the_studies() -> None:
    told: list[tuple[int, int, float | None]] = []
    plans = [fake_model.plan(4), fake_model.plan(2)]
    progress = Stages(lambda *said: told.append(said), [plan.total for plan in plans])
    assert progress.share == pytest.approx(2 / 3)
    progress(6, 24, 30.0)
    progress(24, 24, 0.0)
    progress.finished()
    progress(0, 12, None)
    progress(12, 12, 0.0)
    between = 30.0 / 18 * 12  # no "0 s" while a study is still to come
    assert told == [(6, 36, 50.0), (24, 36, between), (24, 36, between), (36, 36, 0.0)]
    Stages(None, [24, 12])(1, 24, None)


@pytest.mark.parametrize(
    ("chance", "null", "answers"),
    [
        (0.1, "equivalent", ("yes", "no")),
        (0.0, "undecided", ("unknown", "unknown")),  # all differences 0, of 12 pairs
    ],
)
def test_verdicts_stand_beside_those_of_the_null_model(tmp_path, chance, null, answers) -> None:
    plan = fake_model.plan(12)
    run_plan(plan, fake_model.runner(), tmp_path)
    study = Study.open(tmp_path)
    assert study.null is None
    assert study.null_verdicts().empty
    other = fake_model.plan(12, strategy_texts=alike())
    run_plan(other, partial(alike_runner, chance), tmp_path / "null")
    for day, each in Study.open(tmp_path).decisions.items():
        table = each.null_verdicts().set_index("strategy")
        table = table[table["baseline"] == "consolidated"]
        told = table[["verdict", "null_verdict", "needs"]]
        assert told.loc["transformative"].tolist() == ["better", null, answers[0]]
        assert told.loc["alluvial"].tolist() == ["equivalent", null, answers[1]]
        assert each.null is not None
        assert each.null.decision == day


def alike() -> dict[str, str]:
    return {name: f'{{"name":"{name}"}}' for name in fake_model.STRATEGIES}


def alike_runner(chance: float, task: Any) -> Any:
    for run in task.runs:
        one = fake_model.trajectory("consolidated", task.replicate, task.seed, run.decision)
        own = np.random.default_rng([task.replicate, fake_model.STRATEGIES.index(run.strategy)])
        loss = one.metrics["loss_due_to_shocks"] + chance * own.normal()
        metrics = {**one.metrics, "loss_due_to_shocks": loss}
        yield replace(one, strategy=run.strategy, metrics=metrics)


# -- second shock ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("0,1", ((0,), (1,))),
        (" 2+1 , 0", ((1, 2), (0,))),
        ("auto", ((0,), (1, 2))),
    ],
)
def test_groups_of_shocks_are_named_by_their_places(text, groups) -> None:
    assert groups_of(text, small()) == groups


def test_with_one_hazard_the_first_shock_is_held_against_the_later_ones() -> None:
    floods = town(shocks=[flood(12), flood(6), flood(20)])
    assert groups_of("auto", floods) == ((1,), (0, 2))


@pytest.mark.parametrize("text", ["", "0", "0,0", "0,1,2", "0,3", "0,-1", "flood,1", "0+1,1"])
def test_groups_that_are_not_two_are_refused_by_name(text) -> None:
    with pytest.raises(ResilienzaError, match=r"0 \(pandemic\), 1 \(flood\), 2 \(flood\)"):
        groups_of(text, small())


@pytest.mark.parametrize("shocks", [[], [flood(6)]])
def test_two_shocks_are_needed(shocks) -> None:
    with pytest.raises(ResilienzaError):
        groups_of("auto", town(shocks=shocks))


def cell(first: bool, second: bool, task: Any) -> Any:
    """Yield losses of 10 + 5 + 7, and 3 more together.

    The transformative arm halves the 3, the alluvial saves what depends on the replicate.
    """
    for run in task.runs:
        one = fake_model.trajectory(run.strategy, task.replicate, task.seed, run.decision)
        saved = {"transformative": 1.5, "alluvial": 0.1 * task.replicate}.get(run.strategy, 0.0)
        extra = 3.0 - saved
        chance = 0.25 * task.replicate * (first and second)
        loss = 10.0 + 5.0 * first + 7.0 * second + (extra + chance) * (first and second)
        yield replace(one, metrics={**one.metrics, "loss_due_to_shocks": loss})


def test_interaction_is_what_the_four_cells_leave_over(tmp_path) -> None:
    pairs = 5
    plan = fake_model.plan(pairs)
    run_plan(plan, partial(cell, True, True), tmp_path)
    assert Study.open(tmp_path).interaction().empty
    places = {"without-1": (True, False), "without-0": (False, True), "without-0-1": (False,) * 2}
    for name, on in places.items():
        run_plan(plan, partial(cell, *on), tmp_path / "shocks" / name)
    for day in plan.decisions:
        place = tmp_path if day == plan.decisions[0] else tmp_path / "decisions" / day
        manifests.write(place, {**(manifests.read(place) or {}), "interaction": [[0], [1]]})
    for each in Study.open(tmp_path).decisions.values():
        table = each.interaction().set_index("strategy")
        chance = 0.25 * np.arange(pairs).mean()
        assert table["interaction"].tolist() == pytest.approx(
            [3.0 + chance, 2.8 + chance, 1.5 + chance]
        )
        assert table.loc["consolidated", ["first", "second", "neither"]].tolist() == [15, 17, 10]
        assert (table["low"] < table["interaction"]).all()
        assert (table["interaction"] < table["high"]).all()
        assert table["n"].tolist() == [pairs] * 3
        told = table[["difference", "difference_low", "difference_high"]]
        saved = mean_interval(-0.1 * np.arange(pairs))
        assert told.loc["alluvial"].tolist() == pytest.approx([-0.2, *saved])
        # one and the same difference in five pairs: there is no interval
        unknown = [-1.5, np.nan, np.nan]
        assert told.loc["transformative"].tolist() == pytest.approx(unknown, nan_ok=True)
        assert np.isnan(table.loc["consolidated", "difference"])


# -- the whole of it ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("beside") / "s"
    compare(small(), ARMS, 2, interaction="1,2", workers=1, out=folder)
    return folder


def test_a_cell_is_the_same_town_without_the_shock(compared) -> None:
    study = Study.open(compared)
    without = study.companion("shocks/without-1")
    assert without is not None
    own = simulate(small().without_shocks([1]), strategy="transformative", world=0)
    assert (
        without.table("loss_due_to_shocks").loc[0, "transformative"]
        == own.metrics["loss_due_to_shocks"]
    )
    table = study.interaction().set_index("strategy")
    assert table.loc["consolidated", "both"] > table.loc["consolidated", "neither"]
    both = study.table("loss_due_to_shocks").mean()
    assert table["both"].tolist() == pytest.approx(both.tolist())


def test_the_null_model_differs_and_is_paired(compared) -> None:
    study = Study.open(compared)
    assert study.null is not None
    assert study.null.runs["seed"].tolist() == study.runs["seed"].tolist()
    assert (study.null.table("loss_due_to_shocks") != study.table("loss_due_to_shocks")).all(
        axis=None
    )
    assert study.null_verdicts()["needs"].tolist() == ["unknown"]


def test_what_runs_beside_resumes_to_the_same_bytes(compared, tmp_path, monkeypatch) -> None:
    real = session.run_plan

    def stopped(plan: Any, runner: Any, folder: Path, **more: Any) -> Path:
        if folder.name == "without-2":
            raise StudyInterrupted(folder, 0, 4)
        return real(plan, runner, folder, **more)

    monkeypatch.setattr(session, "run_plan", stopped)
    with pytest.raises(StudyInterrupted) as stop:
        compare(small(), ARMS, 2, interaction="1,2", workers=1, out=tmp_path)
    assert (stop.value.folder, stop.value.done, stop.value.planned) == (tmp_path, 16, 24)
    assert Study.open(tmp_path).interaction().empty
    monkeypatch.setattr(session, "run_plan", real)
    compare(small(), ARMS, 2, interaction="1,2", workers=1, out=tmp_path)
    assert fake_model.contents(tmp_path) == fake_model.contents(compared)
    later = compare(small(), ARMS, 2, null=False, workers=1, out=tmp_path)
    assert later.manifest["interaction"] == [[1], [2]]
    assert fake_model.contents(tmp_path) == fake_model.contents(compared)


@pytest.mark.slow
def test_two_workers_leave_the_same_bytes(compared, tmp_path) -> None:
    compare(small(), ARMS, 2, interaction="1,2", workers=2, out=tmp_path)
    assert fake_model.contents(tmp_path) == fake_model.contents(compared)


def test_a_companion_keeps_all_but_the_scenario() -> None:
    scenario = small()
    plan = make_plan(scenario, ARMS, pairs=3)
    other = scenario.without_shocks([0])
    each = Companion.of(Path("x"), other, plan)
    assert each.plan.pairs == 3
    assert each.plan.facts["scenario"]["hash"] == other.hash != scenario.hash
    assert each.plan.metrics == plan.metrics
    assert each.plan.arms == plan.arms
