"""Functional loss: the area between the functional Q and 100 %, from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["FunctionalLoss"]


class FunctionalLoss(Metric):
    """Functional loss: the area between the functional Q and 100 %, from the decision to the end.

    The functional Q looks at service coverage, fatigue and anger where Q looks at suffering. The
    smallest effect of interest is that of the loss in all (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003; MODEL.md section 7"
    unit: ClassVar[str] = "% x weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.5
    weekly: ClassVar[bool] = True

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        if not record.has("functional_quality"):
            return MetricValue(None)
        q = record.series("functional_quality")
        return MetricValue(float(np.maximum(1.0 - q, 0.0).sum() * 100.0))
