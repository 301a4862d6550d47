"""Weeks of full queues: people waiting over the cases that services can follow at once."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["SaturationWeeks"]


class SaturationWeeks(Metric):
    """Weeks of full queues: people waiting over the cases that services can follow at once.

    A week counts 1 at most; the mean of the services. The smallest effect of interest is four
    weeks, a month of planning (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 4.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        if not record.has("saturation"):
            return MetricValue(None)
        return MetricValue(float(np.nansum(record.series("saturation"))))
