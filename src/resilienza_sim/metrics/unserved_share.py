"""Share of those who left the queues of services who had given up."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["UnservedShare"]


class UnservedShare(Metric):
    """Share of those who left the queues of services who had given up.

    Undefined if nobody ever queued. The smallest effect of interest is one in a hundred
    (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        x = record.series("service_unserved")
        return MetricValue(float(np.nanmean(x)) if np.isfinite(x).any() else None)
