"""Polarisation of grievance at the end: 0 all alike, 1 two halves at the two extremes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["PolarisationEnd"]

_ALPHA, _CLASSES = 1.3, 11


class PolarisationEnd(Metric):
    """Polarisation of grievance at the end: 0 all alike, 1 two halves at the two extremes.

    Sum over the classes i, j of p_i^(1+a) p_j |y_i - y_j| with a = 1.3, eleven classes of grievance
    from 0 to 1, over its value for two halves at the extremes. The smallest effect of interest is
    .01 (assumption).
    """

    source: ClassVar[str] = "Esteban & Ray 1994, a from 1 to 1.6, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        place = np.rint(record.final["grievance"] * (_CLASSES - 1)).astype(np.int64)
        p = np.bincount(place, minlength=_CLASSES) / place.size
        y = np.arange(_CLASSES) / (_CLASSES - 1)
        apart = np.abs(y[:, None] - y[None, :])
        found = float((p[:, None] ** (1.0 + _ALPHA) * p[None, :] * apart).sum())
        return MetricValue(found / 0.5 ** (1.0 + _ALPHA))
