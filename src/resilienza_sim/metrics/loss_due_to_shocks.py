"""Loss due to shocks: the loss in all less that of the quiet twin."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._loss import loss
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["LossDueToShocks"]


class LossDueToShocks(Metric):
    """Loss due to shocks: the loss in all less that of the quiet twin.

    Same people, past, luck, euros and strategy; the twin meets no shock from the decision on. What
    is left is what the shocks cost under a strategy: its resilience. Undefined without a twin;
    exactly 0 without shocks. The smallest effect of interest is that of the loss in all
    (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003, against a counterfactual without shocks"
    unit: ClassVar[str] = "% x weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    of_twin: ClassVar[tuple[str, ...]] = ("quality",)
    effect_of_interest: ClassVar[float] = 0.5
    weekly: ClassVar[bool] = True

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        quiet = record.quiet("quality")
        if quiet is None:
            return MetricValue(None)
        return MetricValue(loss(record.series("quality")) - loss(quiet))
