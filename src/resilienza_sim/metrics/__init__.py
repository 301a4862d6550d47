"""What is measured once a run: one class in one file."""

from __future__ import annotations

from typing import Any

from resilienza_sim.discovery import member
from resilienza_sim.model.contracts import Metric

__all__ = ["describe_metric"]


def describe_metric(name: str) -> dict[str, Any]:
    """Return the unit, direction, effect of interest and description of a metric."""
    cls = member("metrics", Metric, name)  # type: ignore[type-abstract]
    return {
        "unit": cls.unit,
        "better": cls.better,
        "effect_of_interest": cls.effect_of_interest,
        "weekly": cls.weekly,
        "title": cls.summary(),
        "censorable": cls.can_be_censored,
        "diagnosis": cls.diagnosis,
    }
