"""What a survey would have told: its weeks, its items, beside what was measured."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from resilienza_sim.experiments.observation import ITEMS, MEASURED, fieldwork, observe, surveys_in
from resilienza_sim.scenario import load_scenario
from tests.small import pandemic, town


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2019, date(2019, 1, 1), date(2019, 3, 31)),
        (2020, date(2020, 6, 10), date(2020, 9, 15)),
        (2021, date(2021, 2, 1), date(2021, 7, 31)),
        (2024, date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_the_weeks_are_those_of_the_fieldwork(year, first, last) -> None:
    assert fieldwork(year) == (first, last)


def test_a_survey_is_told_only_if_it_falls_wholly_within_the_timeline() -> None:
    faenza = load_scenario("faenza")
    assert list(surveys_in(faenza)) == [2020, 2021, 2022, 2023, 2024]
    weeks = surveys_in(faenza)[2020]
    assert (weeks.start, weeks.stop - weeks.start) == (23, 15)
    assert surveys_in(town(weeks=10)) == {}, "it begins on 2 January"


def test_items_are_asked_of_every_arm_with_an_interval_over_towns() -> None:
    scenario = town(citizens=300, weeks=80, decisions=(4,), shocks=[pandemic(6)], burn_in_weeks=30)
    table = observe(scenario, ["consolidated", "none"], towns=2)
    assert set(table["item"]) == set(ITEMS)
    assert set(table["strategy"]) == {"consolidated", "none"}
    assert set(table["year"]) == {2024}
    assert table["value"].between(0.0, 1.0).all()
    assert (table["low"] <= table["value"]).all()
    alone = observe(scenario, ["none"], towns=1)
    assert alone["low"].isna().all()


def test_what_was_measured_stands_beside_where_it_is_known() -> None:
    assert MEASURED["observed_trust"][2021] > MEASURED["observed_trust"][2019]
    table = observe(
        town(citizens=200, weeks=70, decisions=(4,), burn_in_weeks=26), ["none"], towns=1
    )
    assert np.isnan(table["measured"]).all(), "2024 is not in the table"
