"""The quiet twin of an arm: same people, past, luck and euros, no shock from the decision on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.run import StudyInterrupted
from resilienza_sim.experiments.store import Store
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import Trajectory, simulate, simulate_arms, twin_columns
from tests.small import SHIPPED, day, flood, pandemic, town

DECISION, WEEKS = 6, 40
THREE = ("loss_due_to_shocks", "loss_everyday", "loss_total")
ANSWERS: dict[str, Any] = {
    name: [{"start": day(0), "weeks": WEEKS, "rate": 0.05, "source": "a test"}]
    for name in ("compensation", "allowance", "volunteers")
}
WORKS = [
    {"start": day(week), "hazard": "flood", "height": 0.1, "source": "a test"} for week in (2, 12)
]


def scene(**values: Any) -> Scenario:
    shocks = [pandemic(2, budget=0.3), flood(20, peak=1.0)]
    choices: dict[str, Any] = {"citizens": 300, "weeks": WEEKS, "decisions": (DECISION,)}
    return town(**{**choices, "shocks": shocks, **values})


@pytest.fixture(scope="module")
def arms() -> dict[str, Trajectory]:
    return {each.strategy: each for each in simulate_arms(scene(), SHIPPED, replicate=0, seed=3)}


def at_decision(scenario: Scenario) -> CommunityModel:
    past = CommunityModel(scenario, scenario.past, 3, decision=WEEKS)
    past.run_to(DECISION)
    return past


def test_without_shocks_nothing_is_due_to_shocks_to_the_bit() -> None:
    for each in simulate_arms(scene(shocks=[]), SHIPPED, replicate=0, seed=3):
        assert each.metrics["loss_due_to_shocks"] == 0.0
        assert each.metrics["serious_weeks_due_to_shocks"] == 0.0
        assert each.metrics["bounce_forward"] == 0.0
        assert each.metrics["loss_everyday"] == each.metrics["loss_total"] != 0.0
        for name in twin_columns():
            assert each.values[f"{name}_quiet"].tobytes() == each.values[name].tobytes()


def test_the_three_figures_add_up(arms) -> None:
    for each in arms.values():
        shocks, everyday, total = (each.metrics[name] for name in THREE)
        assert shocks > 0.0
        assert total == pytest.approx(shocks + everyday, abs=1e-9)


def test_a_twin_is_its_arm_until_the_decision_and_until_a_shock_after_it() -> None:
    late = scene(shocks=[flood(20, peak=1.0)])
    found = simulate(late, strategy="transformative", seed=3)
    for name in twin_columns():
        own, twin = found.values[name], found.values[f"{name}_quiet"]
        assert own[:20].tobytes() == twin[:20].tobytes()  # same strategy, same luck
    assert (found.values["quality"][20:] != found.values["quality_quiet"][20:]).any()
    early = simulate(scene(), strategy="transformative", seed=3)
    same = early.values["quality"] == early.values["quality_quiet"]
    assert same[:DECISION].all()
    assert not same[DECISION:].any()  # a shock that began before goes on in the arm alone


def test_a_twin_is_the_life_without_shocks_after_the_decision() -> None:
    late = scene(shocks=[flood(20, peak=1.0)])
    found = simulate(late, strategy="hybrid", seed=3).values["quality_quiet"]
    quiet = simulate(scene(shocks=[]), strategy="hybrid", seed=3).values["quality"]
    assert found.tobytes() == quiet.tobytes()


def test_a_twin_has_the_euros_of_an_arm_whose_purse_no_shock_cuts() -> None:
    past = at_decision(scene())
    twin = past.fork("alluvial", background=past.background.quiet(DECISION))
    arm = past.fork("alluvial")
    uncut = past.fork("alluvial")
    uncut.budget_cut = lambda week: 0.0  # type: ignore[method-assign]
    for model in (twin, arm, uncut):
        model.run_to(WEEKS)
    assert twin.ledger.income == uncut.ledger.income
    assert twin.ledger.income != arm.ledger.income


def test_a_twin_meets_no_answer_of_the_state_and_keeps_the_works_that_stand() -> None:
    past = at_decision(scene(exogenous={**ANSWERS, "works": WORKS}))
    usual, quiet = past.background, past.background.quiet(DECISION)
    first = past.scenario.calendar.burn_in_weeks + DECISION
    for name, rates in usual.rates.items():
        assert quiet.rates[name][:first] == rates[:first]
        assert max(rates[first:]) > 0.0 == max(quiet.rates[name][first:])
    assert (quiet.works[:first] == usual.works[:first]).all()
    assert (quiet.works[first:] == usual.works[first - 1]).all()
    assert usual.works[-1].max() > quiet.works[-1].max() > 0.0
    assert not any(quiet.shocks_on[DECISION:])
    assert quiet.shocks_on[:DECISION] == usual.shocks_on[:DECISION]


def test_a_twin_does_not_touch_its_arm(arms) -> None:
    for each in simulate_arms(scene(), SHIPPED[::-1], replicate=0, seed=3, twin=False):
        known = arms[each.strategy]
        assert known.metrics["loss_total"] == each.metrics["loss_total"]
        for name, column in each.values.items():
            assert column.tobytes() == known.values[name].tobytes()


def test_without_twins_what_they_tell_is_undefined() -> None:
    found = simulate(scene().with_set("study.twin=false"), seed=3)
    assert [found.metrics[name] for name in THREE[:2]] == [None, None]
    assert found.metrics["bounce_forward"] is found.metrics["serious_weeks_due_to_shocks"] is None
    assert found.metrics["loss_total"] is not None
    assert found.quiet("quality") is None
    assert not [name for name in found.values if name.endswith("_quiet")]


def test_a_file_under_another_name_has_the_same_three(arms, tmp_path: Path) -> None:
    import resilienza_sim.strategies as strategies

    source = Path(strategies.__file__).parent / "transformative.toml"
    copied = tmp_path / "mine.toml"
    shutil.copy(source, copied)
    text = copied.read_text(encoding="utf-8")
    copied.write_text(text.replace('name = "transformative"', 'name = "mine"'), encoding="utf-8")
    found = simulate(scene(), strategy=copied, seed=3)
    assert found.strategy == "mine"
    for name in THREE:
        assert found.metrics[name] == arms["transformative"].metrics[name]


# -- in a study -----------------------------------------------------------------------------------

PAIR = {"strategies": ["consolidated", "none"], "pairs": 3, "null": False, "seed": 3}


def parts(folder: Path) -> dict[str, bytes]:
    found = [*folder.glob("runs/part-*"), *folder.glob("series/part-*")]
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}


def test_workers_and_interruptions_leave_the_same_bytes(tmp_path: Path) -> None:
    alone = compare(scene(), **PAIR, workers=1, out=tmp_path / "alone")
    compare(scene(), **PAIR, workers=2, out=tmp_path / "two")
    assert parts(tmp_path / "two") == parts(tmp_path / "alone")

    def stop(done: int, planned: int, left: float | None) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(StudyInterrupted):
        compare(scene(), **PAIR, workers=1, out=tmp_path / "cut", progress=stop)
    assert 0 < len(Store(tmp_path / "cut").runs()) < 6
    compare(scene(), **PAIR, workers=1, out=tmp_path / "cut")
    assert parts(tmp_path / "cut") == parts(tmp_path / "alone")
    assert alone.headline == "loss_due_to_shocks"
    assert "quality_quiet" in alone.indicators


def test_twins_or_none_is_part_of_what_a_study_is(tmp_path: Path) -> None:
    from resilienza_sim.errors import ResilienzaError

    study = compare(scene(), **PAIR, workers=1, out=tmp_path / "it", twin=False)
    assert study.headline == "loss_total"
    assert study.runs["loss_due_to_shocks"].isna().all()
    assert study.manifest["parameters"] == {"study.twin": "false"}
    with pytest.raises(ResilienzaError) as refused:
        compare(scene(), **PAIR, workers=1, out=tmp_path / "it")
    assert "study.twin" in str(refused.value)


def test_what_two_shocks_do_together_is_the_same_in_all_where_twins_are_one() -> None:
    """I on losses due to shocks: own twins cancel but where both groups came before the decision.

    A twin remembers what came before the decision only. If one group came then, L12 and L1 (or L2)
    share their twin, and so do the other two; if neither did, all four do.
    """
    scenario = scene(shocks=[pandemic(2), flood(20, peak=1.0)])
    cells = [scenario.without_shocks(gone) for gone in ((), (1,), (0,), (0, 1))]
    found = [simulate(each, seed=3).metrics for each in cells]

    def together(metric: str) -> float:
        both, first, second, neither = (each[metric] for each in found)
        return both - first - second + neither

    everyday = [each["loss_everyday"] for each in found]
    assert everyday[0] == everyday[1] != everyday[2] == everyday[3]
    assert together("loss_due_to_shocks") == pytest.approx(together("loss_total"), abs=1e-9)
    assert abs(together("loss_total")) > 0.0
