"""Euros spent from the decision to the end."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["SpentEur"]


class SpentEur(Metric):
    """Euros spent from the decision to the end.

    Not a goal: it shows which arms leave money unspent. The smallest effect of interest is a
    thousand euros (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 1, rule 1"
    unit: ClassVar[str] = "EUR"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 1000.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        return MetricValue(float(record.series("spent_eur").sum()))
