"""Shocks that come back, by chance or every year, and measured series."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from resilienza_sim.shocks.flood import Flood
from resilienza_sim.shocks.heat_wave import HeatWave
from resilienza_sim.shocks.pandemic import Pandemic
from resilienza_sim.simulation import simulate_arms
from resilienza_sim.streams import Streams
from tests.small import LOW, START, day, flood, lived, town

LONG = Calendar(START, 1040, 26)


def weeks(shock: Any, seed: int = 1, calendar: Calendar = LONG) -> list[int]:
    return [each.first_week(calendar) for each in shock.events(calendar, Streams(seed))]


def returning(gap: float = 52.0, **values: Any) -> Flood:
    return Flood(start=START, every_weeks=gap, **values)


def test_a_shock_happens_once_unless_it_is_said_to_return() -> None:
    assert weeks(Flood(start=START, after_weeks=7)) == [7]


def test_the_first_time_is_known_and_the_others_come_before_the_end() -> None:
    found = weeks(returning(after_weeks=4))
    assert found[0] == 4
    assert found == sorted(found)
    assert found[-1] < 1040


def test_returns_depend_on_the_seed_of_the_replicate_only() -> None:
    assert weeks(returning()) == weeks(returning())
    assert weeks(returning()) != weeks(returning(), seed=2)
    assert weeks(returning()) == weeks(returning(peak=0.1, services=0.0))
    assert weeks(returning()) != weeks(returning(quarters={LOW: 1.0}))


def test_gaps_are_those_of_a_poisson_process() -> None:
    gaps = np.concatenate([np.diff(weeks(returning(26.0), seed)) for seed in range(60)])
    assert gaps.mean() == pytest.approx(26.0, rel=0.06)
    assert gaps.std() == pytest.approx(26.0, rel=0.10)  # as wide as their mean
    counts = np.array([len(weeks(returning(130.0), seed)) - 1 for seed in range(200)])
    assert counts.mean() == pytest.approx(1040 / 130, rel=0.08)
    assert counts.var() == pytest.approx(counts.mean(), rel=0.35)


def test_a_longer_gap_spreads_the_same_returns() -> None:
    often, seldom = weeks(returning(26.0)), weeks(returning(52.0))
    assert all(0 <= s - 2 * week <= 1 for week, s in zip(often, seldom, strict=False))


def test_every_arm_meets_the_same_returns() -> None:
    scenario = town(citizens=200, weeks=80, shocks=[flood(3, every_weeks=26)])
    seen = set()
    for each in simulate_arms(scenario, ("none", "transformative"), replicate=0, seed=4):
        seen.add(each.values["shock_intensity"].tobytes())
        strong = np.flatnonzero(each.values["shock_intensity"])
    assert len(seen) == 1
    assert strong.size > 2


def test_the_same_homes_are_flooded_every_time() -> None:
    scenario = town(citizens=200, weeks=120, shocks=[flood(3, every_weeks=26)])
    first, *others = lived(scenario, -25).background.shocks
    assert others
    assert all(each.exposure is first.exposure for each in others)


def test_what_began_long_before_the_timeline_is_felt_if_it_lasts() -> None:
    old = {"kind": "economic_crisis", "start": "1990-01-01", "every_weeks": 26, "weeks": 520}
    model = lived(town(citizens=200, weeks=20, shocks=[old]), 1)
    assert model.state.municipality.water.max() > 0.0


# -- every year -----------------------------------------------------------------------------------


def test_a_heat_wave_returns_on_its_day_of_every_year() -> None:
    four_years = Calendar(date(2023, 1, 2), 200, 26)
    heat = HeatWave(start=date(2023, 7, 17), yearly=True)
    days = [date(year, 7, 17) for year in (2023, 2024, 2025, 2026)]
    assert weeks(heat, calendar=four_years) == [four_years.week_of(each) for each in days]


def test_a_leap_day_returns_on_the_28th() -> None:
    found = weeks(HeatWave(start=date(2024, 2, 29), yearly=True))
    assert found[:2] == [LONG.week_of(date(2024, 2, 29)), LONG.week_of(date(2025, 2, 28))]


def test_yearly_heat_is_felt_every_year() -> None:
    heat = {"kind": "heat_wave", "start": day(4), "pulse_weeks": 1, "yearly": True}
    model = lived(town(citizens=200, weeks=60, shocks=[heat]), 60)
    felt = model.recorder.series("shock_intensity")[26:]
    assert np.flatnonzero(felt).tolist() == [4, 56]


# -- measured series ------------------------------------------------------------------------------


def test_a_measured_month_tells_of_the_first_time_only() -> None:
    series = {"first": "2023-01", "water": [0.5]}
    first, second, *_ = returning(26.0, monthly=series).events(LONG, Streams(1))
    assert first.water(LONG).max() == pytest.approx(0.75 * 0.5)
    assert second.water(LONG).max() == pytest.approx(0.75)


def test_a_weekly_series_comes_back_with_its_shock() -> None:
    shocks = returning(26.0, weekly={"water": [1.0, 0.2]}).events(LONG, Streams(1))
    for each in shocks[:3]:
        at = each.first_week(LONG)
        assert each.water(LONG)[at : at + 2] == pytest.approx([0.75, 0.15])


def test_a_weekly_series_is_cut_at_the_ends_of_the_calendar() -> None:
    short = Calendar(START, 4, 26)
    assert short.from_weeks(-1, (0.1, 0.2, 0.3)).tolist() == [0.2, 0.3, 0.0, 0.0]
    assert short.from_weeks(2, (0.1, 0.2, 0.3)).tolist() == [0.0, 0.0, 0.1, 0.2]
    assert not short.from_weeks(9, (0.1,)).any()
    assert not short.from_weeks(-9, (0.1,)).any()


def test_a_weekly_closure_is_a_share_of_the_shocks_own() -> None:
    shock = Pandemic(start=START, contact=0.5, weekly={"contact": [1.0, 0.4]})
    assert shock.closure(LONG)[:3] == pytest.approx([0.5, 0.2, 0.0])
    assert shock.water(LONG)[5] > 0.0  # the profile, where nothing is measured


MONTH, WEEK = {"first": "2023-01", "water": [1.0]}, {"water": [1.0]}
WRONG = {
    "both": ({"monthly": MONTH, "weekly": WEEK}, "one measured series"),
    "nothing": ({"weekly": {}}, "shocks.0.weekly: a weekly series needs water or contact"),
    "too long": ({"weekly": {"water": [0.0] * 1041}}, "at most 1,040 weeks, here there are 1,041"),
    "too high": ({"weekly": {"water": [1.5]}}, "shocks.0.weekly.water.0 is 1.5"),
    "silent": ({"weekly": {"contact": [0.5]}}, "give contact too"),
    "often": ({"every_weeks": 3}, "shocks.0.every_weeks is 3, but it must be a number from 26"),
    "two ways": ({"kind": "heat_wave", "yearly": True, "every_weeks": 52}, "two ways of returning"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_return_or_series_is_told_in_one_sentence(what) -> None:
    values, sentence = WRONG[what]
    data = town().model_dump(mode="json")
    data["shocks"] = [{"kind": "flood", "start": day(3), **values}]
    with pytest.raises(ResilienzaError) as caught:
        validated(Scenario, data, "a.toml")
    assert sentence in caught.value.text("en")
    assert "\n" not in caught.value.text("it")
