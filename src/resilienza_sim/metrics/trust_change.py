"""Change of trust between persons: the last half year less the one before the decision."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["TrustChange"]


class TrustChange(Metric):
    """Change of trust between persons: the last half year less the one before the decision.

    The smallest effect of interest is .01 (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        before = record.series("trust", before=True)[-26:]
        return MetricValue(
            float(record.series("trust")[-26:].mean() - before.mean()) if before.size else None
        )
