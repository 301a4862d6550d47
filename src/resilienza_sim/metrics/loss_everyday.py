"""Everyday loss: that of the quiet twin, which no shock reaches from the decision on."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.metrics._loss import loss
from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["LossEveryday"]


class LossEveryday(Metric):
    """Everyday loss: that of the quiet twin, which no shock reaches from the decision on.

    What a strategy does for everyday welfare, whatever happens. Undefined without a twin. The
    smallest effect of interest is that of the loss in all (assumption).
    """

    source: ClassVar[str] = "Bruneau et al. 2003, of a counterfactual without shocks"
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
        return MetricValue(loss(quiet))
