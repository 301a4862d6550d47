"""Mean anger from the decision to the end: a price that Q does not show."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["AngerMean"]


class AngerMean(Metric):
    """Mean anger from the decision to the end: a price that Q does not show.

    The smallest effect of interest is half a percentage point (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 1, rule 6"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.005

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float(record.series("anger").mean()))
