"""A heat wave: the old who live alone suffer most."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.reading import refusal
from resilienza_sim.shocks._profiles import older_first, pulse
from resilienza_sim.streams import Streams

__all__ = ["HeatWave"]


def _in_year(day: date, year: int) -> date:
    """Return the same day of another year; the 29th of February becomes the 28th."""
    return date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)


class HeatWave(Shock):
    """A heat wave: the old who live alone suffer most."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "heat_wave"
    protects: ClassVar[Protection] = "watch"
    needs: ClassVar[dict[str, float]] = {"isolation": 0.5, "care": 0.5, "health": 0.7}

    strike: float = quantity(
        0.2, 0.0, 5.0, source="assumption: lambda_h, a week of heat to a week of flood"
    )
    peak: float = quantity(0.55, 0.0, 1.5, unit="water", source="assumption: .3-.6")
    contact: float = quantity(0.2, 0.0, 1.0, source="assumption: people stay in by day")
    services: float = quantity(0.10, 0.0, 1.0, source="assumption: summer leave")
    salience: float = quantity(0.2, 0.0, 1.0, source="assumption")
    pulse_weeks: float = quantity(2.0, 1.0, 12.0, unit="weeks", source="assumption: 1-3")
    company: float = quantity(
        0.4, 0.0, 1.0, source="assumption: hit of those who do not live alone"
    )

    yearly: bool = Field(
        False, description="whether it returns on the same day of every later year (section 6)"
    )

    @model_validator(mode="after")
    def _one_return(self) -> Self:
        if self.yearly and self.every_weeks is not None:
            raise refusal("recurs_twice")
        return self

    @property
    def recurs(self) -> bool:
        """Whether it may happen more than once."""
        return self.yearly or super().recurs

    def delays(self, calendar: Calendar, streams: Streams) -> list[int]:
        """Return how many weeks after the first each time comes: every year, or by chance."""
        if not self.yearly:
            return super().delays(calendar, streams)
        began, last = calendar.week_of(self.start), calendar.date_of(calendar.weeks).year
        years = range(self.start.year, last + 1)
        found = [calendar.week_of(_in_year(self.start, year)) - began for year in years]
        return [k for k in found if k == 0 or self.first_week(calendar) + k < calendar.weeks]

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a pulse."""
        return pulse(age, self.pulse_weeks)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return exposures that grow with age, more for those who live alone."""
        people = community.people
        alone = (np.diff(people.household_start) == 1)[people.household]
        old = older_first(community, 0.05, 55.0)
        return old * np.where(alone, 1.0, self.company) * self.quarter_share(community)
