"""Robustness: the lowest Q reached, in per cent."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["Robustness"]


class Robustness(Metric):
    """Robustness: the lowest Q reached, in per cent.

    The smallest effect of interest is half a percentage point (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003"
    unit: ClassVar[str] = "%"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.5

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float(record.series("quality").min() * 100.0))
