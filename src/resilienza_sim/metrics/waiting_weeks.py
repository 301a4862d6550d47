"""Weeks spent in the queues of services from the decision to the end, mean of the citizens."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["WaitingWeeks"]


class WaitingWeeks(Metric):
    """Weeks spent in the queues of services from the decision to the end, mean of the citizens.

    The area under the queue, as in Little's law: queue = arrivals x wait. The smallest effect of
    interest is half a week (assumption).
    """

    source: ClassVar[str] = "Little 1961, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.5

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float(record.series("service_waiting").sum()) / 1000.0)
