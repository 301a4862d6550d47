"""Rapidity: how fast Q climbs from its lowest point back to halfway, in % a week."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["Rapidity"]


class Rapidity(Metric):
    """Rapidity: how fast Q climbs from its lowest point back to halfway, in % a week.

    Undefined if Q never falls by one per cent or never climbs halfway. The smallest effect of
    interest is 0.05 % a week (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003"
    unit: ClassVar[str] = "% a week"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.05

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        q = record.series("quality") * 100.0
        low = int(q.argmin())
        drop = 100.0 - q[low]
        if drop < 1.0:
            return MetricValue(None)
        back = np.flatnonzero(q[low:] >= q[low] + drop / 2.0)
        return MetricValue(float(drop / 2.0 / max(int(back[0]), 1)) if back.size else None)
