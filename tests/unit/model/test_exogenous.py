"""What others do: a rate for some weeks or until a date, or a table by month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.exogenous import Exogenous, Span, Works
from resilienza_sim.model.hazards import HAZARDS
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from tests.small import START, day, flood, lived, town

CALENDAR = Calendar(START, 60, 26)


def span(**values: Any) -> Span:
    return Span(start=date(2023, 2, 1), source="a test", **values)


def rates(each: Span, weeks: range = range(12)) -> list[float]:
    return [each.rate_in(CALENDAR, week) for week in weeks]


def test_a_rate_goes_on_for_its_weeks() -> None:
    assert rates(span(rate=0.2, weeks=3)) == [0.0] * 4 + [0.2] * 3 + [0.0] * 5


def test_a_rate_goes_on_until_the_week_of_its_last_day() -> None:
    assert rates(span(rate=0.2, until=date(2023, 2, 14))) == rates(span(rate=0.2, weeks=3))


def test_a_table_gives_each_day_the_rate_of_its_month() -> None:
    found = rates(span(monthly=(0.7, 0.0, 0.35)), range(20))
    assert found[3] == 0.0
    assert found[4] == pytest.approx(0.7 * 5 / 7)  # from Wednesday, 1 February 2023
    assert found[5:8] == pytest.approx([0.7] * 3)
    assert found[8] == pytest.approx(0.7 * 2 / 7)  # 27 and 28 February
    assert found[9] == 0.0
    assert found[14] == pytest.approx(0.35)
    assert found[18:] == [0.0, 0.0]
    assert rates(span(monthly=(0.7,)), range(-5, 0)) == [0.0] * 5


def test_the_rates_of_a_run_are_those_of_its_tables_week_by_week() -> None:
    spans = (
        span(rate=0.2, weeks=3),
        span(rate=0.5, until=date(2023, 3, 1)),
        span(monthly=(0.7, 0.0, 0.35)),
        Span(start=date(2022, 10, 1), weeks=20, rate=0.1, source="x"),
    )
    found = Exogenous(allowance=spans).rates(CALENDAR)
    for at, week in enumerate(range(-26, 60)):
        left = 1.0
        for each in spans:
            left *= 1.0 - each.rate_in(CALENDAR, week)
        assert found["allowance"][at] == 1.0 - left
    assert set(found) == {"compensation", "allowance", "volunteers"}
    assert not any(found["volunteers"])


def test_works_stand_from_their_week_on() -> None:
    works = [
        Works(start=day, hazard="flood", height=height, source="a test")
        for day, height in ((date(2023, 2, 1), 0.5), (date(2020, 1, 1), 0.2))
    ]
    found = Exogenous(works=works).heights(CALENDAR)[:, HAZARDS.index("flood")]
    first = 26 + CALENDAR.week_of(date(2023, 2, 1))
    assert found.tolist() == [0.2] * first + [0.7] * (86 - first)


@pytest.mark.parametrize("start", [date(2023, 1, day) for day in range(1, 32)])
def test_a_table_is_read_to_its_last_day(start) -> None:
    table = Span(start=start, monthly=(0.1, 0.2, 0.3), source="a test")
    on = [week for week in range(-5, 40) if table.rate_in(CALENDAR, week)]
    assert set(on) <= set(table.span(CALENDAR))


def test_a_table_clears_homes_as_the_same_rates_do() -> None:
    def damage(**values: Any) -> float:
        spans = [{"start": day(4), "source": "a test", **values}]
        model = lived(town(weeks=12, shocks=[flood(2)], exogenous={"volunteers": spans}), 12)
        return float(model.state.households.damage.sum())

    assert damage(monthly=[0.3, 0.3]) < damage(monthly=[0.0, 0.1]) < damage(monthly=[0.0])
    assert damage(monthly=[0.0]) == damage(rate=0.0, weeks=9)


WRONG = {
    "neither": ({}, "a rate is missing"),
    "endless": ({"rate": 0.1}, "say how long it lasts once"),
    "two ends": ({"rate": 0.1, "weeks": 3, "until": day(9)}, "say how long it lasts once"),
    "both": ({"rate": 0.1, "weeks": 3, "monthly": [0.1]}, "either the one or the others"),
    "backwards": ({"rate": 0.1, "until": day(1)}, "before the start"),
    "too high": ({"monthly": [0.1, 2.0]}, "exogenous.allowance.0.monthly.1 is 2"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_table_is_told_in_one_sentence(what) -> None:
    values, sentence = WRONG[what]
    data = town().model_dump(mode="json")
    data["exogenous"]["allowance"] = [{"start": day(4), "source": "a test", **values}]
    with pytest.raises(ResilienzaError) as caught:
        validated(Scenario, data, "a.toml")
    assert sentence in caught.value.text("en")
    assert "\n" not in caught.value.text("it")
