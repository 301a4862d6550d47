"""Something changed by hand, on the same people, worlds and chance."""

from __future__ import annotations

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.frontier import frontier
from resilienza_sim.experiments.whatif import at_budgets, changes, group_of, live, what_if
from tests.small import LOW, flood, town

SMALL = {"citizens": 150, "weeks": 20, "shocks": [flood(8)]}
OWN = {"purse": {"eur_per_year": 200_000.0}, **SMALL}


def ends(case):
    return case.name, case.arms[0].name


def test_no_change_changes_nothing_and_a_worse_flood_hurts_where_it_comes() -> None:
    scenario = town(**SMALL)
    for peak, moves in ((scenario.shocks[0].peak, False), (1.4, True)):
        cases, told, ranges = what_if(scenario, {"shocks.0.peak": peak})
        lived = live(cases, ranges, pairs=2, workers=1)
        found = {each.name: each for each in changes(lived, *map(ends, cases), scenario)}
        assert told == {"shocks.0.peak": (scenario.shocks[0].peak, peak)}
        assert any(each.found.mean_difference for each in found.values()) == moves
    assert found[f"quarter:{LOW}"].found.mean_difference > 0.0
    assert found["loss_total"].changed > found["loss_total"].base
    assert group_of(f"quarter:{LOW}") == ("quarter", LOW)
    assert group_of("loss_total") is None


def test_a_line_of_the_strategy_is_changed_in_one_case_only() -> None:
    scenario = town(**OWN)
    cases, told, _ = what_if(scenario, {"strategy.normal.0.share": 0.01}, "hybrid")
    (base,), (changed,) = (case.arms for case in cases)
    assert changed.normal[0].share == 0.01 != base.normal[0].share
    assert told["strategy.normal.0.share"] == (base.normal[0].share, 0.01)
    assert cases[0].scenario == cases[1].scenario


def test_a_wrong_path_is_told() -> None:
    with pytest.raises(ResilienzaError, match="peek"):
        what_if(town(**SMALL), {"shocks.0.peek": 1.0})


def test_budgets_begin_with_the_decision_and_the_past_stays() -> None:
    scenario = town(**OWN)
    cases, ranges = at_budgets(scenario, [0.0, 200_000.0, 400_000.0], ["hybrid"])
    start = scenario.calendar.date_of(min(scenario.decision_weeks))
    for case, euros in zip(cases, (0.0, 200_000.0, 400_000.0), strict=True):
        assert case.scenario.purse_on(start) == euros
        assert case.scenario.purse_on(scenario.time.start) == 200_000.0
    assert "purse.discretionary_share" not in {each.path for each in ranges.drawn}
    table = frontier(live(cases, ranges, pairs=2, workers=1), scenario)
    own = table[table["metric"] == "loss_total"]
    assert own["budget_eur"].tolist() == [0.0, 200_000.0, 400_000.0]
    assert own["spent_eur_per_year"].is_monotonic_increasing
    assert own["spared"].iloc[0] == 0.0
