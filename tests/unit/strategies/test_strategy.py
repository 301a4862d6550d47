"""A strategy in euros, with dates, held against a purse that may change."""

from __future__ import annotations

from datetime import date

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.strategies import Strategy, load_strategy, shipped_strategies
from resilienza_sim.strategies.strategy import PHASES
from tests.small import day, lived, town

HUNDRED = 100_000.0


def told(*lines, **fields) -> Strategy:
    """Return a strategy whose lines are the same in every situation."""
    data = {"name": "mine", "title": "Mine", "description": "Mine", "source": "a test"}
    return Strategy.model_validate(data | {phase: list(lines) for phase in PHASES} | fields)


def line(action="campaign", **gets):
    return {"action": action, **gets}


def with_purse(eur=HUNDRED, *funds, **parts):
    return town(purse={"eur_per_year": eur, "funds": list(funds)}, **parts)


# -- what is written --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "service"),
    [("sad", "home_care"), ("adi", "home_care"), ("servizio_sociale", "social_work")],
)
def test_an_office_s_name_of_a_service_does(name, service) -> None:
    for given in (line(name, share=0.5), line("service_staff", service=name, share=0.5)):
        (found,) = told(given).lines(0)
        assert (found.action.kind(), found.action.service) == ("service_staff", service)


def test_a_line_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="line_backwards"):
        told(line(share=0.1, start="2027-02-01", end="2027-01-01"))


def test_lines_that_follow_each_other_may_each_take_the_whole_purse() -> None:
    both = (line(share=1.0, end="2027-12-31"), line("training", share=1.0, start="2028-01-01"))
    plan = told(*both)
    assert [each.action.kind() for each in plan.lines(0, date(2027, 12, 31))] == ["campaign"]
    assert [each.action.kind() for each in plan.lines(0, date(2028, 1, 1))] == ["training"]
    with pytest.raises(ValueError, match="phase_over_purse"):
        told(*both, line("outreach", share=0.1))


def test_a_strategy_without_dates_is_what_it_was() -> None:
    for name in shipped_strategies():
        plan = load_strategy(name)
        assert "keep_unassigned" not in plan.model_dump()
        assert plan.lines(1, date(2027, 1, 1)) is plan.lines(1)
    assert "funds" not in town().model_dump()["purse"]


# -- held against a purse ---------------------------------------------------------------------


def test_more_euros_than_there_are_on_a_day_are_refused_with_the_day() -> None:
    project = {"eur_per_year": 50_000.0, "start": day(0), "end": day(20)}
    scenario = with_purse(HUNDRED, project)
    scenario.strategy(told(line(eur_per_year=150_000.0, end=day(20))))
    with pytest.raises(ResilienzaError) as error:
        scenario.strategy(told(line(eur_per_year=150_000.0)))
    assert error.value.key == "euros_over_purse_on"
    assert str(error.value.values["day"]) > day(20)
    with pytest.raises(ResilienzaError, match="100,000"):
        with_purse().strategy(told(line(eur_per_year=150_000.0)))


def test_the_share_of_a_line_follows_the_purse() -> None:
    new = {"eur_per_year": HUNDRED, "start": day(10)}
    plan = with_purse(HUNDRED, new).strategy(told(line(eur_per_year=50_000.0)))
    shares = [plan.lines(0, date.fromisoformat(day(week)))[0].share for week in (0, 9, 10, 39)]
    assert shares == [0.5, 0.5, 0.25, 0.25]


# -- lived ------------------------------------------------------------------------------------


def test_a_line_gets_its_euros_and_no_more() -> None:
    scenario = with_purse(weeks=56, decisions=(4,), citizens=1_000)
    plan = told(line("street_work", eur_per_year=10_000.0))
    model = lived(scenario, 56, strategy=plan)
    cents = sum(entry[3] for entry in model.ledger.entries if entry[0] >= 4)
    sample = 1_000 / scenario.territory.residents
    assert cents / 100.0 == pytest.approx(10_000.0 * sample, rel=0.05)
    assert model.state.municipality.available_cents >= model.state.municipality.kept_cents > 0


def test_a_line_is_spent_on_between_its_days_only() -> None:
    scenario = with_purse(weeks=30, decisions=(4,), citizens=1_000)
    dated = line("street_work", eur_per_year=50_000.0, start=day(10), end=day(20))
    model = lived(scenario, 30, strategy=told(dated))
    weeks = sorted({entry[0] for entry in model.ledger.entries if entry[0] >= 4})
    assert weeks == list(range(10, 20))  # day(20) is a Monday: its week is after it


def test_new_money_comes_on_its_day_and_the_past_is_what_it_was() -> None:
    new = {"eur_per_year": HUNDRED, "start": day(10), "end": day(19)}
    poor, rich = (
        dict(lived(with_purse(HUNDRED, *funds, weeks=30), 30).ledger.income)
        for funds in ((), (new,))
    )
    more = [week for week in poor if rich[week] != poor[week]]
    assert more == list(range(10, 19))
    assert all(rich[week] == pytest.approx(2 * poor[week], abs=1) for week in more)


@pytest.mark.parametrize(
    ("start", "key"), [({"start": day(10)}, "purse_below_zero_on"), ({}, "purse_below_zero")]
)
def test_a_cut_below_zero_is_refused(start: dict[str, object], key: str) -> None:
    from resilienza_sim.scenario import _checked

    scenario = with_purse(HUNDRED, {"eur_per_year": -200_000.0, **start})
    with pytest.raises(ResilienzaError) as error:
        _checked(scenario, "mine.toml")
    assert error.value.key == key
    assert "…" not in error.value.text("it")
