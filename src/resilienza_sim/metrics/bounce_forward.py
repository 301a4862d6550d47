"""Bounce forward: mean Q of the last half year above the quiet level, in %."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["BounceForward"]


class BounceForward(Metric):
    """Bounce forward: mean Q of the last half year above the quiet level, in %.

    The smallest effect of interest is half a percentage point (assumption).
    """

    source: ClassVar[str] = "Manca, Benczur & Giovannini 2017"
    unit: ClassVar[str] = "%"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.5

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float((record.series("quality")[-26:].mean() - 1.0) * 100.0))
