"""Gain of fit on hazards not seen yet: the last half year less the one before the decision."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["UnseenGain"]


class UnseenGain(Metric):
    """Gain of fit on hazards not seen yet: the last half year less the one before the decision.

    A diagnosis of bounce-forward, no part of a verdict. Undefined where every hazard has been seen.
    The smallest effect of interest is .01 (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 7 and equation 11"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.01
    diagnosis: ClassVar[bool] = True

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        if not record.has("unseen_fit"):
            return MetricValue(None)
        spans = (record.series("unseen_fit")[-26:], record.series("unseen_fit", before=True)[-26:])
        after, before = (span[np.isfinite(span)] for span in spans)
        if not after.size or not before.size:
            return MetricValue(None)
        return MetricValue(float(after.mean() - before.mean()))
