"""Polarisation of rancour in the last half year."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["PolarisationEnd"]


class PolarisationEnd(Metric):
    """Polarisation of rancour in the last half year.

    From 0, all feel alike, to 1, half hate and half do not. The smallest effect of interest is .01
    (assumption).
    """

    source: ClassVar[str] = "Esteban & Ray 1994, from memory; MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    effect_of_interest: ClassVar[float] = 0.01

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        if not record.has("polarisation"):
            return MetricValue(None)
        return MetricValue(float(record.series("polarisation")[-26:].mean()))
