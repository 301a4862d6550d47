"""Something changed by hand, on the same people, worlds and chance."""

from __future__ import annotations

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.frontier import frontier
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.smallest import MOST_A_WEEK, smallest_change
from resilienza_sim.experiments.whatif import (
    at_budgets,
    changes,
    group_of,
    live,
    planned,
    what_if,
)
from tests.small import LOW, flood, town

SMALL = {"citizens": 150, "weeks": 20, "shocks": [flood(8)]}
OWN = {"purse": {"eur_per_year": 200_000.0}, **SMALL}


def lived(cases, folder, pairs=2):
    return live(planned(cases, pairs=pairs), folder, Running(workers=1))


def test_no_change_changes_nothing_and_a_worse_flood_hurts_where_it_comes(tmp_path) -> None:
    scenario = town(**SMALL)
    for peak, moves in ((scenario.shocks[0].peak, False), (1.4, True)):
        cases, told = what_if(scenario, {"shocks.0.peak": peak})
        studies = lived(cases, tmp_path / str(peak))
        found = {each.name: each for each in changes(studies["base"], studies["changed"])}
        assert told == {"shocks.0.peak": (scenario.shocks[0].peak, peak)}
        assert any(each.found.mean_difference for each in found.values()) == moves
    assert found[f"quarter:{LOW}"].found.mean_difference > 0.0
    assert found["loss_total"].changed > found["loss_total"].base
    assert group_of(f"quarter:{LOW}") == ("quarter", LOW)
    assert group_of("loss_total") is None
    # Judged as `compare` judges: by a margin that follows the loss, one for losses and groups.
    weeks = scenario.time.weeks - scenario.decision_weeks[0]
    margin = smallest_change(found["loss_due_to_shocks"].base, weeks)
    for name in ("loss_due_to_shocks", "loss_total", f"quarter:{LOW}"):
        assert found[name].info.effect_of_interest == margin < MOST_A_WEEK * weeks


def test_a_case_is_a_study_that_goes_on_and_is_refused_to_another(tmp_path) -> None:
    scenario = town(**SMALL)
    cases, _ = what_if(scenario, {"shocks.0.peak": 1.2})
    first = set(lived(cases, tmp_path, pairs=1)["changed"].runs["run_id"])
    more = lived(cases, tmp_path, pairs=2)["changed"]
    assert more.folder == tmp_path / "changed"
    assert first < set(more.runs["run_id"])
    assert set(more.worlds["world"]) == {0, 1}
    others, _ = what_if(scenario, {"shocks.0.peak": 1.3})
    with pytest.raises(ResilienzaError):
        lived(others, tmp_path)


def test_a_line_of_the_strategy_is_changed_in_one_case_only() -> None:
    scenario = town(**OWN)
    cases, told = what_if(scenario, {"strategy.normal.0.share": 0.01}, "hybrid")
    (base,), (changed,) = (case.arms for case in cases)
    assert changed.normal[0].share == 0.01 != base.normal[0].share
    assert told["strategy.normal.0.share"] == (base.normal[0].share, 0.01)
    assert cases[0].scenario == cases[1].scenario


def test_what_is_set_is_not_drawn_again_by_the_history() -> None:
    peak = {"name": "height", "path": "shocks.0.peak", "low": 0.6, "high": 1.0, "source": "a test"}
    strike = {**peak, "name": "other", "path": "shocks.0.strike"}
    cases, _ = what_if(town(**SMALL, history={"draws": [peak, strike]}), {"shocks.0.peak": 1.2})
    for case in cases:
        assert [each.name for each in case.scenario.history.draws] == ["other"]


def test_a_wrong_path_is_told() -> None:
    with pytest.raises(ResilienzaError, match="peek"):
        what_if(town(**SMALL), {"shocks.0.peek": 1.0})


def test_budgets_begin_with_the_decision_and_the_past_stays(tmp_path) -> None:
    scenario = town(**OWN)
    cases = at_budgets(scenario, [0.0, 200_000.0, 400_000.0], ["hybrid"])
    start = scenario.calendar.date_of(min(scenario.decision_weeks))
    for case, euros in zip(cases, (0.0, 200_000.0, 400_000.0), strict=True):
        assert case.scenario.purse_on(start) == euros
        assert case.scenario.purse_on(scenario.time.start) == 200_000.0
    studies = lived(cases, tmp_path)
    drawn = studies["0"].worlds
    assert "purse.discretionary_share" not in set(drawn["path"])
    assert all(study.worlds.equals(drawn) for study in studies.values())
    table = frontier(studies, scenario)
    own = table[table["metric"] == "loss_total"]
    assert own["budget_eur"].tolist() == [0.0, 200_000.0, 400_000.0]
    assert own["spent_eur_per_year"].is_monotonic_increasing
    assert own["spared"].iloc[0] == 0.0
