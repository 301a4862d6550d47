"""The calendar of a scenario: week 0 is the first of the timeline, the past is negative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calendar"]


@dataclass(frozen=True)
class Calendar:
    """Weeks and their dates.

    Parameters
    ----------
    start : date
        First day of week 0.
    weeks : int
        Weeks of the timeline.
    burn_in_weeks : int
        Weeks before it, numbered from ``-burn_in_weeks`` to -1.
    """

    start: date
    weeks: int
    burn_in_weeks: int

    def week_of(self, day: date) -> int:
        """Return the week that contains a day."""
        return (day - self.start).days // 7

    def date_of(self, week: int) -> date:
        """Return the first day of a week."""
        return self.start + timedelta(weeks=int(week))

    def middle_of(self, week: int) -> date:
        """Return the Thursday of a week: whatever has dates is in force if it is on that day.

        As a week belongs to the year of its Thursday (ISO 8601): no week is in two periods that
        follow each other, and none is in neither.
        """
        return self.date_of(week) + timedelta(days=3)

    def from_months(self, first: str, values: tuple[float, ...]) -> NDArray[np.float64]:
        """Return a monthly series as weekly values: each day takes its month's, averaged by week.

        Parameters
        ----------
        first : str
            First month, "YYYY-MM".
        values : tuple of float
            One value a month.

        Returns
        -------
        ndarray of float64, shape (weeks,)
            Zero in weeks outside the series.
        """
        year, month = (int(part) for part in first.split("-"))
        days = np.array(self.start, "datetime64[D]") + np.arange(7 * self.weeks)
        index = days.astype("datetime64[M]").astype(int) - ((year - 1970) * 12 + month - 1)
        inside = (index >= 0) & (index < len(values))
        daily = np.where(inside, np.asarray(values)[np.clip(index, 0, len(values) - 1)], 0.0)
        weekly: NDArray[np.float64] = daily.reshape(self.weeks, 7).mean(axis=1)
        return weekly

    def from_weeks(self, first: int, values: tuple[float, ...]) -> NDArray[np.float64]:
        """Return a weekly series laid from a week on, shape (weeks,); zero outside it."""
        laid = np.zeros(self.weeks)
        begin, end = max(first, 0), min(first + len(values), self.weeks)
        if begin < end:
            laid[begin:end] = values[begin - first : end - first]
        return laid
