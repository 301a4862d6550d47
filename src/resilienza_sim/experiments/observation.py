"""What a survey would have told of a town: ISTAT's items, asked in ISTAT's weeks.

The items look back twelve months and concern people of 14 and over. The weeks of fieldwork are
those of the survey "Aspects of daily life": January to March as a rule; in 2020 from 10 June to 15
September; in 2021 from February by web and from May by interviewers (notices of municipalities),
its end taken to be July: assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import simulate_arms
from resilienza_sim.statistics import student_interval

__all__ = ["ITEMS", "MEASURED", "fieldwork", "observe", "surveys_in"]

ITEMS = (
    "observed_participation",
    "observed_volunteering",
    "observed_trust",
    "observed_rely_on",
    "observed_satisfaction",
)
"""Indicators read as the survey asks."""

MEASURED = {
    "observed_participation": {2019: 0.227, 2020: 0.216, 2021: 0.146},
    "observed_volunteering": {2019: 0.098, 2020: 0.092, 2021: 0.073},
    "observed_trust": {2019: 0.239, 2020: 0.232, 2021: 0.255},
    "observed_rely_on": {2019: 0.815, 2020: 0.813, 2021: 0.804},
}
"""Italy, ISTAT BES, 05REL004, 05REL006, 05REL009, 05REL003 (CC BY); shares of people of 14+."""

_LATE = {2020: (date(2020, 6, 10), date(2020, 9, 15)), 2021: (date(2021, 2, 1), date(2021, 7, 31))}


def fieldwork(year: int) -> tuple[date, date]:
    """Return the first and the last day of the survey of a year."""
    return _LATE.get(year, (date(year, 1, 1), date(year, 3, 31)))


def surveys_in(scenario: Scenario) -> dict[int, slice]:
    """Return the weeks of each survey that falls wholly within the timeline, by year."""
    calendar, found = scenario.calendar, {}
    first, last = scenario.time.start, calendar.date_of(calendar.weeks)
    for year in range(first.year, last.year + 1):
        begin, end = (calendar.week_of(day) for day in fieldwork(year))
        if begin >= 0 and end < calendar.weeks:
            found[year] = slice(begin, end + 1)
    return found


def observe(
    scenario: Scenario, strategies: Sequence[str], *, towns: int, seed: int = 1
) -> pd.DataFrame:
    """Ask the items of the survey in every year that the timeline holds.

    Parameters
    ----------
    scenario : Scenario
        Town and history.
    strategies : sequence of str
        Arms, in force from the first decision.
    towns : int
        Replicates.
    seed : int
        Of the study.

    Returns
    -------
    pandas.DataFrame
        One row an item, year and arm: `item`, `year`, `strategy`, `value`, `low`, `high` (95 % over
        towns), `measured` (Italy; nan where unknown). Values are shares.
    """
    surveys = surveys_in(scenario)
    later = frozenset((day, name) for day in scenario.decision_days[1:] for name in strategies)
    answers: dict[tuple[str, int, str], list[float]] = {}
    for replicate in range(towns):
        arms = simulate_arms(
            scenario, strategies, replicate=replicate, seed=seed, skip=later, twin=False
        )
        for arm in arms:
            for item in ITEMS:
                for year, weeks in surveys.items():
                    answer = float(np.nanmean(arm.values[item][weeks]))
                    answers.setdefault((item, year, arm.strategy), []).append(answer)
    return pd.DataFrame([_row(*key, np.array(values)) for key, values in answers.items()])


def _row(item: str, year: int, strategy: str, values: Any) -> dict[str, object]:
    """Return one answer with its interval over towns (Student's)."""
    _, low, high = student_interval(values)
    return {
        "item": item,
        "year": year,
        "strategy": strategy,
        "value": float(values.mean()),
        "low": low,
        "high": high,
        "measured": MEASURED.get(item, {}).get(year, np.nan),
    }
