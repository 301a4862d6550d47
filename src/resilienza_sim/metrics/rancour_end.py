"""Share of citizens in rancour in the last half year."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["RancourEnd"]


class RancourEnd(Metric):
    """Share of citizens in rancour in the last half year.

    The smallest effect of interest is one citizen in a hundred (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 5, row 2"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float(record.series("rancour_share")[-26:].mean()))
