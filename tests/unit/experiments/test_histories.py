"""Histories drawn again: within their ranges, the past untouched, what follows an event with it."""

from __future__ import annotations

from datetime import date

import pytest

from resilienza_sim.experiments.histories import Histories
from resilienza_sim.scenario import Scenario, load_scenario
from tests.small import day, flood, pandemic, town

DRAWN = Histories(shift_weeks=5, lowest=0.5, highest=1.5)
EXOGENOUS = {
    "volunteers": [
        {"start": day(3), "weeks": 2, "rate": 0.1, "source": "a test"},
        {"start": day(22), "until": day(30), "rate": 0.1, "source": "a test"},
    ],
    "works": [{"start": day(45), "hazard": "flood", "height": 0.3, "source": "a test"}],
}


def scenario() -> Scenario:
    """Return a town with a shock before the decision, two close ones after it, and a later one."""
    shocks = [flood(2), pandemic(20), flood(26, peak=0.4), flood(40, peak=1.2)]
    return town(weeks=60, decisions=(10,), shocks=shocks, exogenous=EXOGENOUS)


def weeks(made: Scenario) -> list[int]:
    return [shock.first_week(made.calendar) for shock in made.shocks]


def moved(start: date, week: int) -> int:
    return (start - date.fromisoformat(day(week))).days // 7


@pytest.mark.parametrize("replicate", range(12))
def test_a_history_keeps_the_past_and_stays_within_its_ranges(replicate: int) -> None:
    own = scenario()
    made = DRAWN.of(own, 10, 1, replicate)
    assert made.shocks[0] == own.shocks[0]
    assert made.exogenous.volunteers[0] == own.exogenous.volunteers[0]
    at = weeks(made)
    assert abs(at[1] - 20) <= 5
    assert at[2] - at[1] == 6  # one event
    assert abs(at[3] - 40) <= 5
    for new, old in zip(made.shocks[1:], own.shocks[1:], strict=True):
        assert 0.5 * old.peak <= new.peak <= min(1.5 * old.peak, 1.5)
    assert moved(made.exogenous.volunteers[1].start, 22) == at[1] - 20
    assert moved(made.exogenous.volunteers[1].until, 30) == at[1] - 20
    assert moved(made.exogenous.works[0].start, 45) == at[3] - 40
    assert made.time == own.time
    assert made.town == own.town
    assert made.parameters == own.parameters


def test_histories_are_named_by_seed_and_replicate() -> None:
    own = scenario()
    assert DRAWN.of(own, 10, 1, 0) == DRAWN.of(own, 10, 1, 0)
    found = {(seed, r): weeks(DRAWN.of(own, 10, seed, r)) for seed in (1, 2) for r in range(6)}
    assert len({tuple(at) for at in found.values()}) > 6


def test_every_shift_comes_up_and_peaks_are_spread() -> None:
    made = [DRAWN.of(scenario(), 10, 3, r) for r in range(150)]
    assert {weeks(each)[1] - 20 for each in made} == set(range(-5, 6))
    factors = [each.shocks[2].peak / 0.4 for each in made]
    assert min(factors) < 0.55
    assert max(factors) > 1.45
    assert sum(factors) / len(factors) == pytest.approx(1.0, abs=0.08)


def test_no_event_comes_before_the_decision_or_after_the_end() -> None:
    far = Histories(shift_weeks=50)
    first = [weeks(far.of(scenario(), 10, 1, r))[1:] for r in range(40)]
    assert all(min(at) >= 11 for at in first)
    assert all(at[0] <= 52 and at[2] <= 52 for at in first)
    late = town(weeks=60, decisions=(10,), shocks=[flood(57)])
    assert {weeks(far.of(late, 10, 1, r))[0] for r in range(40)} <= set(range(11, 58))


def test_a_monthly_series_moves_by_whole_months() -> None:
    series = {"first": "2023-11", "water": [0.2, 1.0, 0.3]}
    own = town(weeks=90, decisions=(10,), shocks=[flood(46, monthly=series)])
    for replicate in range(20):
        made = Histories(shift_weeks=26).of(own, 10, 1, replicate)
        shift = weeks(made)[0] - 46
        year, month = (int(part) for part in made.shocks[0].monthly.first.split("-"))
        assert 12 * year + month - (12 * 2023 + 11) == round(7 * shift / 30.44)


@pytest.mark.parametrize("name", ["faenza", "laboratorio", "quartiere", "termini"])
def test_shipped_scenarios_have_other_histories(name: str) -> None:
    own = load_scenario(name)
    for week in own.decision_weeks:
        made = Histories().of(own, week, 1, 1)
        assert made.shocks != own.shocks
        assert made.hash != own.hash
