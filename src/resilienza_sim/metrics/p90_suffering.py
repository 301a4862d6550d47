"""Mean weekly suffering of the citizen at the ninetieth percentile."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["P90Suffering"]


class P90Suffering(Metric):
    """Mean weekly suffering of the citizen at the ninetieth percentile.

    The smallest effect of interest is half a percentage point (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.005

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        weeks = max(record.weeks.size - int(np.searchsorted(record.weeks, record.decision_week)), 1)
        return MetricValue(float(np.quantile(record.final["cumulative"], 0.9)) / weeks)
