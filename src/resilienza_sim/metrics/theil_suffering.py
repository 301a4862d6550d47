"""Theil index of the suffering each citizen bore from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._theil import theil
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["TheilSuffering"]


class TheilSuffering(Metric):
    """Theil index of the suffering each citizen bore from the decision to the end.

    From 0, all alike, to ln n, one bears all. Undefined if nobody suffered. The smallest effect of
    interest is .002 (assumption).
    """

    source: ClassVar[str] = "Theil 1967, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "nats"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.002

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(theil(record.final["cumulative"]))
