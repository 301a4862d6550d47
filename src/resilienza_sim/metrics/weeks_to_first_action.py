"""Weeks from an onset until half of the organisations that it stopped act again."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["WeeksToFirstAction"]

_STOPPED = 0.05


class WeeksToFirstAction(Metric):
    """Weeks from an onset until half of the organisations that it stopped act again.

    An onset is a week in which at least one organisation in twenty stops; mean over onsets, null
    without one, censored when the next onset or the end comes first. The smallest effect of
    interest is one week, the step of the model (assumption).
    """

    source: ClassVar[str] = "MODEL.md section 5, row 17; Weick 1988"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    can_be_censored: ClassVar[bool] = True
    effect_of_interest: ClassVar[float] = 1.0

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        acting = record.series("acting_share")
        onsets = 1 + np.flatnonzero(np.diff(acting) <= -_STOPPED)
        if onsets.size == 0:
            return MetricValue(None)
        waits, censored = [], False
        for onset, until in zip(onsets, [*onsets[1:], acting.size], strict=True):
            half = (acting[onset - 1] + acting[onset]) / 2.0
            back = np.flatnonzero(acting[onset:until] >= half)
            censored |= back.size == 0
            waits.append(int(back[0]) if back.size else int(until - onset))
        return MetricValue(float(np.mean(waits)), censored)
