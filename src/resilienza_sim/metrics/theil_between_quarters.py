"""Part of the Theil index that lies between the quarters of the town."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._theil import between
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["TheilBetweenQuarters"]


class TheilBetweenQuarters(Metric):
    """Part of the Theil index that lies between the quarters of the town.

    The rest lies within them: Theil's index is the sum. Undefined in a town of one quarter or if
    nobody suffered. The smallest effect of interest is .0005 (assumption).
    """

    source: ClassVar[str] = "Theil 1967, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "nats"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.0005

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        quarter = record.final["quarter"]
        if quarter.min() == quarter.max():
            return MetricValue(None)
        return MetricValue(between(record.final["cumulative"], quarter))
