"""What others do for the town, equal in every arm: the State, volunteers from outside."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from resilienza_sim.component import quantity
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.hazards import HAZARDS, hazard_index
from resilienza_sim.model.series import Unit
from resilienza_sim.model.tables import F64
from resilienza_sim.reading import refusal

__all__ = ["Act", "Exogenous", "Span", "Works"]


class Span(BaseModel):
    """Something that goes on for some weeks: one rate until a date, or a table by month."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: date
    weeks: int | None = Field(None, ge=1, le=2000, description="how long, unless `until` says it")
    until: date | None = Field(None, description="last day, in place of `weeks`")
    rate: float | None = quantity(None, 0.0, 1.0, unit="per week", source="scenario file")
    monthly: tuple[Unit, ...] = Field(
        (), max_length=600, description="a rate a month from that of `start`, in place of `rate`"
    )
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        ends = [end for end in (self.weeks, self.until) if end is not None]
        if self.monthly:
            if ends or self.rate is not None:
                raise refusal("span_monthly")
        elif self.rate is None:
            raise refusal("span_rate")
        elif len(ends) != 1:
            raise refusal("span_end")
        if self.until is not None and self.until < self.start:
            raise refusal("span_backwards", found=self.until, allowed=self.start)
        return self

    def active(self, calendar: Calendar, week: int) -> bool:
        """Return whether it goes on in a week."""
        return week in self.span(calendar)

    def span(self, calendar: Calendar) -> range:
        """Return the weeks that it touches."""
        first = calendar.week_of(self.start)
        if self.until is not None:
            return range(first, calendar.week_of(self.until) + 1)
        longest = self.weeks or 1 + math.ceil(31 * len(self.monthly) / 7)
        return range(first, first + longest)

    def rate_in(self, calendar: Calendar, week: int) -> float:
        """Return the rate of a week; that of a table is the mean over the days of the week."""
        if not self.monthly:
            return (self.rate or 0.0) if self.active(calendar, week) else 0.0
        total = 0.0
        for day in (calendar.date_of(week) + timedelta(days=k) for k in range(7)):
            month = 12 * (day.year - self.start.year) + day.month - self.start.month
            if day >= self.start and month < len(self.monthly):
                total += self.monthly[month]
        return total / 7.0


class Works(BaseModel):
    """River works paid by others: a height added on a day."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: date
    hazard: Literal[HAZARDS]  # type: ignore[valid-type]
    height: float = quantity(..., 0.0, 5.0, unit="water", source="scenario file")
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Act(BaseModel):
    """A state of emergency, declared and ended by dated acts of the State."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: date
    end: date
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end < self.start:
            raise refusal("act_backwards", found=self.end, allowed=self.start)
        return self


class Exogenous(BaseModel):
    """Tables of what is not decided by the town."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    compensation: tuple[Span, ...] = Field(
        (), description="share of the income need of damaged households met each week"
    )
    repair: tuple[Span, ...] = Field((), description="share of home damage repaired each week")
    volunteers: tuple[Span, ...] = Field(
        (), description="share of the need of the households hit met each week by outsiders"
    )
    departures: tuple[Span, ...] = Field(
        (), description="chance a week that a person in a damaged home leaves, a newcomer enters"
    )
    works: tuple[Works, ...] = Field((), description="river works")
    emergencies: tuple[Act, ...] = Field(
        (), description="states of emergency; with none, each strategy's own triggers say"
    )

    def declared(self, calendar: Calendar, share: float) -> list[bool] | None:
        """Tell, by week of the timeline, whether an act is in force; None if there are no acts.

        Parameters
        ----------
        calendar : Calendar
            Of the scenario.
        share : float
            Part of each act's length, from its start, that counts, in [0, 1].
        """
        if not self.emergencies:
            return None
        on = [False] * calendar.weeks
        for act in self.emergencies:
            first = calendar.week_of(act.start)
            length = round(share * (calendar.week_of(act.end) + 1 - first))
            for week in range(max(first, 0), min(first + length, calendar.weeks)):
                on[week] = True
        return on

    def rates(self, calendar: Calendar) -> dict[str, list[float]]:
        """Return the rate of each week, the past first, over all the tables of a name."""
        past, weeks = calendar.burn_in_weeks, calendar.burn_in_weeks + calendar.weeks
        found = {}
        for name in type(self).model_fields:
            if name in ("works", "emergencies"):
                continue
            left = [1.0] * weeks
            for span in getattr(self, name):
                touched = span.span(calendar)
                for week in range(max(touched.start, -past), min(touched.stop, calendar.weeks)):
                    left[past + week] *= 1.0 - span.rate_in(calendar, week)
            found[name] = [1.0 - share for share in left]
        return found

    def heights(self, calendar: Calendar) -> F64:
        """Return the height of the works against each hazard, week by week, the past first."""
        height = np.zeros((calendar.burn_in_weeks + calendar.weeks, len(HAZARDS)))
        for works in self.works:
            first = max(0, calendar.burn_in_weeks + calendar.week_of(works.start))
            height[first:, hazard_index(works.hazard)] += works.height
        return height
