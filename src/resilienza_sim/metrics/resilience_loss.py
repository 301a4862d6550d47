"""Resilience loss: the area between Q and 100 %, from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["ResilienceLoss"]


class ResilienceLoss(Metric):
    """Resilience loss: the area between Q and 100 %, from the decision to the end.

    The smallest effect of interest, 26 % x weeks, is half a percentage point of suffering for one
    year: below that, no citizen could tell the two towns apart (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003"
    unit: ClassVar[str] = "% x weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 26.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        q = record.series("quality")
        return MetricValue(float(np.maximum(1.0 - q, 0.0).sum() * 100.0))
