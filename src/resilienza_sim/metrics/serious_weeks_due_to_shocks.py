"""Serious weeks due to shocks: weeks lived above one's threshold, per 1,000 residents."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["SeriousWeeksDueToShocks"]


class SeriousWeeksDueToShocks(Metric):
    """Serious weeks due to shocks: weeks lived above one's threshold, per 1,000 residents.

    Weeks of people above their threshold of suffering from the decision to the end, less those of
    the quiet twin. Undefined without a twin. The smallest effect of interest is a week of one
    person in ten (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 5, row 14"
    unit: ClassVar[str] = "weeks per 1,000"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    of_twin: ClassVar[tuple[str, ...]] = ("above_share",)
    effect_of_interest: ClassVar[float] = 100.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        quiet = record.quiet("above_share")
        if quiet is None:
            return MetricValue(None)
        return MetricValue(1000.0 * float((record.series("above_share") - quiet).sum()))
