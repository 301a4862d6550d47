"""Weeks, dates and monthly series."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np
import pytest

from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.exogenous import Span

MONDAY = date(2020, 1, 6)


@pytest.fixture
def five_years() -> Calendar:
    return Calendar(MONDAY, weeks=260, burn_in_weeks=104)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2020, 1, 6), 0),
        (date(2020, 1, 12), 0),
        (date(2020, 1, 13), 1),
        (date(2020, 1, 5), -1),
        (date(2019, 12, 30), -1),
        (date(2019, 12, 29), -2),
        (date(2021, 1, 4), 52),
    ],
)
def test_a_week_runs_from_its_first_day_to_the_next(five_years, day, week) -> None:
    assert five_years.week_of(day) == week
    first = five_years.date_of(week)
    assert first <= day < first + timedelta(weeks=1)


def test_a_week_has_one_date_back_and_forth(five_years) -> None:
    weeks = range(-104, 260)
    assert [five_years.week_of(five_years.date_of(week)) for week in weeks] == list(weeks)


def test_a_constant_series_is_constant(five_years) -> None:
    weekly = five_years.from_months("2020-01", (0.4,) * 60)
    assert weekly.shape == (260,)
    assert weekly == pytest.approx(0.4)


def test_a_series_keeps_its_total_in_days(five_years) -> None:
    values = (0.0, 0.3, 0.8, 0.9, 0.1)
    weekly = five_years.from_months("2020-01", values)
    days = [calendar.monthrange(2020, month)[1] for month in range(1, 6)]
    assert weekly.sum() * 7 == pytest.approx(sum(d * v for d, v in zip(days, values, strict=True)))


def test_a_week_across_two_months_is_their_average_by_days(five_years) -> None:
    # 27 January to 2 February 2020: five days of January, two of February.
    weekly = five_years.from_months("2020-01", (0.7, 0.0))
    assert weekly[3] == pytest.approx(0.7 * 5 / 7)


def test_a_series_is_zero_outside_its_months(five_years) -> None:
    weekly = five_years.from_months("2021-03", (1.0,))
    inside = np.flatnonzero(weekly)
    assert five_years.date_of(inside[0]) <= date(2021, 3, 1)
    assert date(2021, 3, 29) == five_years.date_of(inside[-1])
    assert weekly.max() == 1.0


def test_a_series_that_began_before_the_timeline_is_cut(five_years) -> None:
    weekly = five_years.from_months("2019-11", (1.0, 1.0, 0.5, 0.0))
    assert weekly[0] == 0.5
    assert weekly[8:].sum() == 0.0


def test_a_span_goes_on_for_its_weeks(five_years) -> None:
    span = Span(start=date(2020, 2, 5), weeks=3, rate=0.1, source="a test")
    assert [week for week in range(10) if span.active(five_years, week)] == [4, 5, 6]
