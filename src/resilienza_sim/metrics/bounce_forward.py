"""Bounce forward: mean Q of the last half year less that of the quiet twin, in %."""

from __future__ import annotations

from typing import ClassVar, Literal

from resilienza_sim.model.contracts import Metric, MetricValue, Record

__all__ = ["BounceForward"]


class BounceForward(Metric):
    """Bounce forward: mean Q of the last half year less that of the quiet twin, in %.

    Above 0, the shocks left the town better than it would be without them. Undefined without a
    twin. The smallest effect of interest is half a percentage point (assumption).
    """

    source: ClassVar[str] = "Manca, Benczur & Giovannini 2017"
    unit: ClassVar[str] = "%"
    better: ClassVar[Literal["higher", "lower"]] = "higher"
    of_twin: ClassVar[tuple[str, ...]] = ("quality",)
    effect_of_interest: ClassVar[float] = 0.5

    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        quiet = record.quiet("quality")
        if quiet is None:
            return MetricValue(None)
        end = record.series("quality")[-26:]
        return MetricValue(100.0 * float(end.mean() - quiet[-26:].mean()))
