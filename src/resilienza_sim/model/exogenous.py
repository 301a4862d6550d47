"""What others do for the town, equal in every arm: the State, volunteers from outside."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from resilienza_sim.component import quantity
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.hazards import HAZARDS

__all__ = ["Exogenous", "Span", "Works"]


class Span(BaseModel):
    """Something that goes on for some weeks."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: date
    weeks: int = Field(ge=1, le=2000)
    rate: float = quantity(..., 0.0, 1.0, unit="per week", source="scenario file")
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]

    def active(self, calendar: Calendar, week: int) -> bool:
        """Return whether it goes on in a week."""
        first = calendar.week_of(self.start)
        return first <= week < first + self.weeks


class Works(BaseModel):
    """River works paid by others: a height added on a day."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: date
    hazard: Literal[HAZARDS]  # type: ignore[valid-type]
    height: float = quantity(..., 0.0, 5.0, unit="water", source="scenario file")
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]


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
