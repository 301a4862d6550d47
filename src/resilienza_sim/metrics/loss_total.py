"""Loss in all: the area between Q and its quiet level, from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._loss import loss
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["LossTotal"]


class LossTotal(Metric):
    """Loss in all: the area between Q and its quiet level, from the decision to the end.

    Weeks better than before count against weeks worse than before: it is the sum of the loss due to
    shocks and of the everyday one. The smallest effect of interest is half a percentage point of
    suffering in every week from the decision to the end: below that, no citizen could tell the two
    towns apart (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003"
    unit: ClassVar[str] = "% x weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.5
    weekly: ClassVar[bool] = True

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(loss(record.series("quality")))
