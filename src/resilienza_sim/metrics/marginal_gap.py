"""Marginal gap: mean suffering of the target groups less that of the others, a week."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["MarginalGap"]


class MarginalGap(Metric):
    """Marginal gap: mean suffering of the target groups less that of the others, a week.

    Undefined without target groups. The smallest effect of interest is half a percentage point
    (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.005

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        x, target = record.final["cumulative"], record.final["target"] > 0
        if not target.any() or target.all():
            return MetricValue(None)
        weeks = max(record.weeks.size - int(np.searchsorted(record.weeks, record.decision_week)), 1)
        return MetricValue(float(x[target].mean() - x[~target].mean()) / weeks)
