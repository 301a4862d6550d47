"""Part of the Theil index that lies between the target groups and the others."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._theil import between
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["TheilBetween"]


class TheilBetween(Metric):
    """Part of the Theil index that lies between the target groups and the others.

    The rest lies within them: Theil's index is the sum. Undefined without target groups or if
    nobody suffered. The smallest effect of interest is .0005 (assumption).
    """

    source: ClassVar[str] = "Theil 1967, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "nats"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.0005

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        target = record.final["target"]
        if target.min() == target.max():
            return MetricValue(None)
        return MetricValue(between(record.final["cumulative"], target))
