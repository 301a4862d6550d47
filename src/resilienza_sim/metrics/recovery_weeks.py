"""Recovery time: weeks from the first fall of Q below 95 % until it holds again for four."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["RecoveryWeeks"]

_LEVEL, _WEEKS_HELD = 0.95, 4


class RecoveryWeeks(Metric):
    """Recovery time: weeks from the first fall of Q below 95 % until it holds again for four.

    Zero if Q never falls; censored if the end comes first. The smallest effect of interest is four
    weeks, a month of planning (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    can_be_censored: ClassVar[bool] = True
    effect_of_interest: ClassVar[float] = 4.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        held = record.series("quality") >= _LEVEL
        if held.all():
            return MetricValue(0.0)
        first = int(np.argmin(held))
        run = 0
        for week in range(first, held.size):
            run = run + 1 if held[week] else 0
            if run == _WEEKS_HELD:
                return MetricValue(float(week - _WEEKS_HELD + 1 - first))
        return MetricValue(float(held.size - first), censored=True)
