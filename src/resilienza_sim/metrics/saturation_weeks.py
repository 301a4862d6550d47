"""Weeks in which services left people waiting once their capacity was used up."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["SaturationWeeks"]

_WAITING_PER_1000 = 1.0


class SaturationWeeks(Metric):
    """Weeks in which services left people waiting once their capacity was used up.

    A week counts when at least one citizen in a thousand is still in a queue after the services
    have opened all the cases they can. The smallest effect of interest is four weeks, a month of
    planning (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 4.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        waiting = record.series("service_waiting")
        return MetricValue(float((waiting >= _WAITING_PER_1000).sum()))
