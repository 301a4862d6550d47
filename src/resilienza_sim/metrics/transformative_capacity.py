"""Transformative capacity: how much less a shock costs when its hazard comes back."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.contracts import Metric, MetricValue, Record, Struck

__all__ = ["TransformativeCapacity"]

_WINDOW, _SHORTEST, _BEFORE = 26, 8, 4


def _spared(q: NDArray[np.float64], first: int, shocks: list[Struck]) -> float | None:
    """Return 1 - (loss of the next / its dose) / (loss of the first / its dose)."""
    hit = np.sum([shock.hit for shock in shocks], axis=0)
    starts = [s.start for s in shocks if s.start >= max(first, _BEFORE) and s.hit.any()]
    onset = min(starts, default=q.size)
    again = min((start for start in starts if start >= onset + _WINDOW), default=q.size)
    weeks = min(_WINDOW, q.size - again)
    if weeks < _SHORTEST:
        return None
    loss, dose = [], []
    for start in (onset, again):
        level = q[start - _BEFORE : start].mean()
        loss.append(float(np.maximum(level - q[start : start + weeks], 0.0).sum()))
        dose.append(float(hit[start : start + weeks].sum()))
    if min(*dose, loss[0]) <= 0.0:
        return None
    return 1.0 - loss[1] / dose[1] / (loss[0] / dose[0])


class TransformativeCapacity(Metric):
    """Transformative capacity: how much less a shock costs when its hazard comes back.

    Share of the first shock's loss, at an equal dose, that the next of the same hazard spares, at
    least half a year later; the mean where several hazards come back. The loss is that of Q from
    its mean of the four weeks before, over equal windows of at most half a year; the dose is the
    mean hit of the citizens before any levee. Undefined when no hazard comes back. A diagnosis, no
    part of a verdict: robustness is the absorptive capacity and rapidity the adaptive one. The
    smallest effect of interest is .05 (assumption).
    """

    source: ClassVar[str] = "MODEL.md equation 14; Manca, Benczur & Giovannini 2017"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    effect_of_interest: ClassVar[float] = 0.05
    diagnosis: ClassVar[bool] = True

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        q = np.concatenate([record.series("quality", before=True), record.series("quality")])
        first = int(np.searchsorted(record.weeks, record.decision_week))
        found = [
            gain
            for hazard in dict.fromkeys(shock.hazard for shock in record.shocks)
            if (gain := _spared(q, first, [s for s in record.shocks if s.hazard == hazard]))
            is not None
        ]
        return MetricValue(float(np.mean(found)) if found else None)
