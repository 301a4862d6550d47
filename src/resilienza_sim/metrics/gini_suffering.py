"""Gini index of the suffering each citizen bore from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["GiniSuffering"]


class GiniSuffering(Metric):
    """Gini index of the suffering each citizen bore from the decision to the end.

    Undefined if nobody suffered. The smallest effect of interest is .01 (assumption).
    """

    source: ClassVar[str] = "Gini 1912"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        x = np.sort(record.final["cumulative"])
        total = x.sum()
        if total <= 0.0:
            return MetricValue(None)
        rank = np.arange(1, x.size + 1)
        return MetricValue(
            float((2.0 * (rank * x).sum() / (x.size * total)) - (x.size + 1.0) / x.size)
        )
